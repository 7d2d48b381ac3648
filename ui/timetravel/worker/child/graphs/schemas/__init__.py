"""What a graph takes, and the types of its state."""
