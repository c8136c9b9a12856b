"""The embedded GitHub: REST and GraphQL over one world of repositories."""

from .limits import Limits
from .load import load
from .routes import routes
from .world import GitHubWorld

__all__ = ["GitHubWorld", "Limits", "load", "routes"]
