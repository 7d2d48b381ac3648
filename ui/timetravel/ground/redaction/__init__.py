"""Secrets, and how they are taken out of whatever is shown."""
