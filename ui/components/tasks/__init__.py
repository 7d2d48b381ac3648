"""The tasks of the sample graph content_pipeline."""
