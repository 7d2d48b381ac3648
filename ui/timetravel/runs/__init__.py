"""Runs: what a worker or a server is asked to run, and what is known of each run."""
