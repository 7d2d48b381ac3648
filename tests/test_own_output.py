"""What the command's own process shows of the secrets that it was given: in `ps`, and in what it prints."""

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
