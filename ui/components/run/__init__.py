"""A run: what it is started with, how it stands, what came of it."""
