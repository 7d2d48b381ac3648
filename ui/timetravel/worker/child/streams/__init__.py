"""The streams of a worker: requests, messages, captured output, forks."""
