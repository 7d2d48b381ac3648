"""No code that a store names runs by looking at it, nor in a run but what is on the allowlist; in every LangGraph."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hostile.values import decoding
from tests.support.hostile.values.naming import Canary, named, named_in_json, named_in_pickle
from tests.support.hostile.values.packing import pack
from tests.support.old_langgraph import python_of
from ui.timetravel.worker.child.shared.protocol import LEAST_LANGGRAPH, too_old

VERSIONS = ("here", "0.6.11", "1.0.5", "1.2.12")


def test_every_langgraph_that_a_worker_drives_is_tried() -> None:
    from tests.support.old_langgraph import VERSIONS as OLD

    assert [one for one in OLD if not too_old(one, LEAST_LANGGRAPH)] == [*VERSIONS[1:]]


@pytest.mark.parametrize("version", VERSIONS)
def test_serializers_of_a_worker_call_and_import_nothing_that_hostile_bytes_name(version: str, tmp_path: Path) -> None:
    canary = Canary.made(tmp_path)
    cases = [(f"msgpack, {what}", "msgpack", pack({"x": [value]})) for what, value in named(canary)]
    cases += [(f"JSON, {what}", "json", data) for what, data in named_in_json(canary)]
    cases += [(f"pickle, {what}", "pickle", data) for what, data in named_in_pickle(canary)]
    asked = "".join(json.dumps([kind, base64.b64encode(data).decode()]) + "\n" for _, kind, data in cases)
    python = sys.executable if version == "here" else str(python_of(version))
    run = subprocess.run(
        [python, str(Path(decoding.__file__))],
        input=asked,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(cases)
    for (what, _, _), told in zip(cases, answers, strict=True):
        assert (what, told["happened"]) == (what, [])
        assert (what, told["same"]) == (what, True)
        if "JSON" not in what:  # since langgraph-checkpoint 3 some of that is left as it is
            assert False not in told["refused"], what
    assert canary.happened == []
