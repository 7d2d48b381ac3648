"""Subgraphs: a graph within a graph keeps checkpoints of its own, in a namespace that LangGraph names."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import answer, begin, fresh, left
from ui.timetravel.model.checkpoints import ThreadState

GRAPH = "research_team"

waits = left(ThreadState.INTERRUPTED)


def _inside(room: Classroom) -> str:
    """The namespace of the researcher's run; empty where it has none yet."""
    return next((name for name in room.namespaces() if name.startswith("researcher:")), "")


def _knows_the_graph_above(room: Classroom) -> bool:
    inner = room.headers(namespace=_inside(room)) if _inside(room) else []
    parents = [header.metadata.get("parents") or {} for header in inner]
    return bool(inner) and all(named.get("") in room.ids() for named in parents)


def _angles_stayed_inside(room: Classroom) -> bool:
    return "angles" in room.values(namespace=_inside(room)) and "angles" not in room.values()


def _newest_inside(room: Classroom) -> dict[str, str]:
    return {"namespace": _inside(room), "checkpoint": room.ids(namespace=_inside(room))[-1], "tab": "state"}


LESSON = Lesson(
    slug="subgraphs",
    steps=(
        Step("run", begin(GRAPH, {"topic": "How bees agree on a new home"}), when=fresh()),
        Step("inside", Show(_newest_inside), when=lambda room: bool(_inside(room))),
        Step("answer", answer(GRAPH, "2"), when=waits),
    ),
    checks={
        "own_checkpoints": lambda room: bool(_inside(room)) and len(room.ids(namespace=_inside(room))) > 1,
        "knows_above": _knows_the_graph_above,
        "stayed_inside": _angles_stayed_inside,
        "one_above": lambda room: len(room.made_by("researcher")) == 1,
        "is_finished": lambda room: room.finished(),
    },
)
