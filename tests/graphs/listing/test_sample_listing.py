"""langgraph.json lists exactly the sample graphs, and each is what a debugger can use."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

GRAPHS = Path(__file__).resolve().parents[3] / "graphs"
LISTING = json.loads((GRAPHS / "langgraph.json").read_text())
NAMES = [
    "counter",
    "task_report",
    "content_pipeline",
    "unstable_task",
    "approval",
    "map_reduce",
    "slow_job",
    "research_team",
    "chat_agent",
]


def load(name):
    path, variable = LISTING["graphs"][name].rsplit(":", 1)
    spec = importlib.util.spec_from_file_location(f"loaded_{name}", GRAPHS / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, getattr(module, variable)


def test_the_listing_is_what_langgraph_dev_takes():
    assert LISTING["dependencies"] == ["."]
    assert LISTING["graphs"] == {name: f"./{name}.py:graph" for name in NAMES}


def test_every_module_that_builds_a_graph_is_listed():
    with_graph = {path.stem for path in GRAPHS.glob("*.py") if "\ngraph = " in path.read_text()}
    assert with_graph == set(LISTING["graphs"])


@pytest.mark.parametrize("name", NAMES)
def test_a_listed_graph_loads_by_its_path_compiled_and_without_a_checkpointer(name):
    graph = load(name)[1]
    assert isinstance(graph, CompiledStateGraph)
    assert (graph.name, graph.checkpointer) == (name, None)


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_says_in_a_few_sentences_what_it_teaches(name):
    doc = " ".join(load(name)[0].__doc__.split())
    assert "in the debugger" in doc.lower()
    assert 2 <= doc.count(". ") + doc.endswith(".") <= 6
    assert not set("*`#[]") & set(doc)


def begins(graph, given):
    """Run it to where it ends, asks a person, or fails because it is made to: on a thread, as the debugger does."""
    graph = graph.copy({"checkpointer": InMemorySaver()})
    config = {"configurable": {"thread_id": "t"}}
    try:
        graph.invoke(given, config)
    except RuntimeError as error:
        assert "Resume" in str(error)  # noqa: PT017
    assert len(list(graph.get_state_history(config))) > 2


@pytest.mark.parametrize("name", NAMES)
def test_the_input_form_can_be_filled_in_from_the_schema_and_then_runs(name):
    graph = load(name)[1]
    schema = graph.get_input_jsonschema()
    fields = schema["properties"]
    assert all(field["description"] for field in fields.values())
    prefilled = {key: field.get("default", field.get("examples", [None])[0]) for key, field in fields.items()}
    assert None not in prefilled.values()
    begins(graph, prefilled)


@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_the_input_is_required(name):
    assert "required" not in load(name)[1].get_input_jsonschema()


@pytest.mark.parametrize("name", NAMES)
def test_a_form_may_send_null_for_what_was_left_empty(name):
    graph = load(name)[1]
    # add_messages refuses None (langgraph 1.2.22, graph/message.py), in every graph that has messages.
    begins(graph, dict.fromkeys(set(graph.get_input_jsonschema()["properties"]) - {"messages"}))


def test_an_example_has_chinese_text_and_an_emoji():
    examples = load("content_pipeline")[1].get_input_jsonschema()["properties"]["topic"]["examples"]
    assert examples == ["How tides work", "为什么海水是咸的？🌊"]


def test_no_module_has_the_name_of_a_standard_one():
    assert not {path.stem for path in GRAPHS.glob("*.py")} & sys.stdlib_module_names


def test_the_samples_run_from_a_folder_that_cannot_be_written(tmp_path):
    folder = shutil.copytree(GRAPHS, tmp_path / "graphs", ignore=shutil.ignore_patterns("__pycache__"))
    folder.chmod(0o555)
    before = sorted(path.name for path in folder.iterdir())
    code = "import content_pipeline; print(content_pipeline.graph.invoke({'topic': 'x'})['current_stage'])"
    try:
        run = subprocess.run(
            [sys.executable, "-B", "-c", code], cwd=folder, capture_output=True, text=True, timeout=60, check=True
        )
        assert run.stdout.endswith("finalize\n")
        assert sorted(path.name for path in folder.iterdir()) == before
    finally:
        folder.chmod(0o755)
