"""Messages about a run and its tasks."""
