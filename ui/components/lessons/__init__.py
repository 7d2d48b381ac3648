"""A lesson as it is shown."""
