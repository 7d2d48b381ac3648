"""The imports of a project's graphs, each done once."""
