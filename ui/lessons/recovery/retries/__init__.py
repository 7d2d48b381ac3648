"""The lesson `retries`: its steps and checks, its program, its texts."""
