"""The lesson `conversation`: what it does, its program, its texts."""
