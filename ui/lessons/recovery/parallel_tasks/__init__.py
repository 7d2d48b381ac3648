"""The lesson `parallel_tasks`: its steps and checks, its program, its texts."""
