"""The lesson `cleaning_up`: its steps and checks, its program, its texts."""
