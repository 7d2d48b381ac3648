"""Worker processes, which run a user's graph: what runs inside them (child) and the debugger's side (pool.py and the
rest).
"""
