"""What is around a run: where memory and traces go, and what a sandbox holds back."""

from dataclasses import replace

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.run.settings.surroundings import fork_notice, run_notice, sandbox_notice
from ui.services.run_surroundings import RunSurroundings
from ui.session import keys
from ui.timetravel.model.graphs import GraphInfo
from ui.timetravel.runs.tracing import Tracing

SENDS = Tracing("LangSmith", "LANGSMITH_TRACING", "https://example.org/<b>", sure=True)

pytestmark = pytest.mark.usefixtures("with_graph")


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunSurroundings, "tracing", property(lambda _: [SENDS]))


def texts(part: Part) -> str:
    return "\n".join(text for _, text in part.lines)


def test_a_run_on_a_file_keeps_long_term_memory_beside_it(drawn: Drawn, info: GraphInfo) -> None:
    ((look, text),) = drawn(lambda: run_notice(info, "k")).lines
    assert look == "quiet"
    assert text.startswith("Long-term memory: the file ")
    assert text.endswith(" beside the checkpoints, if the graph uses any.")


def test_a_store_of_the_graphs_own_is_said_to_be_written_to(drawn: Drawn, info: GraphInfo) -> None:
    own = replace(info, store="PostgresStore")
    assert texts(drawn(lambda: run_notice(own, "k"))) == (
        "Long-term memory: the graph's own PostgresStore. A run writes to it."
    )


@pytest.mark.usefixtures("traced")
def test_a_run_whose_traces_are_sent_says_where_to(drawn: Drawn, info: GraphInfo) -> None:
    assert "every run here sends its state to https://example.org/<b>." in texts(drawn(lambda: run_notice(info, "k")))
    assert "sends its state to" in texts(drawn(lambda: fork_notice("k", "loop")))


def test_a_fork_without_memory_and_traces_needs_no_word(drawn: Drawn) -> None:
    assert drawn(lambda: fork_notice("k", "loop")).lines == []


def test_a_sandbox_says_what_it_can_not_hold_back(drawn: Drawn, info: GraphInfo) -> None:
    part = drawn(lambda: run_notice(info, "k", in_sandbox=True))
    assert "What its nodes do themselves can't be held back" in part.says
    assert not part.app.toggle


@pytest.mark.usefixtures("traced")
def test_traces_of_a_sandbox_are_off_until_a_person_who_sees_the_address_wants_them(drawn: Drawn) -> None:
    part = drawn(lambda: sandbox_notice("k", "loop"))
    assert texts(part).endswith("would send traces to https://example.org/<b>: switched off in the sandbox.")
    assert part.app.toggle[0].value is False
    part.app.toggle[0].set_value(True).run()
    assert part.app.session_state[keys.SANDBOX_TRACED] is True
    assert "with the whole state in them, are sent to https://example.org/<b>." in texts(part)
