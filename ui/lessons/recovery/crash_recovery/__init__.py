"""The lesson `crash_recovery`: its steps and checks, its program, its texts."""
