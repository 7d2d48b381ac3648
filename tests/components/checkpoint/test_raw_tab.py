"""The raw facts of a checkpoint: ids to copy, versions, sizes, metadata."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.components.conftest import Drawn, Part
from ui.components.checkpoint.raw_tab import MOST_ROWS, raw
from ui.timetravel.model.checkpoints import Checkpoint

pytestmark = pytest.mark.usefixtures("looked_at")

Ids = Mapping[str, tuple[str, ...]]
Shown = Callable[..., Checkpoint]


def tab(drawn: Drawn, checkpoint: Checkpoint) -> Part:
    return drawn(lambda: raw(checkpoint))


def test_its_config_is_code_that_can_be_copied(drawn: Drawn, shown: Shown) -> None:
    checkpoint = shown("loop", 2)
    part = tab(drawn, checkpoint)
    config: dict[str, object] = {}
    exec(part.app.code[0].value, config)
    assert config["config"] == {
        "configurable": {
            "thread_id": "loop",
            "checkpoint_ns": "",
            "checkpoint_id": checkpoint.header.checkpoint_id,
        }
    }
    assert part.app.code[1].value == checkpoint.header.parent_id


def test_the_first_checkpoint_has_no_parent_to_copy(drawn: Drawn, shown: Shown) -> None:
    assert len(tab(drawn, shown("loop", 0)).app.code) == 1


def test_each_channel_has_its_version_and_says_which_nodes_have_seen_it(drawn: Drawn, shown: Shown) -> None:
    rows = tab(drawn, shown("loop", 3)).app.dataframe[0].value.set_index("Channel")
    assert rows["Seen by"]["n"] == ""
    assert rows["Seen by"]["branch:to:count"] in ("", "count")
    assert not rows["Version"]["n"].startswith("0")


def test_metadata_is_shown_whole(drawn: Drawn, shown: Shown) -> None:
    assert json.loads(tab(drawn, shown("loop", 2)).app.json[0].value)["source"] == "loop"


def test_of_very_many_channels_the_first_are_listed(drawn: Drawn, shown: Shown) -> None:
    many = replace(shown("loop", 2), versions={f"<b>{number}": number for number in range(MOST_ROWS + 1)})
    part = tab(drawn, many)
    assert len(part.app.dataframe[0].value) == MOST_ROWS
    assert part.app.dataframe[0].value["Channel"][0] == "<b>0"
    assert "The first 2,000 of 2,001 channels." in part.says


def test_a_channel_that_very_many_nodes_have_seen_names_some(drawn: Drawn, shown: Shown) -> None:
    seen = {f"n{number}": {"n": 1} for number in range(20)}
    rows = tab(drawn, replace(shown("loop", 2), versions={"n": 1}, versions_seen=seen)).app.dataframe[0].value
    assert rows["Seen by"][0].endswith("n11, 8 more")
