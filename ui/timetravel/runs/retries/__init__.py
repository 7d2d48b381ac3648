"""Trying a failed run again."""
