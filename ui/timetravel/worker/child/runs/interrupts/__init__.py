"""Questions, their answers, and pauses."""
