"""Numbers, times and lists as plain words for a person. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, tzinfo

import humanize

_EMPTY_LINES = re.compile(r"\r?\n\s*\n")


def format_bytes(count: int) -> str:
    """Bytes in words: "1 byte", "4.1 kB"."""
    return humanize.naturalsize(count, format="%.1f").replace(" Byte", " byte").replace(".0 bytes", " bytes")


def format_duration(count: float) -> str:
    """A duration in words, as precise as it is short: "12 ms", "1.2 s", "3 min 5 s"."""
    if count < 0.001:
        return "under 1 ms"
    if round(count * 1000) < 1000:
        return f"{count * 1000:.0f} ms"
    if round(count, 1) < 60:
        return f"{count:.1f} s"
    minutes, rest = divmod(round(count), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def format_pause(count: float) -> str:
    """A duration as somebody would set it: "4 s", "0.5 s", "3 min 5 s"."""
    return f"{round(count, 1):g} s" if count < 60 else format_duration(count)


def format_time(moment: datetime, zone: tzinfo | None) -> str:
    """The time of day to a tenth of a second, in the person's time zone: "14:03:07.2"."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M:%S}.{local.microsecond // 100_000}"


def format_date(when: datetime, zone: tzinfo | None) -> str:
    """Date, time and zone: "2026-11-21 14:03:07 CET"."""
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def format_age(when: datetime, now: datetime) -> str:
    """How long ago, roughly: "3 minutes ago"."""
    return humanize.naturaltime(now - when)


UNNAMED = "(node unknown)"
"""Shown in place of a node's name, for a task whose node the store does not name."""


def join_limited(items: Iterable[str], limit: int = 4, *, last: str = "and") -> str:
    """Names in a sentence: "a, b and c"; beyond `limit` "a, b, c and 5 more". `last` may be "or" instead."""
    names = list(items)
    if len(names) > limit:
        names = [*names[: limit - 1], f"{len(names) - limit + 1} more"]
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def join_counted(items: Iterable[str], limit: int = 4) -> str:
    """Names in a sentence, each once with its number of occurrences: "work × 3 and check"; `limit` as in
    `join_limited`.
    """
    return join_limited((name if times == 1 else f"{name} × {times}" for name, times in Counter(items).items()), limit)


def pluralize(number: int, noun: str) -> str:
    """A number with its noun: "1 checkpoint", "2,000 checkpoints"; a noun on -ch or -s takes "es"."""
    plural = noun if number == 1 else noun + ("es" if noun.endswith(("ch", "s", "x")) else "s")
    return f"{number:,} {plural}"


def shorten(text: str, limit: int = 120) -> str:
    """One line of at most `limit` characters, with an ellipsis where something was left out."""
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit and len(text) <= limit * 4 else line[: limit - 1] + "…"


def unwrap_lines(text: str) -> str:
    """Text without the line breaks inside its paragraphs, which stay apart by one empty line."""
    return "\n\n".join(" ".join(part.split()) for part in _EMPTY_LINES.split(text.strip()))
