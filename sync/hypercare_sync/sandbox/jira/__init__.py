"""The sandbox's Jira Cloud site."""

from hypercare_sync.sandbox.jira.routes import is_write, routes
from hypercare_sync.sandbox.jira.world import JiraWorld

__all__ = ["JiraWorld", "is_write", "routes"]
