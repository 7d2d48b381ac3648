"""Where worker processes come from, and what holds however that is."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timetravel.worker.process.test_worker_orphans import alive, wait_for_end
from ui.timetravel.errors import GraphLoadError
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import Project, load_project
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.child.shared.protocol import Message
from ui.timetravel.worker.messages.wire import graph_request
from ui.timetravel.worker.pool import WorkerPool
from ui.timetravel.worker.process.forked import Forked
from ui.timetravel.worker.process.process import WorkerProcess
from ui.timetravel.worker.process.spawned import environment
from ui.timetravel.worker.process.supply import ForkSupply, SpawnSupply, WorkerSupply
from ui.timetravel.worker.process.template import Template, template

PROJECT = load_project(Path(__file__).parents[1] / "projects")

linux = pytest.mark.skipif(sys.platform != "linux", reason="workers are forks on Linux alone")
kinds = pytest.mark.parametrize("kind", [pytest.param(ForkSupply, marks=linux), SpawnSupply])


@pytest.fixture
def supply(kind: type[WorkerSupply]) -> Iterator[WorkerSupply]:
    made = kind(PROJECT, sys.executable)
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Template]:
    """A template that no other test has a worker of."""
    monkeypatch.setenv("LANG_OF_THIS_TEST", "own")
    made = template(sys.executable, PROJECT.root, PROJECT.env)
    yield made
    made.retire()


def heard(process: WorkerProcess, until: str, *requests: Message) -> tuple[list[Message], str]:
    """What a process says up to this event, and what came past the protocol by then."""
    said: queue.SimpleQueue[Message] = queue.SimpleQueue()
    texts: list[str] = []
    process.listen(said.put, texts.append, lambda code: said.put({"event": "exited", "code": code}))
    for request in requests:
        process.send(request)
    messages: list[Message] = []
    while not messages or messages[-1]["event"] not in (until, "exited"):
        messages.append(said.get(timeout=60))
    return messages, "".join(texts)


@kinds
def test_a_process_answers_and_ends_by_itself(supply: WorkerSupply) -> None:
    process = supply.take()
    messages, _ = heard(process, "exited", graph_request(PROJECT, "describe", "steps"))
    assert [each["event"] for each in messages] == ["ready", "graph", "exited"]
    assert messages[-1]["code"] == 0


@kinds
def test_each_process_has_a_session_of_its_own_and_another_id(supply: WorkerSupply) -> None:
    both = [supply.take(), supply.take()]
    for process in both:
        heard(process, "ready")
        assert os.getsid(process.pid) == process.pid
        process.kill()
    assert both[0].pid != both[1].pid
    wait_for_end([process.pid for process in both])


@kinds
def test_a_process_that_is_killed_before_it_was_asked_anything_says_by_what(supply: WorkerSupply) -> None:
    process = supply.take()
    process.kill()
    process.kill()
    messages, _ = heard(process, "exited")
    assert messages[-1] == {"event": "exited", "code": -signal.SIGKILL}
    assert not process.fresh()


@kinds
def test_a_python_that_is_not_there_is_told_when_a_process_is_wanted(kind: type[WorkerSupply]) -> None:
    nowhere = kind(PROJECT, "/no/such/python")
    nowhere.prepare()
    with pytest.raises(GraphLoadError, match="/no/such/python"):
        nowhere.take()


@kinds
def test_a_python_that_ends_at_once_tells_its_last_words(kind: type[WorkerSupply], tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho this is no Python >&2\nexit 3\n")
    broken.chmod(0o755)
    messages, text = heard(kind(PROJECT, str(broken)).take(), "exited")
    assert messages[-1] == {"event": "exited", "code": 3}
    assert "this is no Python" in text


@linux
def test_workers_with_the_same_python_and_settings_share_a_template() -> None:
    ours = template(sys.executable, PROJECT.root, {})
    assert template(sys.executable, Path("/"), {}) is ours
    assert template(sys.executable, PROJECT.root, {"OTHER": "1"}) is not ours


@linux
def test_the_runs_of_a_project_are_forks_of_one_process() -> None:
    forks = ForkSupply(PROJECT, sys.executable)
    both = [forks.take(), forks.take()]
    parents = {int(Path(f"/proc/{each.pid}/stat").read_text().rpartition(")")[2].split()[1]) for each in both}
    for each in both:
        each.discard()
    assert parents == {template(sys.executable, PROJECT.root, PROJECT.env).pid}


@linux
def test_a_fork_has_the_environment_and_the_random_numbers_of_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "telling.py").write_text(TELLING)
    workers = WorkerPool(Project(tmp_path, {"tells": f"{tmp_path / 'telling.py'}:graph"}, (tmp_path,)))

    def told() -> list[str]:
        state = workers.start(Job("tells", str(tmp_path / "store.sqlite"), "t", Input({"said": ""}))).wait(30)
        assert state.status is RunStatus.FINISHED
        return "".join(each.text for each in state.output).split()

    before, number = told()
    monkeypatch.setenv("SET_SINCE", "now")
    since, other_number = told()
    workers.close()
    assert (before, since) == ("None", "now")
    assert number != other_number


TELLING = """
import os
import random
from typing import TypedDict

