"""Graphs in the user's code: loaded, described, drawn, and used to rebuild values."""
