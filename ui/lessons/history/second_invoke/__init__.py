"""The lesson `second_invoke`: its steps and checks, its program, its texts."""
