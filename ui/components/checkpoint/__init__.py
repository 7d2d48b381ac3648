"""One checkpoint: its state, changes, writes and raw form, and the ways to run from it."""
