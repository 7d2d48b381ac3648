"""The lesson `inside_a_checkpoint`: what it does, its program, its texts."""
