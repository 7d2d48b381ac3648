import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ui.timetravel.errors import WorkerError
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.pool import WorkerPool

linux = pytest.mark.skipif(sys.platform != "linux", reason="workers are forks on Linux alone")
HERE = Path(__file__).parents[1]
ROOT = HERE.parents[2]

APP = """
import sys, time
from ui.timetravel.model.project import load_project
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.process.template import template
from ui.timetravel.model.jobs import Input, Job

workers = WorkerPool(load_project(sys.argv[1]))
run = workers.start(Job("orphan", sys.argv[2], "t", Input({})))
while not any("child" in each.text for each in run.state().output):
    time.sleep(0.01)
child = next(each.text.split()[1] for each in run.state().output if "child" in each.text)
project = workers.project
stayers = [each.pid for each in workers._imports._imports.values()]
print(run._process.pid, template(workers.python, project.root, project.env).pid, *stayers, child, flush=True)
if sys.argv[3] == "wait":
    time.sleep(600)
"""

KEEPING_APP = """
import sys, time
from ui.timetravel.model.project import load_project
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.worker.resident.worker import ResidentWorker

keeper = ResidentWorker(load_project(sys.argv[1]))
run = keeper.start(Job("orphan", "memory:", "t", Input({})))
while not any("child" in each.text for each in run.state().output):
    time.sleep(0.01)
child = next(each.text.split()[1] for each in run.state().output if "child" in each.text)
print(keeper.pid, child, flush=True)
if sys.argv[3] == "wait":
    time.sleep(600)
"""


IMPORTING_APP = """
import os, sys, time
from ui.timetravel.model.project import from_option
from ui.timetravel.worker import pool
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.process import supply
from ui.timetravel.model.jobs import Input, Job

pool.supply = getattr(supply, sys.argv[1])
module = os.path.join(os.path.dirname(sys.argv[2]), "hangs.py")
with open(module, "w") as file:
    file.write("import os, time\\nopen(__file__ + '.pid', 'w').write(f'{os.getpid():9}')\\ntime.sleep(600)\\n")
workers = WorkerPool(from_option(module + ":graph"))
if sys.argv[1] == "ForkSupply":
    workers.start(Job("hangs", sys.argv[2], "t", Input({})))
else:
    import threading
    threading.Thread(target=workers.describe, args=("hangs",), daemon=True).start()
while not os.path.exists(module + ".pid") or os.path.getsize(module + ".pid") < 9:
    time.sleep(0.01)
print(open(module + ".pid").read(), flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # before it is opened, or before it is read
        return False


def wait_for_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 30  # it may be a busy machine
    while any(map(alive, pids)):
        assert time.monotonic() < deadline, f"still alive: {[pid for pid in pids if alive(pid)]}"
        time.sleep(0.02)


def start_app(
    tmp_path: Path, how: str, code: str, first: str = str(HERE / "projects")
) -> tuple[subprocess.Popen[str], list[int]]:
    app = subprocess.Popen(
        [sys.executable, "-c", code, first, str(tmp_path / "s.sqlite"), how],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert app.stdout is not None
    return app, [int(pid) for pid in app.stdout.readline().split()]


@pytest.mark.parametrize(("code", "processes"), [(APP, 4), (KEEPING_APP, 2)], ids=["runs", "holds a saver"])
def test_no_worker_outlives_an_app_that_is_killed(tmp_path, code, processes):
    app, pids = start_app(tmp_path, "wait", code)
    assert len(pids) == processes
    assert all(map(alive, pids))
    app.send_signal(signal.SIGKILL)
    app.wait()
    wait_for_end(pids)


@pytest.mark.parametrize("supply", [pytest.param("ForkSupply", marks=linux), "SpawnSupply"])
def test_no_import_that_hangs_outlives_an_app_that_is_killed(tmp_path, supply):
    app, pids = start_app(tmp_path, "", IMPORTING_APP, supply)
    assert len(pids) == 1
    app.send_signal(signal.SIGKILL)
    app.wait()
    wait_for_end(pids)


@pytest.mark.parametrize("code", [APP, KEEPING_APP], ids=["runs", "holds a saver"])
def test_no_worker_outlives_an_app_that_ends(tmp_path, code):
    app, pids = start_app(tmp_path, "end", code)
    assert app.wait(10) == 0
    wait_for_end(pids)


def test_close_ends_runs_and_refuses_new_ones(tmp_path):
    workers = WorkerPool(load_project(HERE / "projects"))
    run = workers.start(Job("hangs", str(tmp_path / "s.sqlite"), "t", Input({})))
    while not run.state().nodes:
        time.sleep(0.01)
    workers.close()
    workers.close()
    wait_for_end([run._process.pid])
    assert run.wait(2).status is RunStatus.DIED
    with pytest.raises(WorkerError):
        workers.start(Job("hangs", str(tmp_path / "s.sqlite"), "t", Input({})))
