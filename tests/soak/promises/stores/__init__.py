"""Promises about what is read: files, databases, servers."""
