"""The tree of a thread's checkpoints, and the layout of its drawing."""
