"""What a person has allowed to be built of a store: for that store alone, and for nobody else to read."""

import stat
from pathlib import Path

import pytest

from ui.services.allowed_types import FILE, AllowedTypes, meaning

A, B = ("shop.models", "Order"), ("shop.models", "Item")


@pytest.fixture
def store(tmp_path: Path) -> str:
    (tmp_path / "s.sqlite").write_bytes(b"one")
    return str(tmp_path / "s.sqlite")


def test_what_is_allowed_is_so_for_that_store_alone_and_after_a_new_start(tmp_path: Path, store: str) -> None:
    AllowedTypes(tmp_path / "own").allow(store, [A])
    AllowedTypes(tmp_path / "own").allow(store, [B])
    (tmp_path / "other.sqlite").write_bytes(b"other")
    again = AllowedTypes(tmp_path / "own")
    assert again.of(store) == {A, B}
    for other in (str(tmp_path / "other.sqlite"), "postgresql://host/db", "memory:", "saver:a"):
        assert again.of(other) == frozenset()


def test_another_file_at_the_same_path_has_no_allowances(tmp_path: Path, store: str) -> None:
    allowed = AllowedTypes(tmp_path / "own")
    allowed.allow(store, [A])
    (tmp_path / "new").write_bytes(b"another")
    (tmp_path / "new").replace(store)
    assert allowed.of(store) == frozenset()


def test_it_is_withdrawn(tmp_path: Path, store: str) -> None:
    allowed = AllowedTypes(tmp_path / "own")
    allowed.allow(store, [A])
    allowed.withdraw(store)
    assert AllowedTypes(tmp_path / "own").of(store) == frozenset()


def test_only_its_owner_may_read_it_and_no_password_is_in_it(tmp_path: Path) -> None:
    allowed = AllowedTypes(tmp_path / "own")
    allowed.allow("postgresql://me:pass-word@host/db", [A])
    assert allowed.of("postgresql://you:other@host/db") == {A}
    kept = tmp_path / "own" / FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert "pass-word" not in kept.read_text()
    assert [each.name for each in kept.parent.iterdir()] == [FILE]


def test_the_folder_that_is_made_for_it_is_none_for_a_repository(tmp_path: Path, store: str) -> None:
    AllowedTypes(tmp_path / ".timetravel").allow(store, [A])
    assert (tmp_path / ".timetravel" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("damaged", ["", "[1", "[]", '{"a": 1}', '{"a": [["x"]]}'])
def test_a_damaged_file_allows_nothing(tmp_path: Path, store: str, damaged: str) -> None:
    (tmp_path / FILE).write_text(damaged)
    assert AllowedTypes(tmp_path).of(store) == frozenset()
    AllowedTypes(tmp_path).allow(store, [A])
    assert AllowedTypes(tmp_path).of(store) == {A}


def test_what_it_means_is_said_with_the_names() -> None:
    said = meaning([A])
    assert "shop.models.Order" in said
    assert "imports the module and calls that with whatever the store holds" in said
