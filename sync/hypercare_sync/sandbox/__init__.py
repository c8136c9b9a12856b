"""Embedded trackers that speak GitHub's and Jira's protocols, for the demo, for newcomers and for our own tests."""
