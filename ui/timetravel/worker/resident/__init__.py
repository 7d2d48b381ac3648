"""A worker that holds a graph's own saver, and stays."""
