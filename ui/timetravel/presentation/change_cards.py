"""Changes as cards: the data, as JSON, from which the page draws each change of a diff. Pure."""

import reprlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from ui.timetravel.diff import Change
from ui.timetravel.diff.text import Piece, abridge, text_diff
from ui.timetravel.errors import EditError
from ui.timetravel.ground.text.formatting import format_bytes, join_limited
from ui.timetravel.ground.text.formatting import pluralize as counted
from ui.timetravel.model.channel_names import channel_name
from ui.timetravel.model.checkpoints import Task
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.serde.editable_json import to_text
from ui.timetravel.serde.excerpt import excerpt, left_out
from ui.timetravel.serde.json_view import display
from ui.timetravel.serde.messages.chat import ChatMessage, as_message, unanswered
from ui.timetravel.worker.child.shared.reserved_names import ERROR, INTERRUPT, RESUME, RETURNED

MARKS = {"add": ("+", "added"), "remove": ("−", "removed"), "replace": ("~", "changed")}
LONGEST = 6_000
"""Characters of one value on a card; the rest is in the State tab."""
SHORTEST_TO_DIFF = 40
"""The fewest characters with which two strings are compared inside instead of being shown one after the other."""


MOST_CARDS = 2_000
"""The most cards of one drawing; a browser needs seconds for more."""

_ON_A_CARD = 5_000
"""How much of a value a card is made from (see `excerpt`): more than it has room for."""

COMPARING = 1.0
"""Seconds for comparing inside texts, for all cards of a call; afterwards old and new are shown one after the other."""

_KEYS = reprlib.Repr()
_KEYS.maxstring = _KEYS.maxother = LONGEST_KEY = 100
"""Characters of one key in a path."""


