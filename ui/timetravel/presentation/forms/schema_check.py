"""Checks values against a JSON schema. Pure; neither fetches nor runs what a schema names.

A schema may come from a store, so it is not trusted: references lead only into the schema itself, patterns are matched
in linear time (Rust's regular expressions, through pydantic), and a check that takes too many steps is given up.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import best_match
from pydantic import StringConstraints, TypeAdapter
from pydantic import ValidationError as Unfit
from referencing import Registry

from ui.timetravel.ground.text.formatting import shorten
from ui.timetravel.model.values import Opaque, Plain, Typed
from ui.timetravel.presentation.forms.schema_parts import as_schema, is_messages, resolve

_STEPS = 10_000
_SHOWN = 20
"""The most problems that are shown for one value."""
_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object in braces",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a path of keys and indices; `message` continues a sentence that begins with the path.
    `is_missing`: a required value is missing.
    """

    path: tuple[str | int, ...]
    message: str
    is_missing: bool = False

    def __str__(self) -> str:
        return f"{where(self.path)} {self.message}" if self.path else f"The value {self.message}"


def where(path: Iterable[str | int]) -> str:
    """A path as one word: buyers[2].name."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def misfits(schema: Mapping[str, Any], value: Plain) -> tuple[Problem, ...]:
    """Where the value does not fit the schema; empty where it fits, or that can't be checked.

    Values of types that JSON lacks are accepted, and so are messages, which LangGraph takes in many forms.
    """
    try:
        errors = sorted(_validator(_without_messages(schema)).iter_errors(value), key=_by_path)
        found = [_problem(error) for error in errors if not _is_beyond_json(error.instance)]
    except Exception:  # the schema itself is invalid or endless: then nothing is checked
        return ()
    return tuple(dict.fromkeys(found))[:_SHOWN]


def unknown_keys(schema: Mapping[str, Any], value: Plain, top: str = "a key") -> tuple[Problem, ...]:
    """Keys that the schema does not name; `top` is the word for those at the top level.

    A schema accepts them unless it forbids them. Below the top level, only keys that resemble a missing one are
    reported.
    """
    return tuple(_unknown(schema, schema, value, (), top))[:_SHOWN]


def close_to(name: str, known: Iterable[str]) -> str:
    """ "; did you mean description?" where one of the known names is close; else empty."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else "."


def _unknown(
    part: Mapping[str, Any], root: Mapping[str, Any], value: Plain, path: tuple[str | int, ...], called: str
) -> Iterator[Problem]:
    found, _ = resolve(part, root)
    if isinstance(value, list):
        items = as_schema(found.get("items"))
        for at, each in enumerate(value[:1000] if items else ()):
            yield from _unknown(items, root, each, (*path, at), "a key here")
        return
    known = as_schema(found.get("properties"))
    if not isinstance(value, dict) or not known:
        return
    missing = [name for name in known if name not in value]
    for name, each in value.items():
        if name in known:
            yield from _unknown(as_schema(known[name]), root, each, (*path, name), "a key here")
        elif not path or difflib.get_close_matches(str(name), missing):
            yield Problem((*path, name), f"is not {called}{close_to(str(name), missing)}")


