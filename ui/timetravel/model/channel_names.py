"""The names under which a person knows channels. Pure.

A graph made with `@entrypoint` (functional API) has no state of its own. It has three channels of LangGraph's
(langgraph 1.2.22, func/__init__.py): `__start__` (the input), `__end__` (what it returned) and `__previous__` (what the
next run on the thread gets as `previous`). A function made with `@task` writes what it returned to `__return__`.
"""

from ui.timetravel.worker.child.shared.reserved_names import END, PREVIOUS, RETURNED, START

RESULT, SAVED = END, PREVIOUS

_NAMES = {RESULT: "result", SAVED: "saved for the next run", RETURNED: "what it returned", START: "input"}


def channel_name(channel: str) -> str:
    """A channel's own name, or words for one of LangGraph's channels that holds a person's data."""
    return _NAMES.get(channel, channel)
