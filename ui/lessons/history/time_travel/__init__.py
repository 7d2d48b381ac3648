"""The lesson `time_travel`: what it does, its program, its texts."""
