"""What the debugger and its workers both know: the protocol, and rules applied alike. Standard library only."""
