"""Drawings of a graph."""
