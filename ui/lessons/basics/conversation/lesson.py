"""A conversation: each turn adds to the messages of its thread, and another thread does not have them."""

from ui.lessons.lesson import Lesson, Show, StartRun, Step
from ui.lessons.practice.classroom import Classroom, LessonThread
from ui.lessons.practice.jobs import begin, finished, fresh
from ui.timetravel.model.values import Plain
from ui.timetravel.serde.messages.chat import as_message

GRAPH = "chat_agent"
TIDES = "What are tides?"
BEFORE = "What did I say before?"


def _say(words: str, spot: str) -> StartRun:
    return begin(GRAPH, {"messages": [{"role": "user", "content": words}]}, spot)


def _messages(values: dict[str, Plain]) -> list[Plain]:
    return list(values.get("messages") or [])


def _said(classroom: Classroom, spot: str) -> list[str]:
    """What the person said on a thread, according to its newest checkpoint."""
    told = [as_message(message) for message in _messages(classroom.values(spot=spot))]
    return [message.text for message in told if message and message.role == "human"]


def _only_grows(classroom: Classroom) -> bool:
    """Whether each checkpoint's messages begin with those of its parent."""
    held = {each: _messages(classroom.values(each, "ada")) for each in classroom.ids("ada")}
    pairs = [(held.get(each.parent_id or "", []), held[each.checkpoint_id]) for each in classroom.headers("ada")]
    return len(pairs) > 1 and all(after[: len(before)] == before for before, after in pairs)


def _newest_messages(classroom: Classroom) -> dict[str, str]:
    return {"checkpoint": classroom.ids("ada")[-1], "tab": "state", "channel": "messages"}


LESSON = Lesson(
    slug="conversation",
    spots=(LessonThread("ada"), LessonThread("new")),
    steps=(
        Step("first", _say(TIDES, "ada"), "ada", fresh("ada")),
        Step("second", _say(BEFORE, "ada"), "ada", finished("ada")),
        Step("state", Show(_newest_messages), "ada", finished("ada")),
        Step("new", _say(BEFORE, "new"), "new", fresh("new")),
    ),
    checks={
        "both_turns": lambda classroom: _said(classroom, "ada")[:2] == [TIDES, BEFORE],
        "only_grows": _only_grows,
        "new_knows_nothing": lambda classroom: _said(classroom, "new") == [BEFORE],
    },
)
