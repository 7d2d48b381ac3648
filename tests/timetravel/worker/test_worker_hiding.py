"""The password of a store in what the worker sends back."""

import pytest

from ui.timetravel.worker.child.hiding import check_address, hider
from ui.timetravel.worker.child.refusing import Refused


def hidden(store: str, text: str) -> str:
    return hider(store)({"event": "output", "text": text})["text"]


@pytest.mark.parametrize(
    ("store", "secret"),
    [
        ("postgresql://me:opensesame@host/db", "opensesame"),
        ("postgresql://me:open%2Fsesame@host/db", "open/sesame"),
        ("postgresql://me:open%2Fsesame@host/db", "open%2Fsesame"),
        ("postgresql://host/db?user=me&password=opensesame", "opensesame"),
        ("postgresql://me:o@pen@host/db", "o@pen"),
    ],
)
def test_a_password_is_hidden_alone_and_in_its_address(store, secret):
    assert hidden(store, f"it is {secret}.") == "it is ***."
    assert secret not in hidden(store, f"at {store} now")


def test_the_rest_of_an_address_stays_readable():
    store = "postgresql://me:opensesame@host:5432/db"
    assert hidden(store, store) == "postgresql://me:***@host:5432/db"


def test_it_is_hidden_in_a_failure_and_in_notes_and_nowhere_else():
    message = {"event": "end", "failure": {"message": "opensesame"}, "notes": ["opensesame"], "id": "opensesame"}
    told = hider("postgresql://me:opensesame@host/db")(message)
    assert told == {"event": "end", "failure": {"message": "***"}, "notes": ["***"], "id": "opensesame"}


@pytest.mark.parametrize("store", ["/a/file.sqlite", "postgresql://host/db", "postgresql://me@host/db"])
def test_without_a_password_nothing_changes(store):
    assert hidden(store, f"{store} me") == f"{store} me"


@pytest.mark.parametrize("user", ["me:open/sesame", "me:1/sesame", "me:#sesame", "me:[sesame"])
def test_an_address_that_a_library_would_quote_in_part_is_refused(user):
    with pytest.raises(Refused, match="%2F"):
        check_address(f"postgresql://{user}@host/db")


@pytest.mark.parametrize("hosts", ["host:5432", "one:5432,two", "[::1]:5432", "%2Frun%2Fpostgresql", ""])
def test_hosts_of_any_kind_are_left_to_the_library(hosts):
    check_address(f"postgresql://me:open@sesame@{hosts}/db?connect_timeout=3")
