"""The tasks of a superstep, from the rows of their writes."""
