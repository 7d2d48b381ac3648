"""Random programs on a SqliteSaver: the file says what LangGraph says of it."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from tests.conformance.programs.local import played
from tests.conformance.suite import conform
from ui.timetravel.stores import open_store


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("conformance") / "checkpoints.sqlite"


@pytest.fixture(scope="module")
def saver(path: Path) -> Iterator[SqliteSaver]:
    with SqliteSaver.from_conn_string(str(path)) as opened:
        opened.conn.execute("PRAGMA synchronous = OFF")  # nothing here has to outlive the machine
        yield opened


def test_a_file_says_what_langgraph_says(saver: SqliteSaver, path: Path) -> None:
    numbers = itertools.count()
    conform(150, lambda program: played(program, saver, f"线程 {next(numbers)} 🧵"), lambda: open_store(str(path)))
