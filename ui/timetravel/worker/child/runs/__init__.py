"""One run: prepared, started, told of."""
