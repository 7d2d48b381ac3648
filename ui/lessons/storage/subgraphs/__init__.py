"""The lesson `subgraphs`: what it does, its program, its texts."""
