"""Random programs on a PostgresSaver: the database says what LangGraph says of it."""

import itertools
from collections.abc import Iterator

import pytest
from langgraph.checkpoint.postgres import PostgresSaver

from tests.conformance.programs.local import played
from tests.conformance.suite import conform
from tests.support.postgres import Server
from ui.timetravel.stores import open_store


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture(scope="module")
def saver(url: str) -> Iterator[PostgresSaver]:
    with PostgresSaver.from_conn_string(url) as opened:
        opened.setup()
        yield opened


def test_a_database_says_what_langgraph_says(saver: PostgresSaver, url: str) -> None:
    numbers = itertools.count()
    conform(60, lambda program: played(program, saver, f"线程 {next(numbers)} 🧵"), lambda: open_store(url))
