"""Where checkpoints are kept, and for how long."""
