"""The lesson `first_thread`: its steps and checks, its program, its texts."""
