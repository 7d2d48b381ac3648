"""Sends each answer to the question that was shown on the screen, or refuses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.timetravel.langgraph_server.json_values import to_json
from ui.timetravel.langgraph_server.thread_placement import JobRefused
from ui.timetravel.model.jobs import Answer
from ui.timetravel.worker.child.shared.protocol import ANSWERED_MEANWHILE, WHICH_QUESTION


@dataclass(frozen=True, slots=True)
class ServerQuestion:
    """A question in a state. `answered`: its task has continued since."""

    id: str
    value: Any
    answered: bool


def questions(state: Mapping[str, Any] | None) -> list[ServerQuestion]:
    """The last questions of each task of a state, each once."""
    found: dict[str, ServerQuestion] = {}
    for task in (state or {}).get("tasks") or ():
        answered = task.get("result") is not None or bool(task.get("error"))
        for each in task.get("interrupts") or ():
            name = str(each.get("id") or "")
            found.setdefault(name, ServerQuestion(name, each.get("value"), answered))
    return list(found.values())


def answered(action: Answer, found: Sequence[ServerQuestion]) -> list[tuple[ServerQuestion, Any]]:
    """Each question that is answered, with its answer. Raises JobRefused if one is not in the state as it was shown."""
    by_id = {one.id: one for one in found}
    seen = {one.id: to_json(one.value) for one in action.questions}
    matched = []
    for name, value in to_json(dict(action.values)).items():
        if not name and len(found) > 1:
            raise JobRefused(WHICH_QUESTION)
        one = by_id.get(name) if name else next(iter(found), None)
        if one is None or (name in seen and seen[name] != one.value):
            raise JobRefused(ANSWERED_MEANWHILE)
        matched.append((one, value))
    return matched


def same_again(chosen: Sequence[tuple[ServerQuestion, Any]], found: Sequence[ServerQuestion]) -> dict[str, Any]:
    """The answers by the ids of open questions that ask the same; empty if one of them is not being asked."""
    waiting = [one for one in found if not one.answered]
    given: dict[str, Any] = {}
    for question, value in chosen:
        same = next((one for one in waiting if one.value == question.value), None)
        if same is None:
            return {}
        waiting.remove(same)
        given[same.id] = value
    return given
