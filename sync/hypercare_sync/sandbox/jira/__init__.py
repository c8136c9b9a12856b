"""The sandbox's Jira site: Cloud, or Data Center."""

from hypercare_sync.sandbox.jira.routes import gateway, is_write, routes
from hypercare_sync.sandbox.jira.world import JiraWorld

__all__ = ["JiraWorld", "gateway", "is_write", "routes"]
