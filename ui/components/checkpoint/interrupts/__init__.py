"""The questions of a checkpoint, and the answers that a person gives."""
