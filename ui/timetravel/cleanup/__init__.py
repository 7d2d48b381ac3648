"""Which checkpoints may be deleted without others suffering."""
