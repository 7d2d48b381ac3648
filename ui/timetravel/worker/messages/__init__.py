"""The messages between a worker and the debugger."""
