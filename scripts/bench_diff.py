"""How long comparing takes, beside what is wanted: `python -m scripts.bench_diff`.

The median of a few tries of each case, in this process's own time: what others do on the machine counts little. Exits
1 when one takes longer than is wanted.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ui.timetravel.diff import diff
from ui.timetravel.diff.text import text_diff
from ui.timetravel.model.values import Plain, Typed

TRIES = 7


class Case(NamedTuple):
    """Two values to compare, and the milliseconds that it may take."""

    make: Callable[[], tuple[Plain, Plain]]
    wanted: int
    compare: Callable[[Any, Any], list[Any]] = diff


def _message(k: int, text: str) -> Typed:
    fields: dict[str, Any] = {
        "content": text,
        "additional_kwargs": {},
        "response_metadata": {},
        "type": "human",
        "name": None,
        "id": f"message-{k}",
    }
    return Typed("langchain_core.messages.human", "HumanMessage", fields, "pydantic2", "model_validate_json")


def _chat() -> list[Plain]:
    return [_message(k, f"{k}: " + "a question about the report " * 8) for k in range(2_000)]


def one_message_inserted() -> tuple[Plain, Plain]:
    """2,000 chat messages, and one more in the middle."""
    new = _chat()
    new.insert(1_000, _message(5_000, "What do you mean?"))
    return {"messages": _chat()}, {"messages": new}


def two_messages_edited() -> tuple[Plain, Plain]:
    """2,000 chat messages, one near each end with another text."""
    new = _chat()
    new[3], new[1_990] = _message(3, "another text"), _message(1_990, "another text")
    return {"messages": _chat()}, {"messages": new}


def few_changes_in_a_state() -> tuple[Plain, Plain]:
    """1 MB of nested JSON without any ids, with five changes all over it."""
    old, new = _state(), _state()
    assert isinstance(new, dict)
    new["plan"][3]["parts"][2]["title"] = "another title"
    new["plan"].insert(100, {"title": "one more", "parts": []})
    del new["sources"][200]["tags"][1]
    new["sources"][40]["score"] = 1.0
    new["settings"]["limit"] = 11
    return old, new


def _state() -> Plain:
    random_ = random.Random(7)

    def part() -> Plain:
        return {"title": _text(random_, 3), "words": random_.randrange(500), "done": random_.random() < 0.5}

    def source() -> Plain:
        tags = [_text(random_, 1) for _ in range(4)]
        return {"url": _text(random_, 6), "score": random_.random(), "tags": tags, "text": _text(random_, 60)}

    return {
        "plan": [{"title": _text(random_, 4), "parts": [part() for _ in range(8)]} for _ in range(800)],
        "sources": [source() for _ in range(1_300)],
        "settings": {"limit": 10, "language": "en", "retries": {"search": 3, "write": 1}},
    }


def _text(random_: random.Random, words: int, end: str = "") -> str:
    known = ["report", "outline", "draft", "source", "figure", "market", "energy", "review"]
    return " ".join(random_.choice(known) for _ in range(words)) + end


def other_numbers() -> tuple[Plain, Plain]:
    """5,000 numbers, and as many others."""
    return list(range(5_000)), list(range(10_000, 15_000))


def other_rows() -> tuple[Plain, Plain]:
    """5,000 dicts, and 4,800 others of the same shape."""
    return (
        [{"name": f"row {k}", "n": k, "tags": [k]} for k in range(5_000)],
        [{"name": f"other {k * 7}", "n": -k, "tags": [k, "x"]} for k in range(4_800)],
    )


def shuffled_numbers() -> tuple[Plain, Plain]:
    """20,000 different numbers in another order."""
    new = list(range(20_000))
    random.Random(1).shuffle(new)
    return list(range(20_000)), new


def few_different_numbers() -> tuple[Plain, Plain]:
    """20,000 numbers out of three, twice."""
    random_ = random.Random(2)
    return [random_.randrange(3) for _ in range(20_000)], [random_.randrange(3) for _ in range(20_000)]


def a_paragraph_edited() -> tuple[Plain, Plain]:
    """A text of 4,000 characters with an edit in the middle."""
    old = "The report says what was found and where it was found. " * 73
    return old, old[:2_000] + "not " + old[2_010:]


def a_long_text_edited_all_over() -> tuple[Plain, Plain]:
    """60,000 lines, one in twenty of them edited."""
    random_ = random.Random(3)
    lines = [str(random_.random()) for _ in range(60_000)]
    edited = [line + "!" if random_.random() < 0.05 else line for line in lines]
    return "\n".join(lines), "\n".join(edited)


def another_long_text() -> tuple[Plain, Plain]:
    """Two texts of 1 MB with nothing in common but their words."""
    random_ = random.Random(4)
    old, new = ("".join(_text(random_, 12, "\n") for _ in range(12_500)) for _ in range(2))
    return old, new


CASES = [
    Case(one_message_inserted, 20),
    Case(two_messages_edited, 20),
    Case(few_changes_in_a_state, 20),
    Case(other_numbers, 2_000),
    Case(other_rows, 2_000),
    Case(shuffled_numbers, 2_000),
    Case(few_different_numbers, 2_000),
    Case(a_paragraph_edited, 20, text_diff),
    Case(a_long_text_edited_all_over, 1_000, text_diff),
    Case(another_long_text, 1_000, text_diff),
]


def median(case: Case, tries: int = TRIES) -> float:
    """The median of the milliseconds that a case takes."""
    old, new = case.make()
    times = []
    for _ in range(tries):
        start = time.process_time()
        case.compare(old, new)
        times.append(time.process_time() - start)
    return statistics.median(times) * 1_000


def main() -> int:
    """Measure every case and print a table."""
    slow = 0
    print(f"{'ms':>8} {'wanted':>8}  what")
    for case in CASES:
        took = median(case)
        slow += took > case.wanted
        print(f"{took:8.1f} {case.wanted:8}  {case.make.__doc__}{' TOO SLOW' if took > case.wanted else ''}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
