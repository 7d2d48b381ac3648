"""The history of a thread: checkpoints, and ways through them."""
