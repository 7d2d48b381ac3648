"""What a TARGET of the command line names: a file, a database, a server, or a saver that a worker holds. Pure."""

import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from ui.timetravel.ground.redaction.public_address import public_address


class StoreKind(StrEnum):
    """The kinds of stores, by where their checkpoints are."""

    FILE = "file"
    POSTGRESQL = "postgresql"
    SERVER = "server"
    MEMORY = "memory"
    """An InMemorySaver in a worker of ours: "memory:", or PRACTICE_MEMORY."""
    SAVER = "saver"
    """The saver that a graph was compiled with, in a worker of ours: "saver:GRAPH"."""
    UNKNOWN = "unknown"

    @property
    def in_worker(self) -> bool:
        """Whether the store lives in a worker process, and only through it."""
        return self in (StoreKind.MEMORY, StoreKind.SAVER)


MEMORY = "memory:"
PRACTICE_MEMORY = "memory:practice"
"""The memory of the worker that lessons run in: not that of "memory:", which is the user's."""
_SCHEMES = {
    "postgresql": StoreKind.POSTGRESQL,
    "postgres": StoreKind.POSTGRESQL,
    "http": StoreKind.SERVER,
    "https": StoreKind.SERVER,
}
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


def kind_of(target: str) -> StoreKind:
    """The kind of store that `target` names. Everything that is not another kind is a path; "./memory:" is a path."""
    if target in (MEMORY, PRACTICE_MEMORY):
        return StoreKind.MEMORY
    if target.startswith("saver:"):
        return StoreKind.SAVER
    if address := _ADDRESS.match(target):
        return _SCHEMES.get(address[1].lower(), StoreKind.UNKNOWN)
    return StoreKind.FILE


def redacted(target: str) -> str:
    """The target as it may be shown: an address without user name, password and parameters."""
    kind = kind_of(target)
    return target if kind is StoreKind.FILE or kind.in_worker else public_address(target)


def saver_graph(target: str) -> str:
    """The graph that "saver:GRAPH" names; empty where it names none, which means the only graph."""
    return target.partition(":")[2]


def display_name(target: str) -> str:
    """A few words for a list, equal to the store's title: a file's name, "database on host", a server's address."""
    match kind_of(target):
        case StoreKind.FILE:
            return Path(target).name
        case StoreKind.MEMORY:
            return "memory of the worker"
        case StoreKind.SAVER:
            return f"saver of {saver_graph(target)}" if saver_graph(target) else target
    address = redacted(target)
    place, _, path = address.partition("://")[2].partition("/")
    if kind_of(target) is StoreKind.POSTGRESQL and path:
        return f"{path} on {urlsplit(address).hostname or 'localhost'}"
    return f"{place}/{path}".rstrip("/") or address
