"""The one place where secrets are masked in what is shown, printed or logged.

There are two strengths. `masked` replaces values that are known to be secret, in every form (secret_forms.py), and
passwords in addresses. It is for what others wrote, such as a node's output or a server's answer, in which nothing else
may be changed. `without_secrets` also replaces what follows names that are called like secrets. It is for our own logs,
and for what a person copies into a report.

Known are the secrets in the environment as it is at each call, those in libpq's files, and those given to `know`.
"""

import os
import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from ui.timetravel.ground.environment import variables
from ui.timetravel.ground.redaction.secret_forms import forms_of
from ui.timetravel.ground.redaction.secret_values import is_maskable, of_environment, of_password_files

HIDDEN = "•••"
_NAME = r"[\w-]*(?:api_?key|aes_?key|access_?key|token|secret|password|passwd|authorization|x-api-key)[\w-]*"
_USER = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s'\"@]*@", re.IGNORECASE)
_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s'\"@:]*:)(?!password@)[^/\s'\"@]+(?=@)", re.IGNORECASE)
_CONNINFO = re.compile(r"(\b(?:ssl)?password\s?=\s?)('(?:[^'\\]|\\.)*'|[^\s&'\",;)}\]]+)", re.IGNORECASE)
_PARAMETER = re.compile(
    rf"({_NAME}['\"]?\s*[=:]\s*)('[^']*'|\"[^\"]*\"|(?:Basic |Bearer )?[^\s'\",;&)}}\]]+)", re.IGNORECASE
)
_GAP = re.compile(r"(\n?… [0-9,]+ (?:characters|bytes) left out …\n?)")
"""The mark in a text that was cut (worker/child/shared/clipping.py)."""
_UNTOLD = ("default", "examples")
"""Keys of a JSON schema that are removed if they contain a secret: masked, it would be taken as a value."""
_QUOTES = "'\")]}"
_CUT = 4
"""The fewest characters of a cut secret that are masked."""
_TEXTS = ("text", "message", "traceback", "notes", "failure", "error")
"""The fields of a worker's messages that people read; names, ids and values of the state are not masked."""


class _Known:
    """The forms of all known secrets, longest first. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: frozenset[str] = frozenset()
        self._key: object = None
        self.forms: tuple[str, ...] = ()
        self.sorted: tuple[str, ...] = ()
        self.backwards: tuple[str, ...] = ()
        """Each form reversed, sorted."""
        self.heads: frozenset[str] = frozenset()
        """The first three characters of each form, forwards and backwards."""
        self.longest = 0
        self.signs: frozenset[str] = frozenset()
        """All characters that occur in any form."""

    def add(self, secrets: Iterable[str]) -> None:
        """Add the secrets that are not known yet."""
        with self._lock:
            self._told |= {one for one in secrets if is_maskable(one)}

    def now(self) -> "_Known":
        """These secrets and those that are in the environment now."""
        # The encoded variables of os.environ: decoding all of them for each line of output would take longer than the
        # rest.
        key = (self._told, tuple(getattr(os.environ, "_data", os.environ).items()))
        if key != self._key:
            with self._lock:
                environment = variables()
                secrets = self._told | of_environment(environment) | of_password_files(environment)
                forms = {form for secret in secrets for form in forms_of(secret)}
                self.forms = tuple(sorted(forms, key=len, reverse=True))
                self.sorted = tuple(sorted(forms))
                self.backwards = tuple(sorted(form[::-1] for form in forms))
                self.heads = frozenset(one[:3] for one in (*self.sorted, *self.backwards))
                self.longest = max(map(len, forms), default=0)
                self.signs = frozenset("".join(forms))
                self._key = key
        return self


_known = _Known()


def know(*secrets: str) -> None:
    """From now on mask these, too. Anything shorter than six characters, or a common word, is not masked."""
    _known.add(secrets)


def masked(text: str, also: Iterable[str] = ()) -> str:
    """The text, with known secrets, those in `also`, and passwords in addresses masked.

    `also` is for a message about one thing, such as a database: its secrets are masked however short they are.
    """
    for form in (*sorted(also, key=len, reverse=True), *_known.now().forms):
        if form in text:
            text = text.replace(form, HIDDEN)
    if "left out …" in text:
        text = _without_cut_secrets(text)
    if "://" in text:
        text = _PASSWORD.sub(rf"\g<1>{HIDDEN}", text)
    return _CONNINFO.sub(rf"\g<1>{HIDDEN}", text) if "assword" in text else text


def without_secrets(text: str) -> str:
    """The text, with everything masked that nobody else may read, as far as values and names show it."""
    return _PARAMETER.sub(rf"\g<1>{HIDDEN}", _USER.sub(rf"\g<1>{HIDDEN}@", masked(text)))


def public_environment() -> dict[str, str]:
    """The environment of this process without variables that contain secrets, for programs that need none."""
    return {name: value for name, value in variables().items() if masked(value) == value}


def masked_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A worker's message, masked in every part that a person reads."""
    return {name: _masked_value(value) if name in _TEXTS else value for name, value in message.items()}


