"""The lesson `checkpoint_life`: its steps and checks, its program, its texts."""
