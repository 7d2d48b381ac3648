"""The lesson `time_travel`: its steps and checks, its program, its texts."""
