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

EDGE, JOIN = "branch:to:", "join:"
"""The beginnings of the names of edges' channels: of an edge to one node, and of one that waits for several nodes."""
EDGES = ("branch:", JOIN, "start:")
"""The beginnings of the names of all edges' channels, also in older LangGraphs."""
OWN = "__"
"""The beginning of the names of LangGraph's other channels, and of the nodes that it adds itself."""

PULL, PUSH = "__pregel_pull", "__pregel_push"
"""The first part of a task's path: PULL for a task that an edge started, PUSH for a `Send` or a call."""
TASK_ID = "__pregel_task_id"
"""The key of a task's id in its config."""
SCHEDULED = "__scheduled__"
"""The channel that said that a task had begun (LangGraph before 0.3)."""
BUMPS = "__snapshot_bumps__"
"""The node in the versions seen that stands for delta channels which were stored in full."""
UPDATES_ABOUT = "__metadata__"
"""The key beside the nodes in a message of the stream "updates"; it says whether the results were cached."""

HANDLER, DEFAULT_HANDLER = "__error_handler__", "__default_error_handler__"
"""The names of nodes made from error handlers: HANDLER with a node's name behind it, and the handler of all nodes."""
OVERWRITE = "__overwrite__"
"""The JSON form of `Overwrite` for a channel with a reducer (langgraph 1.2.22, channels/binop.py, `_get_overwrite`)."""
REMOVE_ALL = "__remove_all__"
"""The id by which `add_messages` removes all messages (langgraph 1.2.22, graph/message.py)."""
