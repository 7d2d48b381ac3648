"""A worker's communication: requests, messages, captured output, forks."""
