"""The lesson `interrupts`: its steps and checks, its program, its texts."""
