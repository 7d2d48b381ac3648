"""What one browser tab has: its address, its graphs, its runs."""
