"""The lesson `crash_recovery`: what it does, its program, its texts."""
