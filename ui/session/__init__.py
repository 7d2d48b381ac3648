"""What one browser session has: its address, its graphs, its runs."""
