"""Works out which checkpoints may be deleted without harm to those that stay."""
