"""The lesson `parallel_tasks`: what it does, its program, its texts."""
