import json
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.timetravel.worker.oracles.printed import printed
from ui.timetravel.errors import GraphLoadError, WorkerDied, WorkerError
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import load_project
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.worker.pool import WorkerPool

GRAPH = """
from langgraph.graph import START, MessagesState, StateGraph

def node(state):
    print({says})

graph = StateGraph(MessagesState).add_node(node).add_edge(START, "node").compile()
"""

Open = Callable[..., WorkerPool]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@contextmanager
def opened(
    folder: Path, spec: str = "./agent.py:graph", python: str | None = None, **settings: object
) -> Iterator[WorkerPool]:
    (folder / "langgraph.json").write_text(json.dumps({"graphs": {"agent": spec}, **settings}))
    workers = WorkerPool(load_project(folder), python, grace=1.0)
    try:
        yield workers
    finally:
        workers.close()


def say(workers: WorkerPool, folder: Path) -> str:
    """What the node "node" prints, or why it did not."""
    state = workers.start(Job("agent", str(folder / "s.sqlite"), "t", Input({}))).wait(30)
    return printed(state).get("node", "").strip() or str(state.failure)


def test_code_that_was_edited_between_two_runs_is_fresh(project):
    agent, helper = project / "agent.py", project / "helper.py"
    agent.write_text("import helper\n" + GRAPH.format(says="helper.TEXT"))
    helper.write_text("TEXT = 'one'\n")
    with opened(project) as workers:
        assert say(workers, project) == "one"
        helper.write_text("TEXT = 'another'\n")
        assert say(workers, project) == "another"
        helper.write_text("TEXT = 'unother'\n")
        assert say(workers, project) == "unother", "an edit of the same length within the same second"
        agent.write_text(GRAPH.format(says="'third'"))
        assert say(workers, project) == "third"


@pytest.mark.parametrize("name", ["ui", "graphs", "protocol", "child", "job", "main"])
def test_a_users_module_wins_whatever_it_is_called(project, name):
    (project / f"{name}.py").write_text("TEXT = 'mine'\n")
    (project / "agent.py").write_text(f"import {name}\n" + GRAPH.format(says=f"{name}.TEXT"))
    with opened(project) as workers:
        assert say(workers, project) == "mine"


def test_a_users_folder_without_an_init_wins_over_our_package(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[4]))
    (project / "graphs").mkdir()
    (project / "graphs" / "mine.py").write_text("TEXT = 'mine'\n")
    (project / "agent.py").write_text("import graphs.mine\n" + GRAPH.format(says="graphs.mine.TEXT"))
    with opened(project) as workers:
        assert say(workers, project) == "mine"


def test_our_own_package_is_not_to_be_found(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[4]))
    (project / "agent.py").write_text("import ui.timetravel\n" + GRAPH.format(says="ui"))
    with opened(project) as workers, pytest.raises(GraphLoadError, match="No module named 'ui"):
        workers.describe("agent")


def test_a_file_in_a_package_may_import_its_neighbours_either_way(project):
    package = project / "src" / "mine"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "near.py").write_text("TEXT = 'near'\n")
    (package / "bare.py").write_text("TEXT = 'bare'\n")
    says = "near.TEXT, bare.TEXT, __name__"
    (package / "agent.py").write_text("from . import near\nimport bare\n" + GRAPH.format(says=says))
    with opened(project, "./src/mine/agent.py:graph") as workers:
        assert say(workers, project) == "near bare mine.agent"


@pytest.mark.parametrize("file", ["json.py", "my-agent.py", "langgraph.py", "types.py"])
def test_a_file_with_a_name_that_is_taken_or_no_name_is_loaded_all_the_same(project, file):
    (project / file).write_text(GRAPH.format(says="'loaded'"))
    with opened(project, f"./{file}:graph") as workers:
        assert say(workers, project) == "loaded"


def test_a_module_in_a_dependency_folder_is_found(project):
    (project / "lib").mkdir()
    (project / "lib" / "agent.py").write_text(GRAPH.format(says="'from lib'"))
    with opened(project, "agent:graph", dependencies=["./lib", "requests"]) as workers:
        assert say(workers, project) == "from lib"


def test_the_environment_is_the_projects_and_the_folder_too(project):
    (project / ".env").write_text("MINE=from the file\n")
    (project / "agent.py").write_text(
        "import os\n" + GRAPH.format(says="os.environ['MINE'], os.path.basename(os.getcwd())")
    )
    with opened(project, env=".env") as workers:
        assert say(workers, project) == "from the file project"


