"""The lesson `which_store`: its steps and checks, its program, its texts."""
