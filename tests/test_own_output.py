"""What the command's own process shows of the secrets that it was given: in `ps`, and in what it prints."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import command, environment

SECRET = "canary-7f3a9c"
LOOK = """
import os
from ui import cli
cli.free_port = lambda *_: os.write(1, open("/proc/self/cmdline", "rb").read()) and exit()
cli.main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the command line can't be written over")
def test_a_password_on_the_command_line_is_not_in_the_list_of_processes_once_the_command_runs() -> None:
    arguments = [f"postgresql://ann:{SECRET}@127.0.0.1:1/db", f"host=db password='{SECRET}'", "postgres://a:pw@h/db"]
    looked = subprocess.run(
        [sys.executable, "-c", LOOK, "--no-browser", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        timeout=60,
    )
    x = "x" * len(SECRET)
    assert looked.stdout.split("\0")[3:-1] == [
        "--no-browser",
        f"postgresql://ann:{x}@127.0.0.1:1/db",
        f"host=db password='{x}'",
        "postgres://a:xx@h/db",
    ], looked.stderr


@pytest.mark.parametrize(
    "target",
    [
        f"postgresql://ann:{SECRET}@127.0.0.1:1/db",
        f"host=db password={SECRET} dbname=x",
        f"postgresql:/ann:{SECRET}@h/db",
        f"mysql://ann:{SECRET}@h/db",
        f"http://ann:{SECRET}@127.0.0.1:1/?api_key={SECRET}",
        f"--password={SECRET}",
    ],
)
def test_what_is_refused_is_told_without_the_password(tmp_path: Path, target: str) -> None:
    ended = command(target, "--port", "0", cwd=tmp_path, env=environment(PGCONNECT_TIMEOUT="2"))
    assert ended.returncode in (1, 2)
    assert ended.stderr.startswith("timetravel: ")
    assert SECRET not in ended.stdout + ended.stderr


def test_no_name_of_a_file_or_a_project_makes_the_terminal_do_anything(tmp_path: Path) -> None:
    evil = "x\x1b]0;soaked\a\x1b[2J\b\u202e\x9b31m"
    folder = tmp_path / evil
    folder.mkdir()
    graphs = folder / "langgraph.json"
    for told in ({"graphs": {evil: "./g.py"}}, {"graphs": {"a": f"./g.py:{evil} x"}}, {"env": {evil: 5}}, [evil]):
        graphs.write_text(json.dumps(told), encoding="utf-8")
        ended = command("--graphs", str(graphs), "--port", "0", cwd=tmp_path)
        assert ended.returncode == 1
        assert ended.stderr.startswith("timetravel: ")
        assert "⟨U+202E⟩" in ended.stderr
        assert [char for char in ended.stderr + ended.stdout if char in evil[1:] and not char.isprintable()] == []
