"""Deletion of checkpoints and threads."""
