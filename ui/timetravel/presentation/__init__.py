"""Shows checkpoints, values and runs as sentences, cards and drawings. Pure."""
