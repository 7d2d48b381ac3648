"""Whatever a person types or an address says, the engine answers with what it has, or with an error of its own."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.postgres import Server
from tests.timetravel.stores.written import histories
from ui.timetravel.errors import ProjectError, StoreError, TimeTravelError
from ui.timetravel.model.project import from_option, load_project
from ui.timetravel.model.targets import display_name
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.stores import Store, open_store

TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\x1f",
    "x" * 5_000,
    "~nobody-here",
    "/dev/null",
    "/proc/self/mem",
    "../..",
    "%00",
)
ADDRESSES = (
    *("http://", "http://[", "http://a:b", "http://\0", "http://\ud800", "http://\u2028", "http://127.0.0.1:99999"),
    *("postgresql://", "postgresql://%zz", "postgresql://\0", "postgresql://h:x/", "postgresql:///x?nope=1"),
    *("memory:", "saver:", "saver:\0", "x://", "postgresql+x://a"),
)


@pytest.mark.parametrize("target", [*TEXTS, *ADDRESSES], ids=lambda text: ascii(text)[:30])
def test_what_names_no_store_is_refused_in_a_sentence_that_can_be_printed(target: str) -> None:
    with pytest.raises(StoreError) as raised:
        open_store(target)
    assert str(raised.value).encode()
    assert display_name(target) is not None


@pytest.fixture(scope="module", params=["file", "database"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if request.param == "file":
        target = str(tmp_path_factory.mktemp("asked") / "s.sqlite")
        histories.made(histories.subgraph_that_asks, Path(target))
    else:
        server: Server = request.getfixturevalue("postgres")
        target = server.database()
        histories.made_in_database(histories.subgraph_that_asks, target)
    with open_store(target) as opened:
        yield opened


@pytest.mark.parametrize("text", [*TEXTS, "'; DROP TABLE checkpoints; --", "%_"], ids=lambda text: ascii(text)[:30])
def test_a_store_can_be_asked_for_any_text(store: Store, text: str) -> None:
    one = store.skeleton("t").ids[0]
    questions: list[Callable[[], Any]] = [
        lambda: store.threads(text),
        lambda: store.threads(before=text),
        lambda: store.thread(text),
        lambda: store.skeleton(text),
        lambda: store.skeleton("t", text),
        lambda: store.namespaces(text),
        lambda: store.change_token(text),
    ]
    for place in ((text, "", one), ("t", text or "x", one), ("t", "", text)):
        assert store.headers(place[0], place[1], [place[2]]) == []
        assert store.writes(*place) == []
        with pytest.raises(StoreError, match="has no checkpoint"):
            store.checkpoint(*place)
        questions.append(lambda place=place: export_checkpoint(store, place[0], place[2]))  # type: ignore[misc]
    for question in questions:
        with suppress(TimeTravelError):
            question()
    assert len(store.skeleton("t").ids) > 1


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:30])
def test_what_names_no_project_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        load_project(text if text.strip(" ./") else tmp_path)
    with pytest.raises(ProjectError):
        from_option(f"{text}/x.py:graph")


@pytest.mark.parametrize("content", ["[" * 100_000, "9" * 5_000, '{"graphs": {"a": "./a\\u0000.py:graph"}}', "\ufeff"])
def test_a_langgraph_json_that_can_not_be_read_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "langgraph.json").write_text(content)
    with pytest.raises(ProjectError):
        load_project(tmp_path)
