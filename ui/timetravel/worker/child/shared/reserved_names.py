"""The names that LangGraph reserves for itself (langgraph 1.2, langgraph/_internal/_constants.py), each defined
once.
"""

START, END = "__start__", "__end__"
"""The ends of a graph. START takes in the input, which is the value of its channel."""
ROOT = "__root__"
"""The channel of a graph whose state is one value without fields."""
PREVIOUS = "__previous__"
"""The channel in which a functional graph saves a value for the next run."""
RETURNED = "__return__"
"""The channel with the return value of a task of a functional graph."""
TASKS = "__pregel_tasks"
"""The channel of `Send`s."""

ERROR, ERROR_SOURCE = "__error__", "__error_source_node__"
"""The channels of an error, and of the node to which an error handler belongs."""
INTERRUPT, RESUME = "__interrupt__", "__resume__"
"""The channels of a question, and of the answers to it."""
NO_WRITES = "__no_writes__"
"""The channel that is written to if a task wrote nothing else."""

INPUT = "__input__"
"""The node in the versions seen that stands for an input."""
COPY = "__copy__"
"""The node as which `update_state` copies a checkpoint instead of changing it."""
NO_VALUES = (END, COPY)
"""The nodes as which an edit takes no values: the due nodes are dropped, or the checkpoint gets a sibling."""