def cards(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """One card for each change, in order. Any browser can parse the JSON, whatever the values are.

    At most `MOST_CARDS`, and after them one that says how many more there are.
    """
    deadline = time.monotonic() + COMPARING
    every = list(changes)
    singly = (one for change in every for one in _by_message(change))
    made = [_sound(_card(one, deadline)) for one in islice(singly, MOST_CARDS)]
    return made + _rest(max(len(every), sum(1 for _ in singly) + len(made)) - len(made), "change")


def _rest(count: int, noun: str) -> list[dict[str, Any]]:
    """The card that says how much is left out; none where nothing is."""
    if count <= 0:
        return []
    text = f"{counted(count, f'more {noun}')} left out: {MOST_CARDS:,} are shown at most"
    return [{"op": "", "mark": "…", "word": "", "path": "", "new": {"prose": True, "text": text}}]


def _by_message(change: Change) -> list[Change]:
    """A list of chat messages that was added or removed as a whole, as one change for each message, which can be
    read.
    """
    value = change.new if change.op == "add" else change.old
    if change.op == "replace" or not _all_messages(value):
        return [change]
    items = [replace(change, path=(*change.path, at), old=None, new=None) for at in range(len(value))]
    side = "new" if change.op == "add" else "old"
    return [replace(item, **{side: value[at]}) for at, item in enumerate(items)]


def _all_messages(value: Plain) -> bool:
    """Whether the value is a list of messages, as far as it can be shown."""
    if not (isinstance(value, list) and value):
        return False
    return all(as_message(excerpt(item, _ON_A_CARD)) is not None for item in value[:MOST_CARDS])


def path_words(path: Sequence[Any]) -> str:
    """A path as Python would write it: `messages[2].content`, `scores['a b']`; the root is "(the whole value)".

    Long keys are cut. One of LangGraph's channels that holds a person's data is named by what it holds.
    """
    if path and isinstance(path[0], str) and (name := channel_name(path[0])) != path[0]:
        return f"{name}: {path_words(path[1:])}" if path[1:] else name
    text = ""
    for part in path:
        if isinstance(part, str) and part.isidentifier() and len(part) <= LONGEST_KEY:
            text += f".{part}" if text else part
        else:
            text += f"[{display(part) if isinstance(part, Typed) else _KEYS.repr(part)}]"
    return text or "(the whole value)"


def _sound(card: dict[str, Any]) -> dict[str, Any]:
    """The card without half characters, which a browser does not accept as text."""
    sound: dict[str, Any] = display(card)
    return sound


def _card(change: Change, deadline: float) -> dict[str, Any]:
    mark, word = MARKS[change.op]
    card: dict[str, Any] = {"op": change.op, "mark": mark, "word": word, "path": path_words(change.path)}
    old, new = change.old, change.new
    if change.op == "replace" and isinstance(old, str) and isinstance(new, str) and _worth_diffing(old, new):
        card["note"] = _growth(old, new)
        left = deadline - time.monotonic()
        if left > 0:
            return card | {"pieces": _pieces(old, new, left)}
    if change.op != "add":
        card["old"] = render_value(old)
    if change.op != "remove":
        card["new"] = render_value(new)
    return card


def _worth_diffing(old: str, new: str) -> bool:
    return min(len(old), len(new)) > 0 and max(len(old), len(new)) >= SHORTEST_TO_DIFF


def _growth(old: str, new: str) -> str:
    change = len(new) - len(old)
    return f"{len(old):,} → {len(new):,} characters ({change:+,})"


def _pieces(old: str, new: str, left: float) -> list[dict[str, str]]:
    return [_piece(piece) for piece in abridge(text_diff(old, new, min(left, COMPARING / 5)))]


def _piece(piece: Piece) -> dict[str, str]:
    if piece.kind == "skipped":
        return {"kind": "left out", "text": f" … {len(piece.text):,} characters unchanged … "}
    cut = len(piece.text) - LONGEST
    return {"kind": piece.kind, "text": piece.text[:LONGEST] + (f" … {cut:,} more characters" if cut > 0 else "")}


def render_value(value: Plain) -> dict[str, Any]:
    """A value as text to show: `role` for a chat message, `prose` where it is not code, `more` where it was cut.

    A message that is more than a text has `parts` as well, and `answers` where it answers a tool call.
    """
    return _sound(_shown(value))


def _shown(value: Plain) -> dict[str, Any]:
    value = excerpt(value, _ON_A_CARD) if not isinstance(value, str) else value
    message = as_message(value)
    if message:
        return _cut(message.text, prose=True) | {"role": message.role} | _parts(message)
    if isinstance(value, Opaque):
        told = "" if left_out(value) else f" ({value.type}, {format_bytes(value.size)})"
        return {"prose": True, "text": f"can't be shown: {value.reason}{told}"}
    if isinstance(value, str) and value:
        return _cut(value, prose=True)
    try:
        return _cut(to_text(value), prose=False)
    except EditError:  # this is the only reason for which plain data is refused
        return {"prose": True, "text": "can't be shown: it is nested too deep"}


def _parts(message: ChatMessage) -> dict[str, Any]:
    """The parts of a message that consists of more than one text, cut where they are longer than a card in all."""
    found: dict[str, Any] = {"answers": message.answers} if message.answers else {}
    if all(part.kind == "text" for part in message.parts) and len(message.parts) < 2:
        return found
    left = LONGEST
    parts = []
    for part in message.parts:
        fields = [[name, value[: max(0, left)]] for name, value in part.fields]
        text = "" if fields else part.text[: max(0, left)]
        whole = sum(len(value) for _, value in part.fields) if fields else len(part.text)
        kept = sum(len(value) for _, value in fields) if fields else len(text)
        left -= whole
        one = {"kind": part.kind, "label": part.label, "id": part.id, "text": text, "fields": fields}
        parts.append(one | ({"more": f"… {whole - kept:,} more characters"} if kept < whole else {}))
    return {**found, "parts": parts}


def _cut(text: str, prose: bool) -> dict[str, Any]:
    if len(text) <= LONGEST:
        return {"prose": prose, "text": text}
    return {"prose": prose, "text": text[:LONGEST], "more": f"… {len(text) - LONGEST:,} more characters"}


_WORDS = {RETURNED: "left", RESUME: "was given the answers in"}
"""The words for writes to LangGraph's own channels; it stores the answers of a task as a list."""


def task_cards(task: Task, *, waits: bool = True) -> list[dict[str, Any]]:
    """One card for each thing that a task left: its error, its questions, and its writes by channel.

    `waits`: its question is open; otherwise the question was answered, or the thread continued without an answer.
    """
    made: list[dict[str, Any]] = []
    if task.error is not None:
        made.append({"op": "remove", "mark": "✖", "word": "failed with", "path": "", "new": render_value(task.error)})
    for one in task.interrupts:
        word = "asks" if waits else "asked"
        made.append(
            {"op": "replace", "mark": "?", "word": word, "path": "", "note": one.id, "new": render_value(one.value)}
        )
    for write in task.writes:
        if write.channel not in (ERROR, INTERRUPT):
            word = _WORDS.get(write.channel, "wrote to")
            card = {"op": "add", "mark": "→", "word": word, "path": channel_name(write.channel)}
            card["note"] = format_bytes(write.size)
            made.append(card | {"new": render_value(write.value)})
    return [_sound(card) for card in made[:MOST_CARDS]] + _rest(len(made) - MOST_CARDS, "value")


def message_cards(value: Plain) -> list[dict[str, Any]]:
    """A list of chat messages as one card each; empty when the value is anything else.

    A card with a tool call that no later message answers says so in `warning`.
    """
    if not _all_messages(value):
        return []
    items = [excerpt(item, _ON_A_CARD) for item in value[:MOST_CARDS]]
    messages = [message for item in items if (message := as_message(item)) is not None]
    open_calls = unanswered(messages) if len(items) == len(value) else {}
    last = len(value) - 1
    made = [
        _message_card(at, item, open_calls.get(at, ()), "" if at < last else " yet") for at, item in enumerate(items)
    ]
    return made + _rest(len(value) - len(items), "message")


def _message_card(at: int, item: Plain, open_calls: Sequence[str], yet: str) -> dict[str, Any]:
    card = {"op": "", "mark": "", "word": "", "path": f"[{at}]", "note": "", "new": render_value(item)}
    warning = f"no tool message answers {join_limited(open_calls)}{yet}" if open_calls else ""
    return _sound(card | ({"warning": warning} if warning else {}))
