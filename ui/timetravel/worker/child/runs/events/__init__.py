"""What becomes of a run and its tasks, as messages."""
