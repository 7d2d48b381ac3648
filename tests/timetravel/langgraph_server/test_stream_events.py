import pytest

from ui.timetravel.langgraph_server.stream_events import StreamTranslator, readable
from ui.timetravel.worker.child.shared.protocol import Message


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("OutOfLuck('not this time')", "OutOfLuck: not this time"),
        ('KeyError("it\'s gone")', "KeyError: it's gone"),
        ("ValueError()", "ValueError"),
        ("OSError(2, 'No such file')", "OSError(2, 'No such file')"),
        ("ValueError('a', 'b')", "ValueError('a', 'b')"),
        (r"ValueError('two\nlines')", r"ValueError('two\nlines')"),
        ("something else", "something else"),
        ("<Strange (at 0x1)>", "<Strange (at 0x1)>"),
    ],
)
def test_an_exception_as_it_is_stored_becomes_words(stored: str, words: str) -> None:
    assert readable(stored) == words


def test_only_new_checkpoints_are_told() -> None:
    told: list[Message] = []
    teller = StreamTranslator(told.append, {"old"})
    for one in ("old", "new", "new"):
        teller.tell("checkpoints", {"config": {"configurable": {"checkpoint_id": one}}, "metadata": {"step": 0}})
    assert told == [{"event": "checkpoint", "ns": "", "id": "new"}]


def test_custom_parts_are_of_a_node_only_where_one_runs_alone() -> None:
    told: list[Message] = []
    teller = StreamTranslator(told.append, set())
    for task in ("one", "two"):
        teller.tell("tasks", {"id": task, "name": f"node {task}", "triggers": []})
        teller.tell("custom", {"done": task})
    assert [(each["node"], each["text"]) for each in told if each["event"] == "output"] == [
        ("node one", '{"done": "one"}\n'),
        ("", '{"done": "two"}\n'),
    ]


@pytest.mark.parametrize("content", ["text", [{"type": "text", "text": "te"}, "xt", {"type": "image"}]])
def test_pieces_of_a_message_are_told_and_whole_messages_are_not(content: object) -> None:
    told: list[Message] = []
    teller = StreamTranslator(told.append, set())
    where = {"langgraph_node": "talk", "langgraph_checkpoint_ns": "inside:1|talk:2"}
    teller.tell("messages|inside:1", [{"type": "ai", "content": content}, where])
    teller.tell("messages|inside:1", [{"type": "AIMessageChunk", "content": content}, where])
    assert told == [{"event": "output", "kind": "token", "node": "talk", "task": "2", "text": "text"}]


def test_what_is_not_known_is_passed_over() -> None:
    told: list[Message] = []
    teller = StreamTranslator(told.append, set())
    for event, data in [("metadata", {}), ("tasks", None), ("messages", ["alone"]), ("end", None), ("new", 1)]:
        teller.tell(event, data)
    assert told == []
    assert teller.failure({}) is None
