"""What LangGraph's field is made of, as frozen dataclasses: checkpoints, values, targets, jobs, runs."""
