"""A PostgreSQL server that the app contains, starts and ends."""
