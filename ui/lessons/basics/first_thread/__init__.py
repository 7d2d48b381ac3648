"""The lesson `first_thread`: what it does, its program, its texts."""
