"""Refuses, in a worker of an app that was started with --read-only, every request that would run or write."""

import os

from ..shared.protocol import READ_ONLY, Message

_LOOKS_ONLY = bool(os.environ.get(READ_ONLY))
"""Read before any code of a user's runs, which may change the environment; forks inherit it."""
_LOOKS = ("import", "describe", "rebuild", "types")
"""The requests that are allowed then: they import graphs, and open no store."""


class LooksOnly(Exception):
    """The request would run or write something."""


def see_that_it_may_be_done(request: Message) -> None:
    """Raise LooksOnly if the app was started with --read-only and the request would run a graph or open a store."""
    if _LOOKS_ONLY and request["do"] not in _LOOKS:
        raise LooksOnly(f'timetravel was started with --read-only, so its worker does not "{request["do"]}".')