def _without_messages(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found, _ = resolve(schema, schema)
    parts = as_schema(found.get("properties"))
    passed: dict[str, Any] = {
        name: {} for name, part in parts.items() if is_messages(resolve(as_schema(part), schema)[0], schema, name)
    }
    return {**schema, **found, "properties": {**parts, **passed}} if passed else schema


def _by_path(error: ValidationError) -> list[str]:
    return list(map(str, error.absolute_path))


def _is_beyond_json(value: Plain) -> bool:
    """Whether a value contains a type that JSON lacks, about which a schema says nothing."""
    if isinstance(value, Typed | Opaque | bytes):
        return True
    if isinstance(value, dict):
        return any(_is_beyond_json(each) for each in value.values()) or not all(isinstance(key, str) for key in value)
    return isinstance(value, list) and any(map(_is_beyond_json, value))


# --- in plain words ---


def _problem(error: ValidationError) -> Problem:
    error = _nearest(error)
    path = tuple(error.absolute_path)
    say = _WORDS.get(str(error.validator))
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        named = next((name for name in missing if f"'{name}'" in error.message), missing[0])
        return Problem((*path, named), "is missing.", is_missing=True)
    return Problem(path, say(error) if say else f"does not fit: {shorten(error.message)}.")


def _nearest(error: ValidationError) -> ValidationError:
    """The error to report: if several alternatives failed, that of the only one besides null, or the one deepest
    inside.
    """
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        return error
    another = {one.schema_path[0] for one in error.context if _is_of_another(one)}
    likely = [one for one in error.context if one.schema_path[0] not in another]
    if len({one.schema_path[0] for one in likely}) == 1:
        return _nearest(min(likely, key=lambda one: len(one.path)))
    nearest = best_match([error])
    return error if nearest is None or nearest.absolute_path == error.absolute_path else nearest


def _is_of_another(error: ValidationError) -> bool:
    """Whether an alternative is clearly not meant: it is null, or has another name (`kind: Literal["card"]`)."""
    return (error.validator == "type" and error.validator_value == "null") or (
        error.validator == "const" and len(error.path) == 1
    )


def _of_type(error: ValidationError) -> str:
    listed = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    return (
        f"must be {' or '.join(_TYPES.get(str(one), str(one)) for one in listed)}, not {kind_in_words(error.instance)}."
    )


def _of_several(error: ValidationError) -> str:
    return f"fits none of the types that are allowed here: it is {kind_in_words(error.instance)}."


def _extra(error: ValidationError) -> str:
    known = as_schema(error.schema.get("properties") if isinstance(error.schema, Mapping) else None)
    extra = [str(name) for name in error.instance if name not in known]
    return f"may not have the key {shorten(', '.join(extra))}{close_to(extra[0], known) if extra else '.'}"


def _listed(values: Any) -> str:
    return shorten(", ".join(map(str, values)))


def kind_in_words(value: Plain) -> str:
    """A JSON value in words, or for a list or object only its type: the text “three”, null, a list."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"the text “{shorten(value)}”"
    if isinstance(value, dict):
        return "an object in braces"
    return "a list" if isinstance(value, list) else shorten(str(value))


_WORDS: dict[str, Callable[[ValidationError], str]] = {
    "type": _of_type,
    "enum": lambda error: (
        f"must be one of {shorten(', '.join(map(str, error.validator_value)))}, not {kind_in_words(error.instance)}."
    ),
    "const": lambda error: f"must be {error.validator_value}, not {kind_in_words(error.instance)}.",
    "anyOf": _of_several,
    "oneOf": _of_several,
    "additionalProperties": _extra,
    "minimum": lambda error: f"must be at least {error.validator_value}, not {kind_in_words(error.instance)}.",
    "maximum": lambda error: f"must be at most {error.validator_value}, not {kind_in_words(error.instance)}.",
    "exclusiveMinimum": lambda error: (
        f"must be more than {error.validator_value}, not {kind_in_words(error.instance)}."
    ),
    "exclusiveMaximum": lambda error: (
        f"must be less than {error.validator_value}, not {kind_in_words(error.instance)}."
    ),
    "minLength": lambda error: f"must have at least {error.validator_value} letters.",
    "maxLength": lambda error: f"must have at most {error.validator_value} letters.",
    "minItems": lambda error: f"must have at least {error.validator_value} items.",
    "maxItems": lambda error: f"must have at most {error.validator_value} items.",
    "pattern": lambda error: f"must look like {shorten(str(error.validator_value))}.",
    "format": lambda error: f"is no {error.validator_value}: {kind_in_words(error.instance)}.",
}


# --- the validator ---


def _validator(schema: Mapping[str, Any]) -> Any:
    steps = [0]

    def counted(keyword: Any) -> Any:
        def check(validator: Any, part: Any, instance: Any, whole: Any) -> Any:
            steps[0] += 1
            if steps[0] > _STEPS:
                raise RecursionError("too many steps")
            return keyword(validator, part, instance, whole)

        return check

    known = {name: counted(keyword) for name, keyword in Draft202012Validator.VALIDATORS.items()}
    known |= {"pattern": _pattern, "patternProperties": _nothing, "uniqueItems": _nothing}
    bounded = validators.extend(Draft202012Validator, known)
    return bounded(schema, registry=Registry(), format_checker=_FORMATS)


def _nothing(validator: Any, part: Any, instance: Any, whole: Any) -> None:
    """Accept anything: patternProperties would use Python's regular expressions, and uniqueItems takes quadratic
    time.
    """


def _pattern(validator: Any, pattern: Any, instance: Any, whole: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _is_match(pattern, instance):
        yield ValidationError("no match")


def _is_match(pattern: Any, text: str) -> bool:
    """Whether the pattern matches, by pydantic; true for a pattern that pydantic does not accept."""
    try:
        matching = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
    except Exception:  # errors of several libraries: a pattern that Rust does not accept, or that is not a text
        return True
    return _fits(matching, text)


def _fits(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except Unfit:
        return False
    return True


def _format(expected: Any) -> Callable[[object], bool]:
    """Whether a text is a value of this format, as pydantic reads it."""
    adapter = TypeAdapter(expected)
    return lambda value: not isinstance(value, str) or _fits(adapter, value)


_FORMATS = FormatChecker(formats=())
_READ: dict[str, Any] = {
    "date-time": datetime,
    "date": date,
    "time": time,
    "duration": timedelta,
    "uuid": UUID,
}
for _name, _type in _READ.items():
    _FORMATS.checks(_name)(_format(_type))
