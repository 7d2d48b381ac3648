"""What the command's own process shows of the secrets that it was given: in `ps`, and in what it prints."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import STARTS_WITHIN, command, environment

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


CLOSED = "import os, sys; os.closerange(0, 2); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_streams_that_are_closed_or_lead_to_a_full_disk_end_no_app(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-c", CLOSED, "-m", "ui.command.entry", "--no-browser", "--port", str(port)]
        app = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=full, stderr=full)
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while app.poll() is None and time.monotonic() < deadline and not _answers(port):
            time.sleep(0.05)
        assert _answers(port)
        assert not any("tcp" in one or "socket" in one for one in _streams(app.pid))
        app.terminate()
        assert app.wait(30) in (0, 128 + signal.SIGTERM)  # in good order, or after two seconds
    finally:
        app.kill()
        app.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _streams(pid: int) -> list[str]:
    return [str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in range(3)]
