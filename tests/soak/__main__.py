"""Tries every promise of docs/security.md at length, and prints what held."""

import argparse
import sys
import textwrap

from tests.soak.promise import names
from tests.soak.trial import Outcome, attempt

SHOWN_FAILURES = 5
"""Of each promise; the others are counted."""


def main() -> int:
    """Print a table of the promises. Returns 1 where one of them failed, and else 0."""
    asked = _arguments()
    outcomes = []
    for name in asked.only or names():
        print(f"trying {name} …", file=sys.stderr, flush=True)
        outcomes.append(attempt(name, seed=asked.seed, short=asked.short, seconds=asked.seconds))
    print("\n".join(table(outcomes)))
    for outcome in outcomes:
        print("\n".join(account(outcome, asked.seed)), end="")
    return int(any(outcome.failures for outcome in outcomes))


def table(outcomes: list[Outcome]) -> list[str]:
    """A line for each promise: its name and sentence, how many cases were tried, how many failed, how long it took."""
    rows = [("promise", "cases", "failures", "time")]
    for one in outcomes:
        rows.append((one.name, f"{len(one.cases):,}", f"{len(one.failures):,}", f"{one.seconds:.0f} s"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in (1, 2, 3))]) for row in rows]
    sentences = ["", *(one.promise.sentence for one in outcomes)]
    return [f"{line}  {sentence}".rstrip() for line, sentence in zip(lines, sentences, strict=True)]


def account(outcome: Outcome, seed: int) -> list[str]:
    """What failed, and the command that tries it again; nothing where all held."""
    failures = outcome.failures
    if not failures:
        return []
    lines = [
        "",
        f"{outcome.name} failed; again: python -m tests.soak --only {outcome.name} --seed {seed}",
    ]
    for case in failures[:SHOWN_FAILURES]:
        lines += [f"  {case.what}", textwrap.indent(case.failure.rstrip(), "      ")]
    if len(failures) > SHOWN_FAILURES:
        lines.append(f"  and {len(failures) - SHOWN_FAILURES:,} more")
    return [*lines, ""]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--only", action="append", choices=names(), metavar="NAME", help="this promise; more than once")
    parser.add_argument("--short", action="store_true", help="a few cases of each, as in make test")
    parser.add_argument("--seconds", type=float, help="how long each promise goes on that goes on for a time")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
