"""The lesson `why_persistence`: its steps and checks, its program, its texts."""
