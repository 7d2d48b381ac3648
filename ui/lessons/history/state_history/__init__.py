"""The lesson `state_history`: its steps and checks, its program, its texts."""
