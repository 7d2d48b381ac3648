"""Keep the password of a store out of what the worker sends back."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from .refusing import Refused

_HIDDEN = "***"
_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")
_TEXTS = ("text", "message", "traceback", "notes", "failure", "error")
"""The fields of messages that people read; names of nodes and ids stay as they are."""

Message = dict[str, Any]


def check_address(url: str) -> None:
    """Raise Refused for an address that can't be read, before a library quotes a part of its password."""
    try:
        parts = urlsplit(url)
        readable = "@" not in parts.path + parts.fragment and all(
            map(_HOST.fullmatch, parts.netloc.rpartition("@")[2].split(","))
        )
    except ValueError:
        readable = False
    if not readable:
        raise Refused(
            "The address of the database can't be read. Write special characters in its user name and password as %XX "
            "(/ is %2F, @ is %40)."
        )


def hider(store: str) -> Callable[[Message], Message]:
    """What takes the store's address and password out of a message of the protocol, wherever a person reads it."""
    secrets = _secrets(store)
    if not secrets:
        return lambda message: message

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            for secret, instead in secrets:
                value = value.replace(secret, instead)
        elif isinstance(value, dict):
            return {key: clean(each) for key, each in value.items()}
        elif isinstance(value, list | tuple):
            return [clean(each) for each in value]
        return value

    return lambda message: {key: clean(each) if key in _TEXTS else each for key, each in message.items()}


def _secrets(store: str) -> list[tuple[str, str]]:
    """What to replace by what, the longest first."""
    if "://" not in store:
        return []
    scheme, _, rest = store.partition("://")
    user, at, place = rest.partition("?")[0].rpartition("@")
    name, _, password = user.partition(":")
    given = {password, *(value for key, value in parse_qsl(rest.partition("?")[2]) if key == "password")}
    passwords = {form for each in given if each for form in (each, unquote(each), quote(unquote(each), safe=""))}
    if not passwords:
        return []
    shown = f"{scheme}://{name}:{_HIDDEN}{at}{place}" if password else f"{scheme}://{user}{at}{place}"
    return [(store, shown), *((each, _HIDDEN) for each in sorted(passwords, key=len, reverse=True))]
