"""Decides which values are secret: in addresses, in environments, and in the files from which PostgreSQL takes
passwords.

The rule, which docs/security.md repeats:

- In an address, the password before the @ is secret, and so are parameters with names like those of secrets, and
  `password=` in PostgreSQL's "key=value" form. In an address of a website the user name alone is secret where it reads
  like a key.
- A variable's value is secret where its name says so (`kept_settings.is_secret`), or where it begins as keys of known
  services do; of JSON, "name=value" pairs and lists of headers each part by its own name; of several lines each line.
  In the environment of graphs (an .env file, "env" in a langgraph.json) it is also secret where it looks random:
  letters and digits mixed. So is such a part of an address there, or of one that a webhook is called by.
- Never secret is a value that is shorter than six characters, a common word, or the path of an existing file.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, unquote_plus

from ui.timetravel.worker.child.shared.kept_settings import is_key_of_a_service, is_secret

SHORTEST = 6
"""Shorter values are not masked: they occur inside ordinary words."""
_WORDS = (
    "administrator anonymous bearer changeme console database default development disabled docker enabled example "
    "health language letmein localhost master memory messages nobody notset number object password passwd postgres "
    "postgresql private production public python qwerty readonly required secret server sqlite staging string system "
    "testing thread timetravel undefined unknown username verbose warning"
)
_COMMON = frozenset(_WORDS.split())
_MIXED = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_RUN = re.compile(r"[A-Za-z0-9]+")
_DRAWN = 8
"""The fewest letters and digits in a row, both among them, that make a value look random."""
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*):/{1,2}(\S*)", re.IGNORECASE)
_CONNINFO = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)")
_SCHEME = r"(?:(?:Bearer|Basic|Token|ApiKey)\s+)?"
"""The word before the secret in a header."""
_PAIR = re.compile(rf"([\w-]+)\s*[=:]\s*{_SCHEME}(\"[^\"]*\"|'[^']*'|[^\s;,&]+)", re.IGNORECASE)
_LINES = re.compile(r"\s*[\r\n]+\s*|(?:\\r)?\\n")
r"""The separators of a value's lines, including those written as \n."""
_PRIVATE = "PRIVATE KEY-----"
_SIGNATURES = ("sig", "signature", "x-amz-signature")
"""Parameters of addresses that grant access to anyone who knows them."""
_LONG = 16
"""The fewest letters and digits in a row that make a part of an address look random, and a line a secret of its own."""


def is_maskable(value: str) -> bool:
    """Whether a secret can be masked in texts without harm to ordinary words."""
    return len(value) >= SHORTEST and value.strip().lower() not in _COMMON


def of_address(text: str) -> set[str]:
    """The secrets in an address, or in PostgreSQL's "key=value" form, however wrongly it is written."""
    return {one for one in all_of_address(text) if is_maskable(one)}


def all_of_address(text: str) -> set[str]:
    """The same, with those that are too short or too common to be masked in other texts."""
    found = {value for name, value in (*_conninfo(text), *_pairs(text)) if _says_secret(name, value)}
    for address in _ADDRESS.finditer(text):
        # Up to the next space, and up to the end: a password that was not encoded may contain a space.
        for rest in {address[2], text[address.start(2) :]}:
            found |= _of_rest(address[1].lower(), rest)
    if "://" not in text and (at := re.match(r"[^\s:/@]+:(?!/)(\S+)@", text)):
        found |= {at[1], at[1].rpartition(":")[2]}
    return {form for each in found for form in (each, unquote(each)) if form}


def of_environment(environment: Mapping[str, str]) -> set[str]:
    """The secrets among the variables of a process."""
    return {one for name, value in environment.items() for one in _of_variable(name, value)}


def of_graphs(environment: Mapping[str, str]) -> set[str]:
    """The secrets among the variables that a project sets for its graphs."""
    whole = set(filter(_is_drawn, environment.values()))
    words = {word for value in environment.values() for word in value.split() if _is_drawn(word)}
    drawn = {value for value in whole | words if not _is_there(value)}
    parts = {one for value in environment.values() for one in _drawn_parts(value)}
    return of_environment(environment) | {one for one in drawn | parts if is_maskable(one)}


def of_password_files(environment: Mapping[str, str]) -> set[str]:
    """The passwords in libpq's password file and service file, if these exist."""
    home = Path(environment.get("HOME") or "~").expanduser()
    lines = _lines(environment.get("PGPASSFILE") or home / ".pgpass")
    found = {_password_of(line) for line in lines if not line.startswith("#")}
    services = _lines(environment.get("PGSERVICEFILE") or home / ".pg_service.conf")
    found |= {value for line in services for name, value in _conninfo(line) if is_secret(name)}
    return {one for one in found if is_maskable(one)}


