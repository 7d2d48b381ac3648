"""Repeats a run that failed."""
