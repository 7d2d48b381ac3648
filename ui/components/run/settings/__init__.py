"""What a run is given beside its input, and what is around it."""
