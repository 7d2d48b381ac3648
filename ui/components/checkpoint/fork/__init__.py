"""Change and fork: what is changed, which graph runs, and what is allowed."""
