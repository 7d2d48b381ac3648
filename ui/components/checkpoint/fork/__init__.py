"""Change and fork: what is changed, which graph runs on, and what may be done."""
