"""The classroom of a lesson: its threads in the practice stores, and the runs made there."""
