"""Failures and refusals, described so that a person can act on them."""
