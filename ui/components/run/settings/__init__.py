"""The settings of a run, and what it can use besides its store."""
