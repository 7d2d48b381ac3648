"""Stores that read through a saver which lives in a worker process."""
