"""The lesson `sqlite_restart`: what it does, its program, its texts."""
