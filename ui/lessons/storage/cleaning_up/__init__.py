"""The lesson `cleaning_up`: what it does, its program, its texts."""
