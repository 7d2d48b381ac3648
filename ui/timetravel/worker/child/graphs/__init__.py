"""Graphs of the user's code: loaded, described, drawn, rebuilt."""
