"""Checkpoints, values and runs in words, cards and drawings. Pure."""
