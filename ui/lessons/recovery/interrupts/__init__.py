"""The lesson `interrupts`: what it does, its program, its texts."""
