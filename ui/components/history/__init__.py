"""The history of a thread as a table, as a tree and as a drawing."""
