"""Delete the threads that nobody has touched for a while, after a look at what would go."""

from datetime import UTC, datetime, timedelta
from typing import TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    count: int


def threads_older_than(saver: SqliteSaver, cutoff: datetime) -> dict[str, int]:
    """Each thread whose newest checkpoint is older than that, with the number of its checkpoints."""
    newest: dict[str, datetime] = {}
    counts: dict[str, int] = {}
    for saved in saver.list(None):
        thread = saved.config["configurable"]["thread_id"]
        made = datetime.fromisoformat(saved.checkpoint["ts"])
        newest[thread] = max(made, newest.get(thread, made))
        counts[thread] = counts.get(thread, 0) + 1
    return {thread: counts[thread] for thread, made in newest.items() if made < cutoff}


builder = StateGraph(State)
builder.add_node("increment", lambda state: {"count": state["count"] + 1})
builder.add_edge(START, "increment")
builder.add_edge("increment", END)

with SqliteSaver.from_conn_string("cleaning.sqlite") as saver:
    graph = builder.compile(checkpointer=saver)
    graph.invoke({"count": 0}, {"configurable": {"thread_id": "old"}})
    cutoff = datetime.now(UTC)  # in earnest: minus timedelta(days=30)
    graph.invoke({"count": 0}, {"configurable": {"thread_id": "new"}})

    going = threads_older_than(saver, cutoff)
    print("would go:", going)
    assert going == {"old": 3}
    assert threads_older_than(saver, cutoff - timedelta(days=30)) == {}

    for thread in going:
        saver.delete_thread(thread)
    saver.conn.execute("VACUUM")  # only now does the file shrink
    left = {saved.config["configurable"]["thread_id"] for saved in saver.list(None)}
    print("left:", left)
    assert left == {"new"}
