"""One checkpoint: its state, its changes, its writes, its raw form."""
