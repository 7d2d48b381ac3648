"""What a promise under attack is made of: a sentence, and the cases that try to break it."""

import importlib
import pkgutil
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.soak import promises


@dataclass(frozen=True)
class Case:
    """One attempt to break a promise. `failure` says what broke, and is empty where the promise held."""

    what: str
    failure: str = ""


@dataclass(frozen=True)
class Scale:
    """How much to try.

    `short` asks for a few cases, a few seconds in all; `seconds` is for what goes on for a time. All chance comes from
    `rng`, so that a failure can be had again; `folder` is empty and the promise's own.
    """

    short: bool
    seconds: float
    rng: random.Random
    folder: Path


@dataclass(frozen=True)
class Promise:
    """`sentence` is what a reader of docs/security.md is promised; `try_all` yields a case for each attempt.

    `seconds` and `short_seconds` are the scale's where the command names none; after `limit` seconds a trial hangs.
    """

    name: str
    sentence: str
    try_all: Callable[[Scale], Iterator[Case]]
    seconds: float = 120.0
    short_seconds: float = 4.0
    limit: float = 3600.0


def names() -> list[str]:
    """The modules in the folders of promises/, each with one promise."""
    return sorted(_modules())


def load(name: str) -> Promise:
    """The promise of this module of promises/, or of a module elsewhere by its full name."""
    promise: Promise = importlib.import_module(_modules().get(name, name)).PROMISE
    return promise


def _modules() -> dict[str, str]:
    """The full names of the modules, by the names of their promises."""
    found = pkgutil.walk_packages(promises.__path__, f"{promises.__name__}.")
    return {module.name.rpartition(".")[2]: module.name for module in found if not module.ispkg}
