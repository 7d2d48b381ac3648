"""Values that name what must not be called, in every form and place that a store has for them, and a canary that tells.

canary = Canary.made(folder)             a module that nothing imports: its import, and any call, leaves a line
for what, value in named(canary): ...    msgpack: every extension, every kind of thing to call
for what, data in named_in_json(canary)  rows of the kind "json"; named_in_pickle the same for "pickle"
for what, rows in placed(value): ...     a thread for each place of a row in which a value may stand
"""

import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.hostile.stores.stores import Checkpoint, Rows, State, Write, id_at, version
from tests.support.hostile.values.packing import Packed, array, called, extension, pack, snapshot

_CANARY = """
import os
_LOG = {log!r}

def _tell(what):
    with open(_LOG, "a") as file:
        file.write(what + chr(10))

_tell("imported")

def call(*args, **kwargs):
    _tell("called")

class Model:
    def __init__(self, *args, **kwargs):
        _tell("made")

    @classmethod
    def construct(cls, *args, **kwargs):
        _tell("constructed")

    model_construct = model_validate = parse = construct
"""

AUDITED = """
import os as _os, sys as _sys
_log = _os.open({log!r}, _os.O_WRONLY | _os.O_CREAT | _os.O_APPEND, 0o600)
_bad = ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "os.remove", "os.rmdir", "shutil.rmtree")

def _hear(event, args):
    if event in _bad or (event == "import" and str(args[0]).startswith("canary_")):
        _os.write(_log, f"{{event}} {{args[:1]}}\\n".encode())

_sys.addaudithook(_hear)
"""
"""Put before a module: what its process runs, deletes or imports of the canary from then on leaves a line."""


@dataclass(frozen=True)
class Canary:
    """The module's name, and the file that has a line for each thing that happened to it."""

    name: str
    log: Path

    @classmethod
    def made(cls, folder: Path, name: str = "canary_of_the_test") -> "Canary":
        """The module in this folder, from which graphs are imported."""
        log = folder / "happened.log"
        log.touch()
        (folder / f"{name}.py").write_text(_CANARY.format(log=str(log)))
        return cls(name, log)

    @property
    def happened(self) -> list[str]:
        """What was imported, called or run, so far."""
        return self.log.read_text().splitlines() if self.log.exists() else ["the log was removed"]

    @property
    def audit(self) -> str:
        """The beginning of a module whose process tells of itself."""
        return AUDITED.format(log=str(self.log))


