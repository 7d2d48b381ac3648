"""A conversation: each turn adds to the messages of its thread, and another thread knows nothing of it."""

from itertools import pairwise

from ui.lessons.classroom import Classroom, Spot
from ui.lessons.lesson import Lesson, Look, Start, Step
from ui.lessons.making import begin, finished, fresh
from ui.timetravel.messages import as_message
from ui.timetravel.plain import Plain

GRAPH = "chat_agent"
TIDES = "What are tides?"
BEFORE = "What did I say before?"


def _say(words: str, spot: str) -> Start:
    return begin(GRAPH, {"messages": [{"role": "user", "content": words}]}, spot)


def _messages(values: dict[str, Plain]) -> list[Plain]:
    return list(values.get("messages") or [])


def _said(room: Classroom, spot: str) -> list[str]:
    """What the person said on a thread, as its newest checkpoint has it."""
    told = [as_message(message) for message in _messages(room.values(spot=spot))]
    return [message.text for message in told if message and message.role == "human"]


def _only_grows(room: Classroom) -> bool:
    held = [_messages(room.values(each, "ada")) for each in room.ids("ada")]
    return len(held) > 1 and all(after[: len(before)] == before for before, after in pairwise(held))


LESSON = Lesson(
    slug="conversation",
    spots=(Spot("ada"), Spot("new")),
    steps=(
        Step("first", _say(TIDES, "ada"), "ada", fresh("ada")),
        Step("second", _say(BEFORE, "ada"), "ada", finished("ada")),
        Step("state", Look(lambda room: {"tab": "state", "checkpoint": room.ids("ada")[-1]}), "ada", finished("ada")),
        Step("new", _say(BEFORE, "new"), "new", fresh("new")),
    ),
    checks={
        "both_turns": lambda room: _said(room, "ada")[:2] == [TIDES, BEFORE],
        "only_grows": _only_grows,
        "new_knows_nothing": lambda room: _said(room, "new") == [BEFORE],
    },
)
