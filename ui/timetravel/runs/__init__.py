"""Runs: what a worker or a server is asked to run, and the state and output of each run."""
