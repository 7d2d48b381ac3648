import operator
import sqlite3
from typing import Annotated, TypedDict

import ormsgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from ui.timetravel.errors import DecodeError
from ui.timetravel.serde.decode import channel_sizes, decode, versions


class State(TypedDict):
    notes: Annotated[list, operator.add]


@pytest.fixture(scope="module")
def rows():
    """The checkpoints of a real run, oldest first, as SqliteSaver wrote them."""
    builder = StateGraph(State)
    builder.add_node("write", lambda state: {"notes": [{1, 2}]})
    builder.add_edge(START, "write")
    builder.add_edge("write", END)
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    graph = builder.compile(checkpointer=SqliteSaver(connection))
    graph.invoke({"notes": ["x" * 300]}, {"configurable": {"thread_id": "1"}})
    found = connection.execute("SELECT type, checkpoint FROM checkpoints ORDER BY checkpoint_id").fetchall()
    connection.close()
    return found


def test_the_versions_are_those_of_the_whole_checkpoint(rows):
    assert len(rows) == 3
    for kind, blob in rows:
        whole = decode(kind, blob)
        assert versions(blob) == tuple(whole[n] for n in ("channel_versions", "versions_seen", "updated_channels"))


def test_the_sizes_are_those_of_the_encoded_channels(rows):
    for kind, blob in rows:
        values = decode(kind, blob)["channel_values"]
        assert channel_sizes(blob).keys() == values.keys()
    sizes = channel_sizes(rows[1][1])
    assert sizes["notes"] == len(ormsgpack.packb(["x" * 300]))
    assert sizes["branch:to:write"] == 1


def test_channel_values_are_not_decoded():
    blob = ormsgpack.packb({"channel_values": {"bad": "@@@"}, "channel_versions": {"a": "1"}, "versions_seen": {}})
    damaged = blob.replace(b"@@@", b"\xff\xff\xff")
    assert versions(damaged).channel_versions == {"a": "1"}


def test_old_checkpoints_have_no_list_of_updated_channels():
    assert versions(ormsgpack.packb({"channel_versions": {"a": 2}, "versions_seen": {}})) == ({"a": 2}, {}, None)


def test_the_versions_of_a_json_row_are_read_too():
    assert versions(b'{"channel_versions": {"a": 2}, "versions_seen": {"n": {"a": 1}}}', "json")[1] == {"n": {"a": 1}}


def test_a_checkpoint_without_channel_values_has_no_sizes():
    assert channel_sizes(ormsgpack.packb({"v": 4})) == {}


@pytest.mark.parametrize(
    "blob", [b"", b"\x01", ormsgpack.packb({}), ormsgpack.packb({"channel_versions": 1, "versions_seen": {}})]
)
def test_bytes_that_hold_no_versions_are_an_error(blob):
    with pytest.raises(DecodeError):
        versions(blob)


def test_encrypted_versions_are_an_error_that_says_so():
    with pytest.raises(DecodeError, match="encrypted"):
        versions(b"xyz", "msgpack+aes")


@given(st.binary(max_size=100))
def test_nothing_but_a_decode_error_comes_out_of_any_bytes(blob):
    for read in (versions, channel_sizes):
        try:
            read(b"\x81\xaechannel_values" + blob)
            read(blob)
        except DecodeError:
            pass


@given(st.integers(0, 10**6))
def test_cut_off_checkpoints_are_a_decode_error(rows, end):
    blob = rows[-1][1]
    with pytest.raises(DecodeError):
        versions(blob[: end % len(blob)])
