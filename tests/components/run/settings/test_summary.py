"""In a line: which settings a run from a checkpoint begins with, and in what those of two runs differ."""

from dataclasses import replace
from typing import Any

import pytest

from tests.components.conftest import Drawn
from ui.components.run.settings.summary import settings_difference, settings_line
from ui.session.reads import cached_reads as reading
from ui.timetravel.model.checkpoint_refs import CheckpointRef
from ui.timetravel.model.checkpoints import Header

pytestmark = pytest.mark.usefixtures("looked_at")


@pytest.fixture
def header(drawn: Drawn, ids: Any) -> Header:
    found: list[Header | None] = []
    drawn(lambda: found.append(reading.header(CheckpointRef("", "loop", "", ids["loop"][0]))))
    assert found[0]
    return found[0]


def with_settings(header: Header, **values: Any) -> Header:
    return replace(header, parent_id=None, metadata={**header.metadata, **values})


def test_of_a_checkpoint_without_settings_nothing_is_said(drawn: Drawn, header: Header) -> None:
    assert drawn(lambda: settings_line(header)).lines == []


def test_the_settings_of_its_run_are_said_as_text(drawn: Drawn, header: Header) -> None:
    ((look, text),) = drawn(lambda: settings_line(with_settings(header, mode="**x** <b>"))).lines
    assert look == "quiet"
    assert text.startswith("Runs from here begin with the settings of this checkpoint's run: ")
    assert "**x** <b>" in text


def test_two_runs_with_the_same_settings_do_not_differ(drawn: Drawn, header: Header) -> None:
    one = with_settings(header, mode="x")
    assert drawn(lambda: settings_difference("", one, "", one)).lines == []


def test_in_what_two_runs_differ_is_said(drawn: Drawn, header: Header) -> None:
    one, other = with_settings(header, mode="x"), with_settings(header, mode="<y>")
    ((look, text),) = drawn(lambda: settings_difference("", one, "", other)).lines
    assert look == "asks"
    assert text.startswith("The runs had different settings: ")
    assert "<y>" in text


def test_where_one_store_is_gone_the_comparison_itself_says_so(drawn: Drawn, header: Header) -> None:
    assert drawn(lambda: settings_difference("/nowhere.sqlite", header, "", header)).lines == []
