"""What a worker and the debugger say to each other."""
