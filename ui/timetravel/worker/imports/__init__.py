"""Processes that have imported a project's graphs: each module is imported once, and again after a change."""
