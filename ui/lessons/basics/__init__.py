"""What persistence is for: threads, and what they remember."""
