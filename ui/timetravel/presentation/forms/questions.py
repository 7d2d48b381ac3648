"""A question in words, and the schema of its answer: the node's own, or that of a review of tool calls."""

from collections.abc import Mapping
from typing import Any

from ui.timetravel.model.values import Plain
from ui.timetravel.presentation.change_cards import render_value

_ASKING = ("question", "q", "message", "prompt", "text", "query", "instruction", "instructions", "description")
"""Keys under which graphs put the text of a question; the first that is present counts."""
_DECISIONS = ("approve", "edit", "reject", "respond")
REVIEW = "decisions"
"""The only key of the answer to a review of tool calls."""


def question_lines(value: Plain) -> list[str]:
    """The question as lines to read: a text unchanged; of an object, first what it asks and then its other keys."""
    if actions := _actions(value):
        return [line for at, action in enumerate(actions, 1) for line in _of_action(value, action, at, len(actions))]
    if not isinstance(value, dict) or not value or not all(isinstance(key, str) for key in value):
        return [_text(value)]
    asking = next((key for key in _ASKING if isinstance(value.get(key), str) and value[key]), None)
    rest = [f"{key}: {_text(each)}" for key, each in value.items() if key != asking]
    return [value[asking], *rest] if asking else rest


def answer_schema(value: Plain, response_schema: Plain) -> Mapping[str, Any] | None:
    """The schema of the answer: the one that the node gave, else that of a review; None where any answer is
    accepted.
    """
    if isinstance(response_schema, Mapping) and response_schema:
        return response_schema
    actions = _actions(value)
    return _review_schema(value, actions) if actions else None


def answer_value(value: Plain, response_schema: Plain, filled: Plain) -> Plain:
    """The answer to send for a filled-in form; for a review, the decisions in the order of the actions."""
    if isinstance(response_schema, Mapping) and response_schema:
        return filled
    return {REVIEW: list(filled.values())} if isinstance(filled, dict) and _actions(value) else filled


def is_review(value: Plain, response_schema: Plain) -> bool:
    """Whether the form is that of a review, so that its value has to be turned into an answer by `answer_value`."""
    return not response_schema and bool(_actions(value))


def _actions(value: Plain) -> list[dict[str, Any]]:
    """The tool calls that a person is asked to review (langchain 1.4, HITLRequest of HumanInTheLoopMiddleware)."""
    listed = value.get("action_requests") if isinstance(value, dict) else None
    if not isinstance(listed, list) or not isinstance(value.get("review_configs"), list):
        return []
    fit = all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in listed)
    return listed if fit else []


def _of_action(value: dict[str, Any], action: dict[str, Any], at: int, count: int) -> list[str]:
    """The tool, its arguments one a line, and the graph's description, where that does not repeat them."""
    number = f"{at}. " if count > 1 else ""
    args = action.get("args")
    lines = [f"{number}{action['name']}"]
    lines += [f"    {key}: {_text(each)}" for key, each in args.items()] if isinstance(args, dict) else []
    about = action.get("description")
    said = isinstance(about, str) and about.strip() and not about.startswith("Tool execution requires approval")
    allowed = _allowed(value, action)
    only = [f"    The only decision that is allowed: {allowed[0]}"] if len(allowed) == 1 else []
    return [*lines, *([f"    {about}"] if said else []), *only]


def _allowed(value: dict[str, Any], action: dict[str, Any]) -> list[str]:
    configs = [one for one in value["review_configs"] if isinstance(one, dict)]
    config = next((one for one in configs if one.get("action_name") == action["name"]), {})
    listed = config.get("allowed_decisions")
    return [one for one in _DECISIONS if not isinstance(listed, list) or one in listed]


def _review_schema(value: dict[str, Any], actions: list[dict[str, Any]]) -> dict[str, Any]:
    """An object with one decision for each action, under its name."""
    parts: dict[str, Any] = {}
    for at, action in enumerate(actions, 1):
        name = action["name"] if len(actions) == 1 else f"{at}. {action['name']}"
        parts[name] = {"anyOf": [_decision(one, action) for one in _allowed(value, action)]}
    return {"type": "object", "properties": parts, "required": list(parts)}


def _decision(kind: str, action: dict[str, Any]) -> dict[str, Any]:
    """A decision as langchain's HumanInTheLoopMiddleware takes it."""
    properties: dict[str, Any] = {"type": {"const": kind}}
    required = ["type"]
    if kind == "edit":
        edited = {"name": {"type": "string", "examples": [action["name"]]}, "args": _args(action.get("args"))}
        properties["edited_action"] = {"type": "object", "properties": edited, "required": list(edited)}
        required.append("edited_action")
    if kind in ("reject", "respond"):
        properties["message"] = {"type": "string"}
    if kind == "respond":
        required.append("message")
    return {"title": kind, "type": "object", "properties": properties, "required": required}


def _args(args: Any) -> dict[str, Any]:
    """The arguments as fields that begin with the model's values."""
    if not isinstance(args, dict) or not args:
        return {"type": "object"}
    types = {str: "string", bool: "boolean", int: "integer", float: "number"}
    parts = {
        key: ({"type": types[type(each)]} if type(each) in types else {}) | {"examples": [each]}
        for key, each in args.items()
    }
    return {"type": "object", "properties": parts, "required": list(parts)}


def _text(value: Plain) -> str:
    return str(render_value(value)["text"])
