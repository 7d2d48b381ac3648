"""What a run uses besides checkpoints: memory, caches, traces."""
