"""A graph is imported once, whatever is asked of it, and again when what the import read has changed."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.timetravel.worker.oracles.printed import printed
from tests.timetravel.worker.process.test_worker_orphans import alive, wait_for_end
from ui.timetravel.errors import GraphLoadError, WorkerDied, WorkerError
from ui.timetravel.model.jobs import Input, Job, Surroundings
from ui.timetravel.model.project import from_option, load_project, merge
from ui.timetravel.model.runs import RunState, RunStatus
from ui.timetravel.stores.delta_channels import Delta, DeltaWrite
from ui.timetravel.worker import pool as client
from ui.timetravel.worker.imports import imports
from ui.timetravel.worker.imports.imported import Imported
from ui.timetravel.worker.pool import Run, WorkerPool
from ui.timetravel.worker.process.supply import SpawnSupply

COUNT = 'with open(__file__ + ".imported", "a") as log: log.write("once\\n")\n'
THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
GRAPH = """
import operator
from typing import Annotated, TypedDict

from langgraph.graph import START, StateGraph


class State(TypedDict):
    said: Annotated[list[str], operator.add]


def node(state: State):
    {does}
    return {{"said": ["x"]}}


graph = StateGraph(State).add_node(node).add_edge(START, "node").compile()
"""


class Folder:
    """A project in a folder, with one graph in agent.py unless a test says otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.workers: WorkerPool = None  # type: ignore[assignment]

    def write(self, does: str = "pass", before: str = "", name: str = "agent") -> None:
        """A module that does something `before` it makes its graph; its node does something, too."""
        (self.path / f"{name}.py").write_text(before + GRAPH.format(does=does) + COUNT)

    def add(self, code: str) -> None:
        """Code at the end of agent.py."""
        with (self.path / "agent.py").open("a") as module:
            module.write(code)

    def open(self, *names: str, aside: bool = False) -> WorkerPool:
        options = [f"{self.path / name}.py:graph" for name in names or ("agent",)]
        self.workers = WorkerPool(merge(*map(from_option, options)), grace=0.5, aside=aside)
        return self.workers

    def start(self, graph: str = "agent") -> Run:
        """A run on a new thread, so that every run of a graph is as long as the others."""
        store = str(self.path / "store.sqlite")
        return self.workers.start(Job(graph, store, f"t{len(self.workers.runs)}", Input({"said": []})))

    def run(self, graph: str = "agent") -> RunState:
        state = self.start(graph).wait(60)
        assert state.status is RunStatus.FINISHED, state.failure
        return state

    def says(self, graph: str = "agent") -> str:
        """What the node prints."""
        return printed(self.run(graph)).get("node", "").strip()

    def imports(self, name: str = "agent") -> int:
        log = self.path / f"{name}.py.imported"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def ahead(self) -> Imported:
        """The process that has imported for the next run, once it has."""
        while not (found := list(self.workers._imports._ahead.values())) or not found[0].stays:
            time.sleep(0.01)
        return found[0]

    def imported(self) -> Imported:
        """The process with the import that was used last."""
        return list(self.workers._imports._imports.values())[-1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path)
    made = Folder(tmp_path / "project")
    yield made
    if made.workers:
        made.workers.close()


