"""The lesson `inside_a_checkpoint`: its steps and checks, its program, its texts."""
