"""Deletes checkpoints and threads from a store."""
