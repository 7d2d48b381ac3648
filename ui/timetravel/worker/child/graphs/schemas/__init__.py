"""The schemas of a graph's input, context and state."""
