"""The names that LangGraph reserves for itself (langgraph 1.2, langgraph/_internal/_constants.py), each defined
once.
"""

START, END = "__start__", "__end__"
"""The ends of a graph; the input is taken in by the first one, and is what its channel holds."""
ROOT = "__root__"
"""The channel of a graph whose state is one value without fields."""
PREVIOUS = "__previous__"
"""The channel in which a functional graph keeps what it saved for the next run."""
RETURNED = "__return__"
"""The channel of what a task of a functional graph gave back."""
TASKS = "__pregel_tasks"
"""The channel of `Send`s."""

ERROR, ERROR_SOURCE = "__error__", "__error_source_node__"
"""The channels of an error, and of the node that an error handler is there for."""
INTERRUPT, RESUME = "__interrupt__", "__resume__"
"""The channels of a question, and of the answers to it."""
NO_WRITES = "__no_writes__"
"""The channel that is written to where a task wrote nothing else."""

INPUT = "__input__"
"""Whom the versions seen name for an input."""
COPY = "__copy__"
"""As which node `update_state` copies a checkpoint instead of changing it."""
NO_VALUES = (END, COPY)
"""As these nodes a change takes no values: what is due is dropped, or the checkpoint gets a sibling."""
