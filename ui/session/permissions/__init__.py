"""What a run from the checkpoint on the screen may do, decided before it is offered."""
