"""What is around a run besides its checkpoints: memory, caches, traces."""
