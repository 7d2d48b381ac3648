"""Recognizes rows that another program's LangGraph wrote, and could no longer read if this one wrote beside them.

The app has checked the same before it offered the run; this process checks again before it writes, and before it opens
a store in a way that changes its tables. Only the newest rows are read, if possible without their state.
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from ..allowed_types.guarded_serializer import looking
from ..errors.refused import Refused
from ..shared.protocol import Message, unwritable
from ..streams.versions import runtime

_LOOKED = 20
"""The number of rows that are read if the thread has none: those that were written last to the store."""
_HERE = "FROM checkpoints WHERE thread_id = {1}"
_NEWEST = f"SELECT {{0}} {_HERE} AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 1"
_NAMED = f"SELECT {{0}} {_HERE} AND checkpoint_id = {{1}}"
# The rows at the end of the table cost nothing to find; the others should those pages be empty.
_LAST = "SELECT {0} FROM checkpoints ORDER BY rowid DESC LIMIT " + str(_LOOKED)
_LAST_IN_POSTGRES = f"""
(SELECT {{0}} FROM checkpoints WHERE ctid >= format('(%%s,0)', greatest(0,
    pg_relation_size(to_regclass('checkpoints')) / current_setting('block_size')::int - 2))::tid LIMIT {_LOOKED})
UNION ALL (SELECT {{0}} FROM checkpoints LIMIT {_LOOKED})
"""
_IN_SQLITE = "type, CASE WHEN type = 'json' THEN checkpoint ELSE substr(checkpoint, 1, 8) END"
_IN_POSTGRES = "checkpoint ->> 'v' AS v, checkpoint ->> 'ts' AS ts"
_SMALL = 0x80

RowReader = Callable[..., Awaitable[list[dict[str, Any]]]]


class Author(NamedTuple):
    """What shows which program wrote a checkpoint: the number of its format ("v"), 0 where it is encrypted; and whether
    it was LangGraph.js.
    """

    format: int
    javascript: bool


def check_sqlite(path: Path, job: Message) -> None:
    """Raise Refused if the job must not write to this file. Changes nothing in it."""
    if job.get("bring") or not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:

            def ask(query: str, *parameters: str) -> list[Author]:
                rows = connection.execute(query.format(_IN_SQLITE, "?"), parameters).fetchall()
                return [_in_sqlite(kind, data) for kind, data in rows]

            found = ask(_NEWEST, job["thread_id"])
            if found and job["checkpoint_id"]:
                found += ask(_NAMED, job["thread_id"], job["checkpoint_id"])
            _check(found, [] if found else ask(_LAST), job["thread_id"])
    except sqlite3.Error:
        return  # no table yet, or one about which the saver itself will raise an error


async def check_postgres(read: RowReader, job: Message) -> None:
    """Raise Refused if the job must not write to this database; `read` returns the rows of a query."""

    async def ask(query: str, *parameters: str) -> list[Author]:
        rows = await read(query.format(_IN_POSTGRES, "%s"), *parameters)
        return [_author(row["v"], row["ts"]) for row in rows]

    found = await ask(_NEWEST, job["thread_id"])
    if found and job["checkpoint_id"]:
        found += await ask(_NAMED, job["thread_id"], job["checkpoint_id"])
    _check(found, [] if found else await ask(_LAST_IN_POSTGRES), job["thread_id"])


async def check_saver(saver: Any, job: Message) -> None:
    """Raise Refused if the job must not write to this thread, through a saver of any class."""
    places: list[dict[str, str]] = [{"checkpoint_ns": ""}]
    if one := job["checkpoint_id"]:
        places.append({"checkpoint_ns": job["namespace"], "checkpoint_id": one})
    with looking():
        found = [await saver.aget_tuple({"configurable": {"thread_id": job["thread_id"], **each}}) for each in places]
    authors = [_author(one.checkpoint.get("v"), one.checkpoint.get("ts")) for one in found if one is not None]
    _check(authors, [], job["thread_id"])


def _check(thread: Sequence[Author], others: Iterable[Author], name: str) -> None:
    """Raise Refused if nothing may be written beside one of the thread's checkpoints, or all of the store's."""
    format_here = runtime()["format"]
    reasons = [unwritable(one.format, one.javascript, format_here, f"The thread “{name}”") for one in thread]
    if not thread:
        said = [unwritable(one.format, one.javascript, format_here, "This store") for one in others]
        reasons = said if all(said) else []
    for reason in filter(None, reasons):
        raise Refused(reason)


def _in_sqlite(kind: str | None, data: bytes | str | None) -> Author:
    """The author from a row: a msgpack row begins with the format (langgraph 1.2.22, `create_checkpoint`)."""
    if kind == "json":
        try:
            found = json.loads(data or b"")
        except ValueError:
            return Author(0, False)
        return _author(found.get("v"), found.get("ts")) if isinstance(found, dict) else Author(0, False)
    head = data if isinstance(data, bytes) else b""
    plain = kind == "msgpack" and head[1:3] == b"\xa1v" and len(head) > 3 and head[3] < _SMALL
    return Author(head[3] if plain else 0, False)


def _author(number: Any, time: Any) -> Author:
    """The author from a format and a time: Python's LangGraph writes times with "+00:00" at the end, LangGraph.js with
    "Z".
    """
    told = str(number or 0)
    return Author(int(told) if told.isdecimal() else 0, isinstance(time, str) and time.endswith("Z"))
