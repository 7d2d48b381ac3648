"""Every signal in every situation, alone and together, to the app or to its group, once or more, at any moment."""

import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.app.command.ending import case as ending
from tests.app.command.ending.case import HOW, PARTS, SIGNALS, WITHIN
from tests.soak.promise import Case, Promise, Scale


@dataclass(frozen=True)
class Way:
    """One way to end: `number` 0 closes the terminal. `after` is the seconds of a start, None: it is up by then."""

    situation: str
    number: int
    group: bool = False
    pauses: tuple[float, ...] = ()
    after: float | None = None

    def __str__(self) -> str:
        what = signal.Signals(self.number).name if self.number else "the terminal closes"
        to = " to its group" if self.group else ""
        again = f", again after {', '.join(f'{pause:.1f}' for pause in self.pauses)} s" if self.pauses else ""
        when = "" if self.after is None else f", {self.after:.2f} s after its start"
        return f"{what}{to}{again}: {self.situation}{when}"


def ways(chance: Random, *, short: bool) -> list[Way]:
    """In short one; else each signal in each situation, starts that are cut off, and mixtures by chance."""
    if short:
        return [Way("file:everything+memory:holds", chance.choice((signal.SIGTERM, signal.SIGKILL)))]
    found = [Way(part, number) for part in PARTS for number in SIGNALS]
    found += [Way(part, 0) for part in PARTS[::3]]
    found += [Way("idle", chance.choice(SIGNALS), after=chance.uniform(0, 4)) for _ in range(30)]
    for _ in range(60):
        parts = [chance.choice(PARTS[1:4]), f"file:{chance.choice(HOW)}", f"memory:{chance.choice(HOW[:-1])}"]
        parts += [f"embedded:{chance.choice(HOW[:-1])}"] * chance.randrange(2)
        pauses = tuple(chance.uniform(0, 1) for _ in range(chance.randrange(3)))
        found.append(Way("+".join(parts), chance.choice(SIGNALS), group=chance.random() < 0.5, pauses=pauses))
    chance.shuffle(found)
    return found


def end_all(scale: Scale) -> Iterator[Case]:
    """One app after another."""
    if sys.platform == "linux":
        for way in ways(scale.rng, short=scale.short):
            yield _end(way, within=3 * WITHIN if scale.short else WITHIN, start_again=not scale.short)


def _end(way: Way, *, within: float, start_again: bool) -> Case:
    begun = ending.Case(way.situation, in_terminal=not way.number)
    try:
        if way.after is None:
            begun.wait_until_ready()
        else:
            begun.wait(way.after)
        ended = (
            begun.end(way.number, group=way.group, pauses=way.pauses, within=within + sum(way.pauses))
            if way.number
            else begun.close_terminal(within=within)
        )
        wrong = [*ended.left, *([ended.complaint[-500:]] if ended.complaint else [])]
        if not wrong and start_again:
            wrong += filter(None, [begun.check_next_start()])
        return Case(str(way), "; ".join(wrong))
    finally:
        begun.clean_up()


PROMISE = Promise(
    "ways_to_end",
    "Whatever ends the app, nothing of it is left after five seconds, no data is lost, and it starts again.",
    end_all,
    limit=4 * 3600.0,
)
