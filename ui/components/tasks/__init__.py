"""The orders of the sample pipeline."""
