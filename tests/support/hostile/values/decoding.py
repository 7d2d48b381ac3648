"""Run by the Python of any LangGraph that a worker drives: what a worker's serializers make of hostile bytes.

    python decoding.py LOG < pairs        lines of JSON: [kind, base64 of the bytes]

writes a line of JSON for each: how it was read, what it was refused for, and what the process did meanwhile.
"""

import base64
import importlib
import json
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ormsgpack

CHILD = Path(__file__).resolve().parents[4] / "ui" / "timetravel" / "worker" / "child"
HEARD: list[str] = []
_BAD = ("os.", "subprocess.", "shutil.", "exec", "compile", "pickle.find_class")


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if event == "import" or event.startswith(_BAD):
        HEARD.append(f"{event} {str(args[0])[:60] if args else ''}")


@contextmanager
def _heard(into: list[str]) -> Iterator[None]:
    HEARD.clear()
    try:
        yield
    finally:
        into += HEARD


def _shape(data: bytes) -> Any:
    """What bytes say, whatever form a length has."""
    return ormsgpack.unpackb(
        data, ext_hook=lambda code, inner: [code, _shape(inner)], option=ormsgpack.OPT_NON_STR_KEYS
    )


def main() -> None:
    package: Any = types.ModuleType("_timetravel_worker")
    package.__path__ = [str(CHILD)]
    sys.modules["_timetravel_worker"] = package
    guarding = importlib.import_module("_timetravel_worker.allowed_types.guarded_serializer")
    refused = importlib.import_module("_timetravel_worker.errors.refused").Refused
    plain = importlib.import_module("langgraph.checkpoint.serde.jsonplus").JsonPlusSerializer
    importlib.import_module("langgraph.graph")
    serializers = [guarding.guarded(plain()), guarding.guarded(plain(pickle_fallback=True))]
    # What is lazy in LangGraph and LangChain is loaded now, so that nothing has a reason to be imported later.
    with suppress(refused):
        serializers[0].loads_typed(
            ("msgpack", ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(["os", "nothing", 1]))))
        )
    with guarding.looking():
        serializers[0].loads_typed(serializers[0].dumps_typed([1]))
    "".encode("raw_unicode_escape")  # which old pickles need
    sys.addaudithook(_hear)
    for line in sys.stdin:
        kind, data = json.loads(line)
        pair = (kind, base64.b64decode(data))
        happened: list[str] = []
        told: dict[str, Any] = {"looked": [], "refused": [], "same": True}
        for serializer in serializers:
            with _heard(happened), guarding.looking():
                try:
                    found = serializer.loads_typed(pair)
                    told["looked"].append(True)
                    if kind == "msgpack":
                        told["same"] &= _shape(serializer.dumps_typed(found)[1]) == _shape(pair[1])
                except Exception as error:
                    told["looked"].append(f"{type(error).__name__}: {error}")
            with _heard(happened):
                try:
                    serializer.loads_typed(pair)
                    told["refused"].append(False)
                except refused as error:
                    told["refused"].append(getattr(error, "types", []) or str(error))
                except Exception as error:
                    told["refused"].append(f"{type(error).__name__}: {error}")
        print(json.dumps({**told, "happened": happened}), flush=True)


if __name__ == "__main__":
    main()
