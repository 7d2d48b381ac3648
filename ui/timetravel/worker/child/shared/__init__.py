"""What the debugger and its workers share: the protocol, and rules that both apply. Standard library only."""
