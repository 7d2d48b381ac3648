"""Drawings of a graph's workflow."""
