"""The classroom of a lesson: a store of its own, the runs that are made there."""
