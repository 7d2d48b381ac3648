"""What the sample graphs share: their settings, models that follow a script, and a count of the runs of nodes."""
