"""Bounds the number of runs that are remembered."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from ui.timetravel.model.runs import RunState

_MOST = 50


class _Run(Protocol):
    id: str

    def state(self) -> RunState: ...


R = TypeVar("R", bound=_Run)


def with_run(runs: Mapping[str, R], run: R) -> dict[str, R]:
    """The runs by id with one more, without the oldest ended ones beyond fifty: each may hold a million characters.

    A new mapping, so that another thread may be iterating over the old one.
    """
    ended = [each.id for each in runs.values() if not each.state().status.live]
    gone = set(ended[: max(0, len(runs) + 1 - _MOST)])
    return {**{name: each for name, each in runs.items() if name not in gone}, run.id: run}
