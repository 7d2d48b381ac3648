"""The lesson `sqlite_restart`: its steps and checks, its program, its texts."""
