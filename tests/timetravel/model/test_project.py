import json
from pathlib import Path

import pytest

from ui.timetravel.errors import ProjectError
from ui.timetravel.model.project import Project, from_option, load_project, merge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "agent.py").write_text("graph = None\n")
    (tmp_path / "src").mkdir()
    return tmp_path


def write(folder: Path, content: object) -> Path:
    config = folder / "langgraph.json"
    config.write_text(content if isinstance(content, str) else json.dumps(content))
    return config


def test_files_become_absolute_and_modules_stay(folder):
    graphs = {"a": "./agent.py:graph", "b": "some.module:app", "c": {"path": "agent.py:graph", "description": "x"}}
    project = load_project(write(folder, {"graphs": graphs}))
    file = f"{folder / 'agent.py'}:graph"
    assert project.graphs == {"a": file, "b": "some.module:app", "c": file}
    assert project.root == folder


def test_a_folder_means_its_langgraph_json(folder):
    write(folder, {"graphs": {"a": "./agent.py:graph"}})
    assert load_project(folder) == load_project(folder / "langgraph.json")


def test_folders_are_dependencies_and_names_of_packages_are_not(folder):
    config = write(folder, {"graphs": {"a": "./agent.py:graph"}, "dependencies": [".", "./src", "langchain_openai"]})
    assert load_project(config).dependencies == (folder, folder / "src")


def test_the_environment_is_a_mapping_or_a_file(folder):
    graphs = {"a": "./agent.py:graph"}
    assert load_project(write(folder, {"graphs": graphs, "env": {"A": "1", "B": 2}})).env == {"A": "1", "B": "2"}
    (folder / ".env").write_text("# words\nexport A='one two'\nB=${A}!\nEMPTY\n")
    assert load_project(write(folder, {"graphs": graphs, "env": ".env"})).env == {"A": "one two", "B": "one two!"}
    assert load_project(write(folder, {"graphs": graphs, "env": ""})).env == {}


def test_what_does_not_stop_langgraph_dev_is_a_note(folder):
    content = {"graphs": {"a": "m:g"}, "env": "./.env", "dependencies": [".", "./nowhere"]}
    project = load_project(write(folder, content))
    assert project.env == {}
    assert project.dependencies == (folder,)
    missing, no_env = project.notes
    assert f'"./nowhere" is {folder / "nowhere"}, which is no folder' in missing
    assert f'"env" names {folder / ".env"}, which is not there' in no_env
    assert merge(project, project).notes == project.notes


@pytest.mark.parametrize(
    ("named", "running", "said"),
    [
        ("3.12", "3.11.7", True),
        ("3.11", "3.11.7", False),
        ("3.11-bookworm", "3.11.7", False),
        ("3.1", "3.11.7", True),
        ("3.11.4", "3.11.7", False),
        ("", "3.11.7", False),
        ("3.12", "", False),
    ],
)
def test_another_python_than_the_project_names_is_said(folder, named, running, said):
    project = merge(load_project(write(folder, {"graphs": {"a": "m:g"}, "python_version": named})))
    notes = project.notes_with(running)
    assert bool(notes) is said
    if said:
        assert f"run with Python {running}" in notes[0]
        assert f"names Python {named}." in notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"graphs": {\n"a": }', "line 2, column 6"),
        ("", "line 1"),
        ([1], "JSON object"),
        ({}, "lists no graphs"),
        ({"graphs": {}}, "lists no graphs"),
        ({"graphs": {"a": "./agent.py"}}, "names no variable"),
        ({"graphs": {"a": "./agent.py:"}}, "names no variable"),
        ({"graphs": {"a": ":graph"}}, "names no variable"),
        ({"graphs": {"a": "./nobody.py:graph"}}, "nobody.py, which is not a file"),
        ({"graphs": {"a": "./src:graph"}}, "src, which is not a file"),
        ({"graphs": {"a": 5}}, 'the graph "a" needs'),
        ({"graphs": {"a": {"description": "x"}}}, 'the graph "a" needs'),
        ({"graphs": {"a": "m:g"}, "dependencies": "."}, '"dependencies" must be a list'),
        ({"graphs": {"a": "m:g"}, "python_version": 3.12}, '"python_version" must be'),
        ({"graphs": {"a": "m:g"}, "env": 3}, '"env" must be'),
        ({"graphs": {"a": "m:g"}, "env": {"A=B": "x"}}, "has the variable 'A=B', which no process can get"),
        ({"graphs": {"a": "m:g"}, "env": {"": "x"}}, "has the variable '', which no process can get"),
        ({"graphs": {"a": "m:g"}, "env": {"A": "x\0"}}, "has the variable 'A', which no process can get"),
        ({"graphs": {"a": "m:g"}, "env": {"A": "\ud800"}}, "has the variable 'A', which no process can get"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(folder, content, words):
    with pytest.raises(ProjectError) as caught:
        load_project(write(folder, content))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ProjectError, match="is not there"):
        load_project(tmp_path / "langgraph.json")


def test_a_file_that_is_not_text_is_said(tmp_path):
    (tmp_path / "langgraph.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProjectError, match="can't be read"):
        load_project(tmp_path / "langgraph.json")


def test_an_option_names_a_file_or_a_module(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert from_option("agent.py:graph").graphs == {"agent": f"{folder / 'agent.py'}:graph"}
    assert from_option("pack.agent:app").graphs == {"agent": "pack.agent:app"}
    assert from_option("agent.py:router").graphs == {"router": f"{folder / 'agent.py'}:router"}
    with pytest.raises(ProjectError, match="--graph"):
        from_option("agent.py")


def test_projects_merge_and_the_later_settings_win(folder):
    one = Project(folder, {"a": "m:a"}, (folder,), {"X": "1", "Y": "1"})
    two = Project(folder / "src", {"b": "m:b"}, (), {"X": "2"})
    both = merge(one, two)
    assert both.graphs == {"a": "m:a", "b": "m:b"}
    assert both.env == {"X": "2", "Y": "1"}
    assert both.dependencies == (folder, folder / "src")


def test_two_graphs_of_one_name_do_not_merge(folder):
    with pytest.raises(ProjectError, match='Two graphs are called "a"'):
        merge(Project(folder, {"a": "m:a"}), Project(folder, {"a": "n:a"}))
