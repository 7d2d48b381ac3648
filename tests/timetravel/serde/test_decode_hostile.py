"""Bytes that would run code when LangGraph reads them run nothing here."""

import json
import sys

import ormsgpack
import pytest
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from ui.timetravel.model.values import Typed
from ui.timetravel.serde.decode import channel_sizes, decode, versions
from ui.timetravel.serde.editable_json import display, to_text
from ui.timetravel.serde.encode import encode


@pytest.fixture
def trap(tmp_path):
    """A file that only a command makes which hostile bytes name."""
    return tmp_path / "pwned"


@pytest.fixture
def trap_module(tmp_path, monkeypatch):
    """A module that can be imported, and makes a file when it is."""
    (tmp_path / "hostile_module.py").write_text(
        "from pathlib import Path\nPath(__file__).with_name('imported').touch()\nclass Thing: pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "imported"
    sys.modules.pop("hostile_module", None)


def extension(code, *payload):
    return ormsgpack.Ext(code, ormsgpack.packb(payload, default=lambda ext: ext))


def commands(trap):
    """For each way that an extension can name a function: one that makes the file `trap`."""
    command = f"touch {trap}"
    return {
        0: extension(0, "os", "system", command),
        1: extension(1, "os", "system", [command]),
        2: extension(2, "os", "system", {"command": command}),
        3: extension(3, "builtins", "eval", f"__import__('os').system('{command}')", "__call__"),
        4: extension(4, "os", "system", {"command": command}),
        5: extension(5, "os", "system", {"command": command}, "model_validate_json"),
        6: ormsgpack.Ext(6, ormsgpack.packb([extension(0, "os", "system", command), [1], "C", b"1"], default=id)),
        7: ormsgpack.Ext(7, ormsgpack.packb(extension(0, "os", "system", command))),
    }


def read_everywhere(blob):
    plain = decode("msgpack", blob)
    encode(plain)
    to_text(plain)
    display(plain)
    return plain


@pytest.mark.parametrize("code", [0, 1, 2, 4, 5, 7])
def test_langgraph_itself_runs_the_command(code, trap):
    JsonPlusSerializer().loads_typed(("msgpack", ormsgpack.packb(commands(trap)[code])))
    assert trap.exists()


@pytest.mark.parametrize("code", range(8))
def test_no_extension_runs_its_command(code, trap):
    read_everywhere(ormsgpack.packb([commands(trap)[code]]))
    assert not trap.exists()


@pytest.mark.parametrize("code", range(8))
def test_no_extension_inside_another_runs_its_command(code, trap):
    outer = extension(0, "builtins", "list", extension(1, "builtins", "print", [commands(trap)[code]]))
    assert read_everywhere(ormsgpack.packb(outer)).name == "list"
    assert not trap.exists()


@pytest.mark.parametrize("code", range(8))
def test_no_extension_in_damaged_bytes_runs_its_command(code, trap):
    decode("msgpack", ormsgpack.packb([commands(trap)[code], 1])[:-1])
    assert not trap.exists()


@pytest.mark.parametrize("code", range(6))
def test_no_extension_imports_the_module_that_it_names(code, trap_module):
    before = set(sys.modules)
    value = decode("msgpack", ormsgpack.packb(extension(code, "hostile_module", "Thing", {}, "run")))
    assert value.type == "hostile_module.Thing"
    assert set(sys.modules) == before
    assert not trap_module.exists()


@pytest.mark.parametrize("lc", [1, 2])
def test_no_constructor_in_json_imports_or_calls(lc, trap, trap_module):
    before = set(sys.modules)
    rows = [
        {"lc": lc, "type": "constructor", "id": ["os", "system"], "args": [f"touch {trap}"], "kwargs": {}},
        {"lc": lc, "type": "constructor", "id": ["hostile_module", "Thing"], "method": "x", "args": [], "kwargs": {}},
    ]
    values = decode("json", json.dumps(rows).encode())
    assert all(isinstance(value, Typed) for value in values)
    assert set(sys.modules) == before
    assert not trap.exists()
    assert not trap_module.exists()


def test_reading_only_the_versions_runs_nothing(trap):
    blob = ormsgpack.packb(
        {
            "channel_values": {"x": commands(trap)[0]},
            "channel_versions": {"x": commands(trap)[1]},
            "versions_seen": {"n": {"x": commands(trap)[2]}},
        }
    )
    versions(blob)
    channel_sizes(blob)
    assert not trap.exists()
