"""Records of runs: their state, tasks and output, during the run and afterwards."""
