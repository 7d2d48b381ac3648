"""The nouns of LangGraph as frozen dataclasses: checkpoints, values, targets, jobs, runs."""
