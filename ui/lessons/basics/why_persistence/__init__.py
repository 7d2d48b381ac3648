"""The lesson `why_persistence`: what it does, its program, its texts."""