class TestTheImport:
    def test_is_done_once_for_all_runs_and_looks(self, folder: Folder) -> None:
        folder.write("print('here')")
        workers = folder.open()
        for _ in range(3):
            workers.describe("agent")
            assert folder.says() == "here"
            deltas = {"said": Delta(None, None, (DeltaWrite("1", "task", "node", ["a"]),))}
            assert workers.rebuild("agent", deltas) == {"said": ["a"]}
        assert folder.imports() == 1

    def test_is_waited_for_by_all_that_are_asked_for_meanwhile(self, folder: Folder) -> None:
        folder.write(before="import time\ntime.sleep(0.5)\n")
        folder.open()
        runs = [folder.start() for _ in range(3)]
        assert {run.wait(60).status for run in runs} == {RunStatus.FINISHED}
        assert folder.imports() == 1

    def test_of_one_graph_is_not_in_the_way_of_another(self, folder: Folder) -> None:
        folder.write("import helper; print(helper.TEXT)", "import one.helper as helper\n", name="first")
        folder.write(before="import not_there\n", name="broken")
        folder.write("print({'first', 'other'} & set(sys.modules))", "import sys\n", "other")
        (folder.path / "helper.py").write_text("TEXT = 'helper'\n")
        (folder.path / "one").mkdir()
        (folder.path / "one" / "helper.py").write_text("")
        folder.open("first", "broken", "other")
        with pytest.raises(GraphLoadError):
            folder.workers.describe("broken")
        assert folder.says("first") == "helper"
        assert folder.says("other") == "{'other'}"

    def test_is_tried_again_after_it_failed(self, folder: Folder) -> None:
        folder.write(before="import pathlib\nassert pathlib.Path('ready').exists(), 'not ready'\n")
        workers = folder.open()
        with pytest.raises(GraphLoadError, match="not ready"):
            workers.describe("agent")
        state = folder.start().wait(60)
        assert (state.status, state.failure and state.failure.type) == (RunStatus.FAILED, "AssertionError")
        assert "agent.py" in (state.failure.traceback if state.failure else "")
        Path("ready").touch()
        folder.run()

    def test_that_ends_its_process_is_told_with_its_last_words(self, folder: Folder) -> None:
        folder.write(before="import os\nprint('so long')\nos.write(2, b'and thanks')\nos._exit(5)\n")
        workers = folder.open()
        with pytest.raises(WorkerDied, match="status 5") as caught:
            workers.describe("agent")
        assert "so long" in caught.value.output
        state = folder.start().wait(60)
        assert state.status is RunStatus.DIED
        assert state.failure
        assert "status 5" in state.failure.message
        # By kind: an "s" that may begin a secret, which another test has told of, waits until nothing more comes.
        assert printed(state) == {"": "so long\n"}
        assert printed(state, "stderr") == {"": "and thanks"}

    def test_shows_what_it_prints_with_the_run_that_waited_for_it_alone(self, folder: Folder) -> None:
        folder.write(before="import os\nprint('importing')\nos.write(1, b'in C, too\\n')\n")
        folder.open()
        first, second = folder.run(), folder.run()
        assert "importing" in "".join(each.text for each in first.output)
        assert "in C, too" in "".join(each.text for each in first.output)
        assert second.output == ()

    def test_that_hangs_shows_what_it_printed_and_can_be_stopped(self, folder: Folder) -> None:
        folder.write(before="import time\nprint('loading', flush=True)\ntime.sleep(600)\n")
        folder.open()
        run = folder.start()
        while not run.state().output:
            assert run.state().status is RunStatus.STARTING
            time.sleep(0.01)
        process = folder.imported()
        run.stop()
        assert run.wait(30).status is RunStatus.STOPPED
        wait_for_end([process.pid])
        folder.write("print('mended')")
        assert folder.says() == "mended"

    def test_that_hangs_can_be_killed_and_goes_on_where_another_run_waits(self, folder: Folder) -> None:
        folder.write(before="import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\n")
        folder.open()
        run, other = folder.start(), folder.start()
        run.kill()
        assert run.wait(30).status is RunStatus.DIED
        Path("go").touch()
        assert other.wait(60).status is RunStatus.FINISHED
        assert folder.imports() == 1

    def test_of_a_process_that_was_killed_is_done_again(self, folder: Folder) -> None:
        folder.write()
        folder.open()
        folder.run()
        os.kill(folder.imported().pid, 9)
        wait_for_end([folder.imported().pid])
        folder.run()
        assert folder.imports() == 2


