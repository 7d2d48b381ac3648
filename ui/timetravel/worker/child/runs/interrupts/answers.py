"""Sends an answer to the question that was shown on the screen, or not at all.

Questions are identified by their ids, hashes of the namespace of the task that asks. Before langgraph 1.2.13 all
questions of one task had the same id, so the number of earlier answers, and what is asked, are compared as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ...errors.refused import Refused
from ...savers.opening.saver import load_value
from ...shared.protocol import ANSWERED_MEANWHILE, WHICH_QUESTION, Message, resume_value
from .questions import Question

_HASH = 32
"""The number of letters by which LangGraph recognizes an id."""


class Answers:
    """The answers of a job: each to a question as a person saw it."""

    def __init__(self, action: Message) -> None:
        self._values: dict[str, Any] = load_value(action["values"])
        self._seen: dict[str, Message] = {each["id"]: each for each in action["questions"]}

    def to(self, found: Sequence[Question]) -> list[tuple[Question, Any]]:
        """Each question that is answered, with its answer. Raises Refused if one is not there as it was shown."""
        by_id = {one.id: one for one in found}
        matched = []
        for name, value in self._values.items():
            if not name and len(found) > 1:
                raise Refused(WHICH_QUESTION)
            one = by_id.get(name) if name else next(iter(found), None)
            if one is None or self._differs(name, one):
                raise Refused(ANSWERED_MEANWHILE)
            matched.append((one, value))
        return matched

    def to_open(self, found: Sequence[Question]) -> dict[str, Any]:
        """The answers by the ids of open questions. Raises Refused if one of the questions is not open."""
        return {one.id: value for one, value in self.to([one for one in found if not one.answered])}

    def to_same(self, asked: Mapping[str, Any], found: Sequence[Question]) -> dict[str, Any]:
        """The answers by the ids of open questions that ask the same as those in `asked` (by id), or as those shown.

        Empty if one of them is not being asked.
        """
        waiting = [one for one in found if not one.answered]
        given: dict[str, Any] = {}
        for name, value in self._values.items():
            known = [each for one, each in asked.items() if name in ("", one)]
            before = known[0] if known else _value(self._seen.get(name))
            same = next((one for one in waiting if alike(one.value, before)), None)
            if same is None:
                return {}
            waiting.remove(same)
            given[same.id] = value
        return given

    def _differs(self, name: str, one: Question) -> bool:
        seen = self._seen.get(name)
        if seen is None:
            return False
        counted = seen["earlier"] is not None and one.direct and not one.answered
        if counted and seen["earlier"] != len(one.earlier):
            return True
        asked = _value(seen)
        return seen["value"] is not None and _is_json(asked) and _is_json(one.value) and not alike(asked, one.value)


def resuming(by_id: Mapping[str, Any]) -> Any:
    """The argument of `Command(resume=...)`: answers by ids, or the only one where its question has no usable id."""
    return by_id if all(len(name) == _HASH for name in by_id) else resume_value(by_id, [*by_id])


def alike(one: Any, other: Any) -> bool:
    """Whether two questions ask the same, whatever their values' types are."""
    try:
        return bool(one == other) or _packed(one) == _packed(other)
    except Exception:
        return False


def _packed(value: Any) -> Any:
    return JsonPlusSerializer().dumps_typed(value)


def _value(seen: Message | None) -> Any:
    return load_value(seen["value"]) if seen and seen["value"] else None


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(each) for key, each in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float | bool)
