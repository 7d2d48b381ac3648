"""The worker: a child process that runs a user's graph (main.py), and the debugger's side of the talk (client.py)."""
