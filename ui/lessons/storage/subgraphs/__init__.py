"""The lesson `subgraphs`: its steps and checks, its program, its texts."""
