"""Stores behind a saver that lives in a worker."""