class TestARun:
    def test_sees_nothing_of_the_one_before_it(self, folder: Folder) -> None:
        folder.write(
            "print(len(SEEN), os.environ.get('LEFT'), os.getcwd() == HERE, textwrap.dedent.__name__);"
            "SEEN.append(1); os.environ['LEFT'] = 'left'; os.chdir('/'); textwrap.dedent = print",
            "import textwrap, os\nSEEN = []\nHERE = os.getcwd()\n",
        )
        folder.open()
        assert {folder.says() for _ in range(3)} == {"0 None True dedent"}

    def test_has_what_the_import_left(self, folder: Folder) -> None:
        folder.write(
            "print(os.environ['SET'], os.getcwd(), signal.getsignal(signal.SIGCHLD).__name__, sys.path[0])",
            "import os, signal, sys\nos.environ['SET'] = 'set'\nos.chdir('/usr')\nsys.path.insert(0, '/mine')\n"
            "def handler(*_): pass\nsignal.signal(signal.SIGCHLD, handler)\n",
        )
        folder.open()
        assert {folder.says(), folder.says()} == {"set /usr handler /mine"}

    def test_finds_the_folder_that_the_import_made_for_a_while(self, folder: Folder) -> None:
        folder.write("print(os.path.isdir(MADE.name))", "import os, tempfile\nMADE = tempfile.TemporaryDirectory()\n")
        folder.open()
        assert [folder.says(), folder.says()] == ["True", "True"]
        process = folder.imported()
        folder.workers.import_anew()
        wait_for_end([process.pid])

    def test_has_random_numbers_of_its_own(self, folder: Folder) -> None:
        folder.write(
            "print(random.random(), OWN.random(), numpy.random.rand(), RNG.random(), uuid.uuid4())",
            "import random, uuid\nimport numpy\nOWN = random.Random()\nRNG = numpy.random.default_rng()\n"
            "random.random(); numpy.random.rand()\n",
        )
        folder.open()
        first, second = folder.says().split(), folder.says().split()
        assert len(first) == 5
        assert not set(first) & set(second)
        assert folder.imported().forks

    def test_has_the_random_numbers_of_the_seed_that_the_module_chose(self, folder: Folder) -> None:
        folder.write(
            "print(random.random(), OWN.random(), numpy.random.rand(), RNG.random())",
            "import random\nimport numpy\nrandom.seed(1)\nOWN = random.Random(2)\nnumpy.random.seed(3)\n"
            "RNG = numpy.random.default_rng(4)\n",
        )
        folder.open()
        first = folder.says()
        assert folder.says() == first
        folder.workers.import_anew()
        assert folder.says() == first

    def test_gets_the_graph_that_its_factory_makes_for_it(self, folder: Folder) -> None:
        folder.write()
        with (folder.path / "agent.py").open("a") as module:
            module.write(
                "made, CALLS = graph, []\ndef graph():\n    CALLS.append(1)\n    print(len(CALLS))\n    return made\n"
            )
        folder.open()
        assert ["".join(each.text for each in folder.run().output) for _ in range(2)] == ["1\n", "1\n"]
        assert folder.imports() == 1


