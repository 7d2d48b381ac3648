"""One page each: layout only."""
