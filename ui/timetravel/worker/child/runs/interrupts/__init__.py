"""Questions, their answers, and pauses without a question."""
