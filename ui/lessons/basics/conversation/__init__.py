"""The lesson `conversation`: its steps and checks, its program, its texts."""
