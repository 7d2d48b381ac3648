"""Reads of stores for a page, cached while the store is unchanged."""
