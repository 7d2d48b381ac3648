"""The command `timetravel`: how it starts, serves and ends."""