def _masked_value(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _masked_value(each) for name, each in value.items()}
    return [_masked_value(each) for each in value] if isinstance(value, list | tuple) else value


def masked_schema(schema: Any, *, names: bool = False) -> Any:
    """A JSON schema without secrets: a default that contains one is removed from the schema, but still applies in the
    graph.

    `names`: the keys are names of properties or types, which stay unchanged.
    """
    if isinstance(schema, str):
        return masked(schema)
    if isinstance(schema, list):
        return [masked_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {
        name: masked_schema(each, names=not names and name in ("properties", "$defs")) for name, each in schema.items()
    }
    return {name: each for name, each in told.items() if names or name not in _UNTOLD or each == schema[name]}


class MaskedStream:
    """Masks text that comes in pieces, even a secret that is cut by their borders.

    Not safe to use from several threads.
    """

    def __init__(self) -> None:
        self._held = ""

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return bool(self._held)

    def take(self, text: str) -> str:
        """The text that may be shown now. The end is held back while it may be the beginning of a secret."""
        text = self._held + text
        cut = _before_whole_ones(text, _beginning_of_one(text))
        # Not masked yet: a secret may contain a shorter one, and would not be found once that is masked.
        self._held = text[cut:]
        return masked(text[:cut])

    def end(self) -> str:
        """The text that was held back, once no more comes."""
        held, self._held = self._held, ""
        return HIDDEN if _is_most_of_one(held) else masked(held)


def _beginning_of_one(text: str) -> int:
    """The position from which the end of the text may be the beginning of a secret; the text's length where none is."""
    known = _known.now()
    if text[-1:] not in known.signs:  # a line's end is not a secret's beginning: nearly all output stops here
        return len(text)
    return _begins(known, known.sorted, text)


def _before_whole_ones(text: str, cut: int) -> int:
    """A position up to `cut` at which no whole secret is cut in two."""
    if cut == len(text):
        return cut
    first = cut
    for form in _known.now().forms:
        if len(form) <= len(text):
            at = text.find(form, max(0, cut - len(form) + 1), cut + len(form) - 1)
            first = at if 0 <= at < first else first
    return first if first == cut else _before_whole_ones(text, first)


def _begins(known: _Known, forms: tuple[str, ...], text: str) -> int:
    size = len(text)
    for at in range(max(0, size - known.longest), size):
        if (at + 3 > size or text[at : at + 3] in known.heads) and _starts_one(forms, text[at:]):
            return at
    return size


def _starts_one(forms: tuple[str, ...], part: str) -> bool:
    at = bisect_left(forms, part)
    return any(one != part and one.startswith(part) for one in forms[at : at + 2])


def _without_cut_secrets(text: str) -> str:
    """The text without parts of a secret before and after the place where something was left out."""
    parts = _GAP.split(text)
    for at in range(0, len(parts), 2):
        if at + 1 < len(parts):
            parts[at] = _without_end(parts[at])
        if at:
            parts[at] = without_beginning(parts[at])
    return "".join(parts)


def _without_end(text: str) -> str:
    for end in (text, text.rstrip(_QUOTES)):
        cut = _beginning_of_one(end)
        if len(end) - cut >= _CUT:
            return f"{text[:cut]}{HIDDEN}"
    return text


def without_beginning(text: str) -> str:
    """A text whose beginning was cut off, without what may be the end of a secret at that place."""
    known = _known.now()
    first = text[: known.longest][::-1]
    size = len(first) - _begins(known, known.backwards, first)
    return f"{HIDDEN}{text[size:]}" if size >= _CUT else text


def _is_most_of_one(part: str) -> bool:
    if len(part) < 6:
        return False
    forms = _known.now().sorted
    found = [one for one in forms[bisect_left(forms, part) :][:8] if one.startswith(part)]
    return any(2 * len(part) >= len(one) for one in found)