def _of_variable(name: str, value: str) -> Iterator[str]:
    if value.lstrip().startswith(("{", "[")):
        yield from _of_json(name, value)
    if "@sha256:" not in value:  # the name of an image: its version is not a password
        yield from of_address(value)
    if "://" in value:
        if "webhook" in name.lower():
            yield from (one for one in (value, *_drawn_parts(value)) if is_maskable(one))
    elif is_maskable(value) and not _is_there(value):
        named = is_secret(name) and not (value.isdigit() and len(value) < _DRAWN)
        if named or name.upper().endswith("_PAT") or is_key_of_a_service(value) or _PRIVATE in value:
            yield from (one for one in _parts(value) if is_maskable(one))


def _parts(value: str) -> Iterator[str]:
    """A secret in the forms in which it is used: without quotes and a scheme's name, one of several, line by line."""
    bare = value.strip().strip("\"'")
    yield from (value, bare, re.sub(_SCHEME, "", bare, count=1, flags=re.IGNORECASE), bare.replace("\\n", "\n"))
    yield from re.split(r"\s*[,;]\s*", value)
    least = _LONG if _PRIVATE in value else SHORTEST
    lines = _LINES.split(bare)
    yield from (line for line in lines if len(lines) > 1 and len(line) >= least and not line.startswith("-----"))


def _of_json(name: str, text: str) -> Iterator[str]:
    """The secrets in a variable that holds JSON, such as a list of endpoints with their keys."""
    with suppress(ValueError, RecursionError):
        waiting: list[tuple[str, object]] = [(name, json.loads(text))]
        while waiting:
            key, value = waiting.pop()
            if isinstance(value, dict):
                waiting += value.items()
            elif isinstance(value, str) and "://" in key and "://" not in value:  # LANGSMITH_RUNS_ENDPOINTS
                yield from (one for one in _parts(value) if is_maskable(one))
            elif isinstance(value, list):
                waiting += [(key, each) for each in value]
            elif isinstance(value, str) and not value.lstrip().startswith(("{", "[")):
                yield from _of_variable(key, value)


def _of_rest(scheme: str, rest: str) -> set[str]:
    place, _, parameters = rest.partition("?")
    parameters = parameters.partition("#")[0]
    user, at, _ = place.rpartition("@")
    found = _userinfo(scheme, user) if at else set()
    for name, value in parse_qsl(parameters):
        if is_secret(name) or name.lower() in _SIGNATURES:
            found |= {value, *(given for given in _given(parameters, name))}
    return found


def _given(parameters: str, name: str) -> Iterator[str]:
    """The values of a parameter in an address, still encoded."""
    for part in parameters.split("&"):
        key, _, value = part.partition("=")
        if unquote_plus(key) == name:
            yield value


def _userinfo(scheme: str, user: str) -> set[str]:
    name, colon, password = user.partition(":")
    if colon:
        return {password}
    return {name} if scheme.startswith("http") and _is_drawn(unquote(name)) else set()


def _conninfo(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _CONNINFO.findall(text):
        quoted = len(value) > 1 and value.startswith("'") and value.endswith("'")
        yield name, re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values as in Azure's addresses, drivers and lists of headers, separated by ";" or ","."""
    for name, value in _PAIR.findall(text):
        yield name, value.strip("\"'")


def _says_secret(name: str, value: str) -> bool:
    """Whether the name of a part marks it as secret; "sort-key=created" is not."""
    return is_secret(name) and (not name.lower().endswith("key") or _MIXED.search(value) is not None)


def _drawn_parts(value: str) -> Iterator[str]:
    """The parts of an address's path and parameters that look random."""
    for address in _ADDRESS.finditer(value):
        _, _, rest = address[2].partition("/")
        for part in re.split(r"[/?&=#:]", rest):
            if len(part) >= _LONG and _is_drawn(part):
                yield from (part, unquote(part))


def _is_drawn(value: str) -> bool:
    if is_key_of_a_service(value):
        return True
    if "://" in value or any(sign.isspace() for sign in value.strip()):
        return False
    return any(len(run) >= _DRAWN and _MIXED.search(run) for run in _RUN.findall(value))


def _is_there(value: str) -> bool:
    """Whether this is the path of an existing file or folder, which may be shown."""
    with suppress(OSError, ValueError, RuntimeError):
        return value.startswith(("/", "./", "../", "~")) and Path(value).expanduser().exists()
    return False


def _lines(file: str | os.PathLike[str]) -> list[str]:
    with suppress(OSError, ValueError):
        return Path(file).read_text(encoding="utf-8", errors="replace").splitlines()[:1000]
    return []


def _password_of(line: str) -> str:
    """The last of the five fields of a line of .pgpass; a colon inside a field is escaped by a backslash."""
    fields = re.split(r"(?<!\\):", line, maxsplit=4)
    return re.sub(r"\\(.)", r"\1", fields[4]) if len(fields) == 5 else ""
