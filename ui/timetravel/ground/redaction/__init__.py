"""Recognizes secrets, and masks them in everything that is shown."""
