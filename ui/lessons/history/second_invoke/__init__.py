"""The lesson `second_invoke`: what it does, its program, its texts."""
