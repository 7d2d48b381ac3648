"""What failed, told so that a person can act on it, and what is refused."""
