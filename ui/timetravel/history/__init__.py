"""A thread's history: its tree, its supersteps, its subgraphs."""
