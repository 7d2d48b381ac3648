"""Promises about workers: what runs, how it ends, what it finds and leaves."""
