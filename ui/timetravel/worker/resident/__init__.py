"""A resident worker: it holds a graph's saver, and stays."""
