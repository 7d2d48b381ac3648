"""The lesson `thread_ids`: its steps and checks, its program, its texts."""
