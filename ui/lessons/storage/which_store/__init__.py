"""The lesson `which_store`: what it does, its program, its texts."""
