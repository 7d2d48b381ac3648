"""A worker is a process that runs a user's graph (child/main.py); this is the debugger's side of it (pool.py), too."""
