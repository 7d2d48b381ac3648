"""One run: prepared, started, and reported."""
