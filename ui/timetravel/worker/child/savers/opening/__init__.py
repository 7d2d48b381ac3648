"""Opens savers, and refuses to open a store in a way that would change it."""
