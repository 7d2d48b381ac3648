"""The result of a run: the channels that it returns, as cards, those that it wrote last first. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ui.timetravel.model.channel_names import SAVED, channel_name
from ui.timetravel.model.checkpoints import Header, visible
from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.change_cards import message_cards, render_value
from ui.timetravel.serde.messages.chat import as_message
from ui.timetravel.worker.child.shared.reserved_names import START


def written(headers: Iterable[Header]) -> list[str]:
    """The channels that nodes wrote at these checkpoints (oldest first), with the one written last in front."""
    found: dict[str, None] = {}
    for header in headers:
        if header.source == "loop" and any(node != START for node in header.ran):
            for channel in header.changed:
                found.pop(channel, None)
                found[channel] = None
    return list(reversed(found))


def result_cards(
    values: Mapping[str, Plain], outputs: Collection[str], wrote: Iterable[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Cards of the channels that a run returns and wrote, in the order of `wrote`, and the names of the others.

    `outputs` are the channels that the graph returns: empty for all of them. From a conversation only the messages
    since the human's last one are shown.
    """
    mine = {name: value for name, value in visible(values).items() if name in outputs or not outputs or name == SAVED}
    # What a functional graph saved is shown with its result, after it.
    names = sorted((name for name in wrote if name in mine), key=lambda name: name == SAVED)
    made = [card for name in names for card in _cards(name, mine[name])]
    return made, [channel_name(name) for name in mine if name not in names]


def _cards(name: str, value: Plain) -> list[dict[str, Any]]:
    messages = message_cards(value)
    if not messages:
        return [{"op": "", "mark": "", "word": "", "path": channel_name(name), "note": "", "new": render_value(value)}]
    asked = [at for at, item in enumerate(value) if _is_question(item)]
    last = asked[-1] + 1 if asked and asked[-1] + 1 < len(value) else 0
    return [{**card, "path": f"{channel_name(name)}{card['path']}"} for card in messages[last:]]


def _is_question(item: Plain) -> bool:
    message = as_message(item)
    return message is not None and message.role.split(":")[0] == "human"
