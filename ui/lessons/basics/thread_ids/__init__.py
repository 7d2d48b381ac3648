"""The lesson `thread_ids`: what it does, its program, its texts."""
