"""The settings of a run as its checkpoints keep them, read alike by the debugger and by its worker.

LangGraph writes plain values of `config["configurable"]` and of `config["metadata"]` side by side into the metadata of
each checkpoint (langgraph-checkpoint 2.1.2 to 4.3.2, base/__init__.py, `get_checkpoint_metadata`), but not the context,
the recursion limit, or tags. Runs of ours save all of them, without secrets, under `KEPT`.

Only the standard library here: a worker has this file, too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .reserved_names import COUNTERS

KEPT = "timetravel_settings"
"""The key in a checkpoint's metadata under which runs of ours keep their settings."""

_NOT_GIVEN = frozenset(
    (
        "source",
        "step",
        "parents",
        "writes",
        "run_id",
        "run_attempt",
        "graph_id",
        "assistant_id",
        "cron_id",
        "created_by",
        "thread_id",
        "thread_ts",
        "task_id",
        "checkpoint_id",
        "checkpoint_ns",
        "checkpoint_map",
        COUNTERS,
    )
)
"""Keys of a checkpoint's metadata that LangGraph or a LangGraph server sets itself."""
_NOT_GIVEN_BEGIN = ("__", "langgraph_", "timetravel_", "lc_", "ls_", "x-")
_NOBODY = ("user_id", "")
"""The user id that a LangGraph server without accounts writes (langgraph-api 0.16.7)."""
_SECRET = frozenset(
    (
        *("token", "secret", "secrets", "password", "passwords", "passwd", "passphrase", "pwd"),
        *("credential", "credentials", "apikey", "apikeys", "passcode", "jwt"),
    )
)
_SECRET_LAST = frozenset(("key", "keys", "auth", "authorization", "bearer", "pass"))
_SECRET_END = ("password", "passwd", "passphrase", "secret", "token", "apikey")
"""Endings by which a word that is written together with the one before it is a secret's name: PGPASSWORD."""
_SECRET_KEY = frozenset(("api", "access", "private", "encryption", "signing", "account", "shared", "auth"))
"""The words before "key" by which a name is a secret's, whatever follows: API_KEY_STAGING."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_KEY_OF_A_SERVICE = re.compile(
    r"(sk|pk|rk|lsv2|ls__|gsk|xai|ghp|gho|ghs|github_pat|glpat|xox[abpr]|hf|AIza|AKIA|ASIA|eyJ|npm|pypi|dop_v1|SG\.)"
    r"[-_.]?\w[\w.-]{14,}"
)
_LONGEST = 60
"""The most letters of a value in words."""
BY_HAND = ("update", "fork")
"""The sources of checkpoints that may be made without the settings of the run before them."""


def is_secret(name: str, value: Any = "") -> bool:
    """Whether a setting is a secret: by its name ("api_key", "GithubToken", "db-password"), unless it is a number or
    flag.

    Or by a value that begins as keys of known services do.
    """
    words = [word.casefold() for word in _WORD.findall(name) if not word.isdigit()]
    named = bool(words) and (
        not _SECRET.isdisjoint(words)
        or words[-1] in _SECRET_LAST
        or any(word.endswith(_SECRET_END) for word in words)
        or any(one in _SECRET_KEY and then in ("key", "keys") for one, then in pairwise(words))
    )
    return (named and not isinstance(value, bool | int | float)) or is_key_of_a_service(value)


def is_key_of_a_service(value: Any) -> bool:
    """Whether a value begins as keys of known services do, and is as long as they are."""
    return isinstance(value, str) and _KEY_OF_A_SERVICE.fullmatch(value.strip()) is not None


def may_be_set(name: str) -> bool:
    """Whether a person may set this key of `configurable`: it is neither the address of a checkpoint nor one of
    LangGraph's own.
    """
    return name not in _NOT_GIVEN and not name.startswith(_NOT_GIVEN_BEGIN)


def recorded(metadata: Mapping[str, Any]) -> dict[str, Any] | None:
    """The settings that a run of ours saved in this metadata; None where the run was not ours.

    It has `configurable`, `context` (None: it had none), `recursion_limit` (None: LangGraph's own), `tags`, and
    `left_out`: the names of secrets, and of what JSON can't hold.
    """
    kept = metadata.get(KEPT)
    if not isinstance(kept, Mapping):
        return None
    names, tags, limit = kept.get("left_out"), kept.get("tags"), kept.get("recursion_limit")
    context = kept.get("context")
    return {
        "configurable": _mapping(kept.get("configurable")),
        "context": dict(context) if isinstance(context, Mapping) else None,
        "recursion_limit": limit if isinstance(limit, int) and limit > 0 else None,
        "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [],
        "left_out": [str(name) for name in names] if isinstance(names, list) else [],
    }


def kept_configurable(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a run's `configurable` that LangGraph saved, mixed with those of its `metadata`, which look the
    same.
    """
    return {
        name: value
        for name, value in metadata.items()
        if may_be_set(name) and isinstance(value, str | int | float | bool) and (name, value) != _NOBODY
    }


def goes_up(metadata: Mapping[str, Any]) -> bool:
    """Whether the settings may be found on the checkpoint's parent: it was made by hand, and has no settings itself."""
    return metadata.get("source") in BY_HAND and recorded(metadata) is None


def inherited(line: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The settings with which a run from a checkpoint begins, in the form of `recorded`.

    `line` is the metadata of the checkpoint and of its ancestors, nearest first, as long as each `goes_up`.
    """
    configurable: dict[str, Any] = {}
    for metadata in line:
        if (found := recorded(metadata)) is not None:
            return {**found, "configurable": {**found["configurable"], **configurable}}
        configurable = {**kept_configurable(metadata), **configurable}
    return {"configurable": configurable, "context": None, "recursion_limit": None, "tags": [], "left_out": []}


def in_words(settings: Mapping[str, Any]) -> list[str]:
    """The settings in words, one part each, with secrets masked: `configurable user_id "ann"`, `recursion limit
    100`.
    """
    context, configurable = _mapping(settings.get("context")), _mapping(settings.get("configurable"))
    said = [f"context {name} {value_in_words(name, value)}" for name, value in context.items()]
    for name, value in beside_context(configurable, context).items():
        said.append(f"configurable {name} {value_in_words(name, value)}")
    if settings.get("recursion_limit"):
        said.append(f"recursion limit {settings['recursion_limit']}")
    if settings.get("tags"):
        said.append(f"tags {', '.join(map(str, settings['tags']))}")
    return said


def beside_context(configurable: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The configurable values without those of the context, which a run has among them as well."""
    return {name: value for name, value in configurable.items() if name not in context or context[name] != value}


def value_in_words(name: str, value: Any) -> str:
    """A value as short JSON; for a secret, only that it is one."""
    if value is ... or is_secret(name, value):
        return "(a secret)"
    text = json.dumps(_told(value), ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def to_keep(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a run's settings to save in its checkpoints: JSON, without secrets."""
    left_out: list[str] = []
    kept: dict[str, Any] = {"configurable": _open(_mapping(settings.get("configurable")), left_out)}
    context = settings.get("context")
    kept["context"] = _open(context, left_out) if isinstance(context, Mapping) else None
    kept["recursion_limit"], kept["tags"] = settings.get("recursion_limit"), list(settings.get("tags") or ())
    return {**kept, "left_out": list(dict.fromkeys(left_out))}


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are secret."""
    return {name: value for name, value in values.items() if not is_secret(name, value)}


def _told(value: Any) -> Any:
    """A value as it may be shown: secrets in it are left out, at any depth."""
    if isinstance(value, Mapping):
        return {name: _told(each) for name, each in without_secrets(value).items()}
    return ["(a secret)" if is_key_of_a_service(one) else _told(one) for one in value] if _is_list(value) else value


def _open(values: Mapping[str, Any], left_out: list[str]) -> dict[str, Any]:
    """The values that may be saved; the names of the others are added to `left_out`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        inner = _open(value, left_out) if isinstance(value, Mapping) else value
        if is_secret(name, value) or not _is_json(inner) or _told(inner) != inner:
            left_out.append(str(name))
        else:
            found[name] = inner
    return found


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