class _Reduced:
    """Pickles as a call."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self.call = (function, args)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def named(canary: Canary) -> Iterator[tuple[str, Packed]]:
    """What would call something if it were built, by a few words each."""
    name, command = canary.name, f"echo ran >> {canary.log}"
    yield "function by one argument", called(name, "call", 1)
    yield "function by arguments", called(name, "call", [1, 2], code=1)
    yield "function by keywords", called(name, "call", {"a": 1}, code=2)
    yield "method", called(name, "Model", {"a": 1}, "parse", code=3)
    yield "pydantic 1", called(name, "Model", {"a": 1}, code=4)
    yield "pydantic 2", called(name, "Model", {"a": 1}, "model_validate_json", code=5)
    yield "shell", called("os", "system", command)
    yield "process", called("subprocess", "getoutput", [command], code=1)
    yield "process by keywords", called("subprocess", "run", {"args": command, "shell": True}, code=2)
    yield "code", called("builtins", "exec", f"import {name}")
    yield "import", called("importlib", "import_module", name)
    yield "pickle", called("pickle", "loads", pickle.dumps(_Reduced(exec, f"import {name}")))
    yield "loader", called("runpy", "run_module", name)
    yield (
        "LangChain's loader",
        called(
            "langchain_core.load.load", "loads", json.dumps({"lc": 1, "type": "constructor", "id": [name, "Model"]})
        ),
    )
    yield "part of a module", called("os", "__setattr__", ["system", None], code=1)
    yield "file removed", called("pathlib", "Path", str(canary.log), "unlink", code=3)
    yield "method of a message", called("langchain_core.messages.human", "HumanMessage", "{}", "parse_raw", code=3)
    yield "in the arguments of what is allowed", called("builtins", "set", [called(name, "call", 1)])
    yield (
        "in a message",
        called(
            "langchain_core.messages.human",
            "HumanMessage",
            {"content": "x", "additional_kwargs": {"a": called(name, "call", 1)}},
            "model_validate_json",
            code=5,
        ),
    )
    yield "in a Send", called("langgraph.types", "Send", ["model", called(name, "call", 1)], code=1)
    yield "in a snapshot", snapshot(called(name, "call", 1))
    yield "payload that is a map", extension(0, pack({0: name, 1: "call", 2: 1}))
    yield "payload that is built itself", extension(0, pack(called("collections", "deque", [name, "call", 1])))
    yield "module that is built", called(called(name, "call", 1), "call", 1)
    yield "deep", Packed(pack([[[{"a": [{"b": called(name, "call", 1)}]}]]]))
    yield "array with objects", array("|O", [called(name, "call", 1)], "C", b"x")


def named_in_json(canary: Canary) -> Iterator[tuple[str, bytes]]:
    """The same as JSON, as LangChain's and LangGraph's older serializers wrote it."""
    made: dict[str, Any] = {"type": "constructor", "id": [canary.name, "Model"]}
    forms: dict[str, Any] = {
        "constructor of LangGraph": {"lc": 2, **made, "kwargs": {"a": 1}},
        "constructor by arguments": {"lc": 2, **made, "args": [1]},
        "method": {"lc": 2, **made, "method": "parse", "args": [1]},
        "methods": {"lc": 2, **made, "method": [None, "construct"], "kwargs": {"a": 1}},
        "shell": {"lc": 2, "type": "constructor", "id": ["os", "system"], "args": [f"echo ran >> {canary.log}"]},
        "constructor of LangChain": {"lc": 1, **made, "kwargs": {}},
        "class of LangChain": {
            "lc": 1,
            "type": "constructor",
            "id": ["langchain", "prompts", "prompt", "PromptTemplate"],
            "kwargs": {"template": "x", "input_variables": []},
        },
        "secret": {"lc": 1, "type": "secret", "id": ["HOME"]},
    }
    for what, form in forms.items():
        yield what, json.dumps({"a": [form]}).encode()


def named_in_pickle(canary: Canary) -> Iterator[tuple[str, bytes]]:
    """The same as pickles."""
    yield "call", pickle.dumps({"a": _Reduced(exec, f"import {canary.name}")})
    yield "old protocol", pickle.dumps([_Reduced(exec, f"import {canary.name}")], protocol=0)
    yield "name alone", f"c{canary.name}\ncall\n.".encode()


def placed(value: Any, thread: str, channel: str = "x") -> dict[str, Rows]:
    """Threads that have the value in one place each, by the place's name; the thread's name begins with `thread`.

    In each the node "model" is due at the newest checkpoint.
    """
    due = {"branch:to:model": None}
    seen = {"__input__": {}, "__start__": {"__start__": version(1)}}
    places = {
        "channel": State({channel: value, **due}, seen=seen),
        "nested": State({channel: [{"a": [value]}], **due}, seen=seen),
        "version": State({channel: 1, **due}, {channel: value, "branch:to:model": version(1)}, seen),
        "seen": State({channel: 1, **due}, seen={**seen, "model": {channel: value}}),
        "time": State({channel: 1, **due}, seen=seen, time=value),
        "key of its own": State({channel: 1, **due}, seen=seen, more={"hostile": value}),
    }
    found = {}
    for number, (where, state) in enumerate(places.items()):
        found[where] = rows = Rows()
        rows.add(Checkpoint(f"{thread} {where}", id_at(number), state=state))
    plain = State({channel: 1, **due}, seen=seen)
    for where, of in (("write", channel), ("question", "__interrupt__"), ("answer", "__resume__")):
        found[where] = rows = Rows()
        rows.add(Checkpoint(f"{thread} {where}", id_at(20), state=plain))
        rows.add(Write(f"{thread} {where}", id_at(20), channel=of, value=[value]))
    return found


def delta(value: Any, thread: str, channel: str) -> Rows:
    """A thread whose newest checkpoint does not hold a delta channel; a write on its parent has the value."""
    rows, (first, last) = Rows(), (id_at(1, -1), id_at(2, 0))
    counted = {"counters_since_delta_snapshot": {channel: [1, 1]}}
    rows.add(Checkpoint(thread, first, state=State({channel: ["hello"]})))
    rows.add(Write(thread, first, channel=channel, value=[value], path="~__pregel_pull, model"))
    metadata = {"source": "loop", "step": 0, "parents": {}, **counted}
    rows.add(Checkpoint(thread, last, first, state=State({}, {channel: version(2)}), metadata=metadata))
    return rows
