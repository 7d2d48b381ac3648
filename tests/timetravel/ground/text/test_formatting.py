from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.timetravel.ground.text import formatting as words

NOON = datetime(2026, 1, 31, 12, 0, 0, 987_654, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1.0 kB"), (4_100, "4.1 kB"), (10**9, "1.0 GB")],
)
def test_a_size_is_in_the_unit_that_fits(count: int, said: str) -> None:
    assert words.format_bytes(count) == said


@pytest.mark.parametrize(("count", "said"), [(0, "0 s"), (0.5, "0.5 s"), (4, "4 s"), (64, "1 min 4 s")])
def test_a_pause_is_said_as_somebody_would_set_it(count: float, said: str) -> None:
    assert words.format_pause(count) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "under 1 ms"),
        (0.0009, "under 1 ms"),
        (0.012, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (1.23, "1.2 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (185, "3 min 5 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 0 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_a_duration_is_as_precise_as_it_is_short(count: float, said: str) -> None:
    assert words.format_duration(count) == said


@given(st.floats(0.001, 10**7))
def test_no_duration_is_a_full_unit_of_the_next_kind(count: float) -> None:
    parts = words.format_duration(count).split()
    for number, unit in zip(parts[::2], parts[1::2], strict=True):
        assert unit == "h" or float(number) < {"ms": 1000, "s": 60, "min": 60}[unit]


def test_a_time_of_day_is_the_person_s_own_and_never_rounded_up() -> None:
    assert words.format_time(NOON, timezone(timedelta(hours=2))) == "14:00:00.9"


def test_a_moment_names_its_zone() -> None:
    assert words.format_date(NOON, UTC) == "2026-01-31 12:00:00 UTC"


def test_how_long_ago_is_rough() -> None:
    assert words.format_age(NOON, NOON + timedelta(minutes=3, seconds=10)) == "3 minutes ago"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_names_are_listed_as_in_a_sentence(names: list[str], said: str) -> None:
    assert words.join_limited(names) == said


def test_names_that_repeat_are_counted_instead() -> None:
    assert words.join_counted(["split", "work", "work", "check", "work"]) == "split, work × 3 and check"


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "checkpoint", "0 checkpoints"),
        (1, "branch", "1 branch"),
        (2, "branch", "2 branches"),
        (2_000, "new checkpoint", "2,000 new checkpoints"),
        (3, "process", "3 processes"),
    ],
)
def test_a_noun_agrees_with_its_number(number: int, noun: str, said: str) -> None:
    assert words.pluralize(number, noun) == said


def test_a_short_text_stays_and_becomes_one_line() -> None:
    assert words.shorten("two\n  lines ") == "two lines"


@given(st.text(), st.integers(1, 30))
def test_a_shortened_text_is_one_line_within_its_limit_and_says_that_it_was_cut(text: str, limit: int) -> None:
    line = words.shorten(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    assert line == " ".join(text.split()) or line.endswith("…")


@pytest.mark.parametrize("between", ["\n\n", "\n \t\n", "\r\n\r\n", "\n\n\n\n"])
def test_paragraphs_stay_apart_and_lines_flow(between: str) -> None:
    assert words.unwrap_lines(f"One\nline.{between}Another  \n one.\n") == "One line.\n\nAnother one."


def test_of_names_that_exclude_each_other_one_is_meant() -> None:
    assert words.join_limited(["a", "b", "c"], last="or") == "a, b or c"
