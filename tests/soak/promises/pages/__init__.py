"""Promises about the app that a browser sees, and who else may ask it."""
