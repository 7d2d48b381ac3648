"""The lesson `retries`: what it does, its program, its texts."""
