"""Every text that may come from a store reaches the page through one door: ui/components/base/page_text.py."""

import ast
from pathlib import Path

import pytest

from tests.support.text_flow import LABEL_DOORS, TEXT_DOORS, Flow
from tests.support.text_sinks import ROOT, UI, files, hidden_drawing, sinks


def who_goes_round(file: Path) -> list[str]:
    found = []
    for sink in sinks(file):
        doors = LABEL_DOORS if sink.markdown else TEXT_DOORS
        if not Flow(doors).known(file, sink.value):
            found.append(str(sink))
    return found


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(UI)))
def test_nothing_goes_round_the_door(file: Path) -> None:
    assert who_goes_round(file) == []


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(UI)))
def test_nothing_that_draws_texts_is_handed_on_unseen(file: Path) -> None:
    assert list(hidden_drawing(file)) == []


def test_only_modules_that_may_draw_know_streamlit() -> None:
    others = [file for file in UI.rglob("*.py") if file not in files() and file.name != "program.py"]
    imports = [node for file in others for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    modules = [node.module for node in imports if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names]
    assert [name for name in modules if name and name.split(".")[0] == "streamlit"] == []


ROUND = {
    "a value": "st.caption(header.source)",
    "a name in a sentence": "st.info(f'The node {header.node} asks')",
    "a label": "st.button(thread)",
    "a tooltip": "st.button('Go', help=f'To {thread}')",
    "a variable": "said = thread if thread else 'nothing'\n    st.caption(said)",
    "a list": "st.segmented_control('Node', [node for node in header.nodes])",
    "words of another function": "st.caption(words(header))",
    "words of a parameter": "st.caption(told)",
    "a made up list": "st.markdown(', '.join(sorted(header.nodes)))",
    "a format": "st.warning('{} failed'.format(header.node))",
    "a column": "left, right = st.columns(2)\n    left.caption(thread)",
    "a plain text": "st.code(header.source)",
    "a table": "st.dataframe(header.rows)",
    "a key": "st.button('Go', key=f'go_{thread}')",
    "plain text in Markdown": "st.caption(as_text(thread))",
}
DOOR = {
    "a literal": "st.caption('Nothing yet')",
    "a number": "st.caption(f'{header.step:,} steps, {len(thread)} letters')",
    "words of ours": "st.caption('yes' if thread else 'no')",
    "the door": "st.caption(f'The node {label(header.node)} asks')",
    "plain text": "st.code(as_text(header.source))",
    "a key": "st.button('Go', key=key_of(f'go_{thread}'))",
}
MODULE = """
import streamlit as st
from ui.components.base.page_text import as_text, key_of, label

def words(header):
    return header.source + '!'

def draw(header, thread, told='nothing'):
    {line}

draw(input(), input(), input())
"""


@pytest.mark.parametrize("line", ROUND.values(), ids=ROUND.keys())
def test_finds_who_goes_round(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _module(line, tmp_path, monkeypatch)
    assert len(who_goes_round(file)) == 1


@pytest.mark.parametrize("line", DOOR.values(), ids=DOOR.keys())
def test_lets_through_what_is_ours_or_went_through_the_door(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert who_goes_round(_module(line, tmp_path, monkeypatch)) == []


def test_does_not_guess_what_a_function_shows_that_it_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LookupError, match="chat_message"):
        who_goes_round(_module("st.chat_message(thread)", tmp_path, monkeypatch))


def _module(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = folder / "drawing.py"
    file.write_text(MODULE.format(line=line), encoding="utf-8")
    monkeypatch.setattr("tests.support.text_flow.files", lambda: [file])
    assert ROOT not in file.parents
    return file
