"""The tree of a thread's checkpoints, and how its rows lie."""
