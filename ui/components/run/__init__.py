"""A run: its input and settings, its progress, its result."""
