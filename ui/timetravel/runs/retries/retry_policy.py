"""How often a run that fails is tried again, and how long to wait in between. Pure."""

from dataclasses import dataclass

MOST_TRIES = 100
LONGEST_PAUSE = 3600.0
"""Seconds: no pause grows beyond an hour."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most `tries` tries, 1 to 100. The first pause is `first_pause` seconds, each next one `factor` times as long.

    Raises ValueError for what is out of bounds: a pause below zero or over an hour, a factor below 1.
    """

    tries: int = 5
    first_pause: float = 1.0
    factor: float = 2.0

    def __post_init__(self) -> None:
        if not 1 <= self.tries <= MOST_TRIES:
            raise ValueError(f"There may be 1 to {MOST_TRIES} tries, not {self.tries}.")
        if not 0 <= self.first_pause <= LONGEST_PAUSE:
            raise ValueError(f"The first pause may take 0 to {LONGEST_PAUSE:g} seconds, not {self.first_pause:g}.")
        if self.factor < 1:
            raise ValueError(f"Pauses can't shrink: the factor is {self.factor:g}, and must be 1 or more.")

    @property
    def pauses(self) -> tuple[float, ...]:
        """The seconds to wait after each try but the last, none longer than an hour."""
        found = [self.first_pause][: self.tries - 1]
        while len(found) < self.tries - 1:
            found.append(min(found[-1] * self.factor, LONGEST_PAUSE))
        return tuple(found)
