"""Subgraphs: a graph within a graph keeps checkpoints of its own, in a namespace that LangGraph names."""

from ui.lessons.lesson import Lesson, Show, Step
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.jobs import answer, begin, fresh, left
from ui.timetravel.model.checkpoints import ThreadState

GRAPH = "research_team"

waits = left(ThreadState.INTERRUPTED)


def _inside(classroom: Classroom) -> str:
    """The namespace of the researcher's run; empty where it has none yet."""
    return next((name for name in classroom.namespaces() if name.startswith("researcher:")), "")


def _knows_the_graph_above(classroom: Classroom) -> bool:
    inner = classroom.headers(namespace=_inside(classroom)) if _inside(classroom) else []
    parents = [header.metadata.get("parents") or {} for header in inner]
    return bool(inner) and all(named.get("") in classroom.ids() for named in parents)


def _angles_stayed_inside(classroom: Classroom) -> bool:
    return "angles" in classroom.values(namespace=_inside(classroom)) and "angles" not in classroom.values()


def _newest_inside(classroom: Classroom) -> dict[str, str]:
    return {
        "namespace": _inside(classroom),
        "checkpoint": classroom.ids(namespace=_inside(classroom))[-1],
        "tab": "state",
    }


LESSON = Lesson(
    slug="subgraphs",
    steps=(
        Step("run", begin(GRAPH, {"topic": "How bees agree on a new home"}), when=fresh()),
        Step("inside", Show(_newest_inside), when=lambda classroom: bool(_inside(classroom))),
        Step("answer", answer(GRAPH, "2"), when=waits),
    ),
    checks={
        "own_checkpoints": lambda classroom: (
            bool(_inside(classroom)) and len(classroom.ids(namespace=_inside(classroom))) > 1
        ),
        "knows_above": _knows_the_graph_above,
        "stayed_inside": _angles_stayed_inside,
        "one_above": lambda classroom: len(classroom.made_by("researcher")) == 1,
        "is_finished": lambda classroom: classroom.finished(),
    },
)