class TestAnotherImport:
    """What makes the next run import anew, and what doesn't."""

    def import_once(self, folder: Folder) -> None:
        """A project that has a helper, a prompt, and would take an extra module. No fixture: pytest says in the
        environment where it is, and another environment is another import."""
        (folder.path / "lib").mkdir()
        (folder.path / "lib" / "helper.py").write_text("TEXT = 'helper'\n")
        (folder.path / "prompt.txt").write_text("prompt")
        (folder.path / "langgraph.json").write_text(
            json.dumps({"graphs": {"agent": "./agent.py:graph"}, "dependencies": [".", "./lib"]})
        )
        folder.write(
            "print(helper.TEXT, PROMPT, extra, MORE)",
            "import pathlib\nimport helper\nPROMPT = pathlib.Path(__file__).with_name('prompt.txt').read_text()\n"
            "MORE = sorted(each.name for each in (pathlib.Path(__file__).parent / 'lib').glob('*.md'))\n"
            "try:\n    from extra import TEXT as extra\nexcept ImportError:\n    extra = None\n",
        )
        folder.workers = WorkerPool(load_project(folder.path), grace=0.5)
        assert folder.says() == "helper prompt None []"

    @pytest.mark.parametrize(
        ("edit", "says"),
        [
            (lambda at: (at / "lib/helper.py").write_text("TEXT = 'hepler'\n"), "hepler prompt None []"),
            (lambda at: (at / "prompt.txt").write_text("promtp"), "helper promtp None []"),
            (lambda at: (at / "helper.py").write_text("TEXT = 'nearer'\n"), "nearer prompt None []"),
            (lambda at: (at / "lib/extra.py").write_text("TEXT = 'extra'\n"), "helper prompt extra []"),
            (lambda at: (at / "lib/more.md").write_text("more"), "helper prompt None ['more.md']"),
            (lambda at: (at / "lib/helper.py").rename(at / "helper.py"), "helper prompt None []"),
        ],
        ids=["a module", "a file it reads", "a file in front", "one it lacked", "one more in a folder", "moved"],
    )
    def test_comes_after(self, folder: Folder, edit: Callable[[Path], object], says: str) -> None:
        self.import_once(folder)
        edit(folder.path)
        assert folder.says() == says
        assert folder.says() == says
        assert folder.imports() == 2

    def test_does_not_come_after_what_has_nothing_to_do_with_it(self, folder: Folder) -> None:
        self.import_once(folder)
        (folder.path / "notes.txt").write_text("notes")
        (folder.path / "other.py").write_text("")
        (folder.path / "output").mkdir()
        assert (folder.path / "store.sqlite").exists()
        folder.says()
        assert folder.imports() == 1

    def test_comes_after_a_module_was_deleted_and_says_so(self, folder: Folder) -> None:
        self.import_once(folder)
        (folder.path / "lib/helper.py").unlink()
        with pytest.raises(GraphLoadError, match="No module named 'helper'"):
            folder.workers.describe("agent")

    def test_comes_where_a_person_asks_for_it(self, folder: Folder) -> None:
        self.import_once(folder)
        folder.workers.import_anew()
        folder.workers.describe("agent")
        assert folder.imports() == 2

    def test_comes_for_another_environment(self, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.import_once(folder)
        monkeypatch.setenv("SET_SINCE", "now")
        folder.says()
        assert folder.imports() == 2

    def test_comes_for_sandbox_runs_which_send_no_traces_and_is_good_enough_to_look_at(self, folder: Folder) -> None:
        folder.write("print(TRACING)", "import os\nTRACING = os.environ.get('LANGSMITH_TRACING')\n")
        folder.open()
        aside = Surroundings(aside=True)
        for number in range(2):
            job = Job("agent", str(folder.path / "aside.sqlite"), str(number), Input({}), surroundings=aside)
            assert printed(folder.workers.start(job).wait(60))["node"].strip() == "false"
        folder.workers.describe("agent")
        assert folder.imports() == 1
        assert folder.says() == "None"
        assert folder.imports() == 2

    def test_does_not_come_between_a_look_and_a_sandbox_run_where_all_runs_are(self, folder: Folder) -> None:
        folder.write("print(TRACING)", "import os\nTRACING = os.environ.get('LANGSMITH_TRACING')\n")
        folder.open(aside=True)
        folder.workers.describe("agent")
        job = Job("agent", str(folder.path / "s.sqlite"), "t", Input({}), surroundings=Surroundings(aside=True))
        assert printed(folder.workers.start(job).wait(60))["node"].strip() == "false"
        assert folder.imports() == 1
        folder.add("# edited\n")
        folder.workers.describe("agent")
        assert printed(folder.workers.start(job).wait(60))["node"].strip() == "false"
        assert folder.imports() == 2

    def test_serves_those_who_asked_after_an_edit_that_came_during_the_import(self, folder: Folder) -> None:
        folder.write(
            "print(TEXT)", "import os, time\nfrom text import TEXT\nopen('read', 'w').close()\ntime.sleep(0.3)\n"
        )
        (folder.path / "text.py").write_text("TEXT = 'old'\n")
        folder.open()
        first = folder.start()
        while not Path("read").exists():
            time.sleep(0.01)
        (folder.path / "text.py").write_text("TEXT = 'new'\n")
        assert folder.says() == "new"
        assert printed(first.wait(60))["node"].strip() in ("old", "new")


class TestAnImportThatLeavesSomethingBehind:
    @pytest.mark.parametrize(
        "left",
        [
            THREAD,
            "import sqlite3\nOPEN = sqlite3.connect(__file__ + '.db')\n",
            "import asyncio\nLOOP = asyncio.new_event_loop()\n",
            "import os\nLINES = open(__file__)\nnext(LINES)\n",
            "import multiprocessing\nSHARED = multiprocessing.Value('i')\n",
            "import atexit, os\natexit.register(os.path.exists, 'x')\n",
        ],
        ids=["a thread", "a connection to a database", "an event loop", "a file", "shared memory", "an end"],
    )
    def test_is_not_forked_but_asked_and_each_run_has_an_import_of_its_own(self, folder: Folder, left: str) -> None:
        folder.write("print(len(SEEN)); SEEN.append(1)", f"SEEN = []\n{left}")
        workers = folder.open()
        workers.describe("agent")
        process = folder.imported()
        assert process.stays
        for _ in range(2):
            assert folder.says() == "0"
            workers.describe("agent")
        assert folder.imported() is process

    def test_is_done_for_the_next_run_before_that_is_asked_for(self, folder: Folder) -> None:
        folder.write("print(os.getpid())", f"import os\n{THREAD}print('importing')\n")
        folder.open()
        first = folder.run()
        assert printed(first)[""] == "importing\nimporting\n"
        assert any("imported once more for this run" in note for note in first.notes)
        ahead = folder.ahead()
        run = folder.start()
        state = run.wait(60)
        assert [each.text for each in state.output] == ["importing\n", f"{ahead.pid}\n"]
        assert state.notes == ()
        assert run._process.exited.wait(30)
        assert folder.ahead() is not ahead

    def test_is_done_again_for_the_next_run_after_an_edit(self, folder: Folder) -> None:
        folder.write("print('old')", THREAD)
        folder.open()
        folder.run()
        ahead = folder.ahead()
        folder.write("print('new')", THREAD)
        assert folder.says() == "new"
        wait_for_end([ahead.pid])

    def test_does_not_keep_the_run_after_it_from_being_stopped(self, folder: Folder) -> None:
        folder.write("while os.path.exists('hang'): time.sleep(0.01)", f"import os\n{THREAD}")
        folder.open()
        folder.run()
        folder.ahead()
        Path("hang").touch()
        run = folder.start()
        while not run.state().nodes:
            time.sleep(0.01)
        run.stop()
        assert run.wait(30).status is RunStatus.STOPPED

    @pytest.mark.parametrize(
        "left",
        [
            "import socket\nOPEN = socket.create_server(('127.0.0.1', {port}))\n",
            "import fcntl\nOPEN = open(__file__ + '.lock', 'a')\nfcntl.lockf(OPEN, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
            "import fcntl\nOPEN = open(__file__ + '.lock', 'a')\nfcntl.flock(OPEN, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        ],
        ids=["a port", "a lock", "another lock"],
    )
    def test_does_not_keep_what_only_one_process_can_have(self, folder: Folder, left: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        folder.write("print('here')", left.format(port=port))
        folder.open()
        for _ in range(2):
            run = folder.start()
            assert run.wait(60).status is RunStatus.FINISHED
            run._process.exited.wait(30)
            folder.workers.describe("agent")
        assert folder.imported().exclusive

    def test_is_forked_all_the_same_where_the_system_shall_forget_what_has_ended(self, folder: Folder) -> None:
        folder.write("print('here')", "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n")
        folder.open()
        assert [folder.says(), folder.says()] == ["here", "here"]
        assert folder.imported().forks

    def test_is_forked_all_the_same_where_a_log_is_open_or_a_library_sees_to_its_threads(self, folder: Folder) -> None:
        folder.write(
            "logging.getLogger().warning('node')",
            "import logging\nimport numpy\nlogging.basicConfig(filename=__file__ + '.log')\n"
            "numpy.ones((300, 300)) @ numpy.ones((300, 300))\n",
        )
        folder.open()
        folder.run()
        folder.run()
        assert folder.imported().forks
        assert (folder.path / "agent.py.log").read_text().count("node") == 2

    def test_writes_what_it_had_buffered_once(self, folder: Folder) -> None:
        folder.write(before="LOG = open(__file__ + '.log', 'a')\nLOG.write('imported')\n")
        folder.open()
        folder.run()
        folder.run()
        assert folder.imported().forks
        assert (folder.path / "agent.py.log").read_text() == "imported"


class TestAProcessThatStays:
    def test_is_what_is_asked_where_there_are_no_forks_and_another_one_after_an_edit(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client, "supply", SpawnSupply)
        folder.write("print('here')", '"""Old."""\n')
        workers = folder.open()
        assert {workers.describe("agent").description for _ in range(3)} == {"Old."}
        assert folder.imports() == 1
        assert folder.says() == "here"
        folder.write("print('here')", '"""New."""\n')
        assert workers.describe("agent").description == "New."

    def test_ends_when_its_answer_takes_too_long(self, folder: Folder) -> None:
        folder.write(before=THREAD)
        folder.add("import os\nmade = graph\n")
        folder.add("def graph():\n    if os.path.exists('slow'): time.sleep(600)\n    return made\n")
        workers = folder.open()
        workers.describe("agent")
        process = folder.imported()
        Path("slow").touch()
        with pytest.raises(WorkerError, match=r"over 0\.3 seconds"):
            workers.describe("agent", timeout=0.3)
        wait_for_end([process.pid])
        Path("slow").unlink()
        workers.describe("agent")
        assert folder.imports() == 2


class TestProcessesWithAnImport:
    def test_end_with_the_workers(self, folder: Folder) -> None:
        folder.write("import time; print('runs', flush=True); time.sleep(600)")
        folder.open()
        run = folder.start()
        while not run.state().output:
            time.sleep(0.01)
        pids = [folder.imported().pid, run._process.pid]
        folder.workers.close()
        wait_for_end(pids)
        assert run.wait(5).status is RunStatus.DIED

    def test_end_when_nobody_has_used_them_for_a_while(self, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imports, "IDLE_SECONDS", 0.2)
        folder.write()
        folder.open().describe("agent")
        process = list(folder.workers._imports._imports.values())
        wait_for_end([each.pid for each in process])
        assert folder.workers._imports._imports == {}

    def test_end_where_others_were_used_since_but_not_while_a_run_is_on(
        self, folder: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(imports, "MOST", 1)
        folder.write("while not os.path.exists('go'): pass", "import os\n")
        folder.write(name="other")
        folder.open("agent", "other")
        run = folder.start()
        while not run.state().nodes:
            time.sleep(0.01)
        process = folder.imported()
        folder.workers.describe("other")
        assert alive(process.pid)
        Path("go").touch()
        assert run.wait(60).status is RunStatus.FINISHED
        wait_for_end([process.pid])
