"""Sentences about checkpoints, tasks and runs."""