def test_an_import_that_fails_shows_the_users_own_traceback(project):
    (project / "agent.py").write_text("def setup():\n    import not_there_at_all\n\nsetup()\n")
    with opened(project) as workers:
        with pytest.raises(GraphLoadError, match="No module named 'not_there_at_all'") as caught:
            workers.describe("agent")
        state = workers.start(Job("agent", str(project / "s.sqlite"), "t", Input({}))).wait(30)
    assert 'agent.py", line 4' in caught.value.traceback
    assert "importlib" not in caught.value.traceback
    assert "load.py" not in caught.value.traceback
    assert (state.status, state.failure and state.failure.type) == (RunStatus.FAILED, "ModuleNotFoundError")


def test_a_syntax_error_shows_its_line(project):
    (project / "agent.py").write_text("graph = (\n")
    with opened(project) as workers, pytest.raises(GraphLoadError) as caught:
        workers.describe("agent")
    assert 'agent.py", line 1' in caught.value.traceback
    assert "SyntaxError" in str(caught.value)


def test_a_module_that_exits_or_dies_at_import_is_told(project):
    (project / "agent.py").write_text("import sys\nsys.exit(2)\n")
    with opened(project) as workers:
        with pytest.raises(GraphLoadError, match="called sys"):
            workers.describe("agent")
        (project / "agent.py").write_text("import os\nprint('so long')\nos._exit(5)\n")
        with pytest.raises(WorkerDied, match="exited with status 5") as caught:
            workers.describe("agent")
    assert "so long" in caught.value.output


def test_a_module_that_takes_too_long_is_told(project):
    (project / "agent.py").write_text("import time\ntime.sleep(60)\n")
    with opened(project) as workers, pytest.raises(WorkerError, match=r"over 0\.5 seconds"):
        workers.describe("agent", timeout=0.5)


def test_a_variable_that_is_missing_or_no_graph_is_told(workers):
    with pytest.raises(GraphLoadError, match=r'no variable "grpah".*graph'):
        workers.describe("missing")
    with pytest.raises(GraphLoadError, match="not a graph"):
        workers.describe("not_a_graph")
    with pytest.raises(GraphLoadError, match="no graph called"):
        workers.describe("nobody")


def test_a_factory_may_be_a_context_manager_and_is_closed_after_the_run(project):
    code = GRAPH.format(says="'inside'").replace("graph = ", "made = ")
    code += """
from contextlib import asynccontextmanager

@asynccontextmanager
async def graph(config):
    yield made
    open("closed", "w").close()
"""
    (project / "agent.py").write_text(code)
    with opened(project) as workers:
        assert say(workers, project) == "inside"
    assert (project / "closed").exists()


def test_a_graph_with_its_own_checkpointer_writes_to_the_store_and_a_note_says_so(project):
    saver = "from langgraph.checkpoint.memory import InMemorySaver\n"
    (project / "agent.py").write_text(saver + GRAPH.format(says="'x'").replace("compile()", "compile(InMemorySaver())"))
    with opened(project) as workers:
        state = workers.start(Job("agent", str(project / "s.sqlite"), "t", Input({}))).wait(30)
        assert "InMemorySaver" in workers.describe("agent").notes[0]
    assert state.checkpoints
    assert "InMemorySaver" in state.notes[0]


def test_a_python_that_is_not_there_is_told(project):
    (project / "agent.py").write_text(GRAPH.format(says="'x'"))
    with opened(project, python="/no/such/python") as workers, pytest.raises(GraphLoadError, match="/no/such/python"):
        workers.describe("agent")


def test_a_python_without_langgraph_is_told(project):
    (project / "agent.py").write_text(GRAPH.format(says="'x'"))
    venv.create(project / "bare", with_pip=False, symlinks=True)
    python = str(project / "bare" / "bin" / "python")
    with opened(project, python=python) as workers:
        with pytest.raises(GraphLoadError, match="Install langgraph and langgraph-checkpoint-sqlite"):
            workers.describe("agent")
        state = workers.start(Job("agent", str(project / "s.sqlite"), "t", Input({}))).wait(30)
    assert state.status is RunStatus.FAILED
    assert state.failure is not None
    assert "Install langgraph" in state.failure.message
    assert python != sys.executable
