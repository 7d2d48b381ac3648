"""Runs: what is asked of a worker or a server, and what is known of it."""
