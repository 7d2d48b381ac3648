"""Ways to open a saver, and the refusal of those that would change the store."""
