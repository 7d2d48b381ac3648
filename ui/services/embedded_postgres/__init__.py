"""A PostgreSQL server that the app brings along, starts and ends."""
