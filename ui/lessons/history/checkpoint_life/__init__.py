"""The lesson `checkpoint_life`: what it does, its program, its texts."""
