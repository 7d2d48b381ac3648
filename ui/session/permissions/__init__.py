"""What a run from the checkpoint on the screen may do, worked out before it is offered."""
