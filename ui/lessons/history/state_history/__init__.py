"""The lesson `state_history`: what it does, its program, its texts."""