from langgraph.graph import StateGraph


class State(TypedDict):
    said: str


def tell(state: State) -> State:
    print(os.environ.get("SET_SINCE"), random.random())
    return state


graph = StateGraph(State).add_node(tell).set_entry_point("tell").compile()
"""


@linux
def test_a_template_that_is_killed_takes_its_runs_along_and_the_next_run_has_another(
    own: Template, tmp_path: Path
) -> None:
    workers = WorkerPool(PROJECT)
    store = str(tmp_path / "store.sqlite")
    run = workers.start(Job("hangs", store, "t", Input({})))
    while not run.state().nodes:
        time.sleep(0.01)
    os.kill(own.pid, signal.SIGKILL)
    assert run.wait(30).status is RunStatus.DIED
    wait_for_end([run._process.pid])
    assert workers.start(Job("steps", store, "t2", Input({"topic": "x"}))).wait(30).status is RunStatus.FINISHED
    workers.close()


@linux
def test_what_was_installed_since_is_known_to_the_next_worker(tmp_path: Path) -> None:
    """An editable installation, say: Python reads where it is only at its start."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = next(venv.glob("lib/python*/site-packages"))
    ours = next(Path(each) for each in sys.path if each.endswith("site-packages"))
    (packages / "ours.pth").write_text(f"{ours}\n")
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(PROJECT.root / "steps.py", folder / "steps.py")
    (folder / "agent.py").write_text("import installed_since\nfrom steps import *\n")
    workers = WorkerPool(
        Project(folder, {"agent": f"{folder / 'agent.py'}:graph"}, (folder,)), str(venv / "bin/python")
    )
    with pytest.raises(GraphLoadError, match="installed_since"):
        workers.describe("agent")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "installed_since.py").write_text("")
    (packages / "elsewhere.pth").write_text(f"{tmp_path / 'elsewhere'}\n")
    assert workers.describe("agent").name == "agent"
    workers.close()


@linux
def test_a_template_that_is_retired_ends_with_its_last_worker(own: Template) -> None:
    child = Forked(PROJECT.root, environment(PROJECT.env))
    assert own.fork(child)
    own.retire()
    assert alive(child.pid)
    assert alive(own.pid)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    wait_for_end([own.pid])
    assert not own.fork(Forked(PROJECT.root, environment(PROJECT.env)))


@linux
def test_a_template_that_is_retired_makes_no_worker_any_more_also_while_it_is_still_leaving(own: Template) -> None:
    own.retire()
    assert not own.fork(Forked(PROJECT.root, environment(PROJECT.env)))
