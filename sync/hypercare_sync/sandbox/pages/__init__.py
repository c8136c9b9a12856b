"""The sandbox's pages for people, at `/`: what a repository, a Jira project and their issues look like to who opens them in a browser."""

from .routes import routes

__all__ = ["routes"]
