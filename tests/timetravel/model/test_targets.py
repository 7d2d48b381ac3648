import pytest

from ui.timetravel.model.targets import StoreKind, display_name, kind_of, redacted, saver_graph


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("checkpoints.sqlite", StoreKind.FILE),
        ("/data/存储.sqlite", StoreKind.FILE),
        ("C:/data/store.db", StoreKind.FILE),
        ("postgresql://user@host/db", StoreKind.POSTGRESQL),
        ("POSTGRES://host/db", StoreKind.POSTGRESQL),
        ("http://127.0.0.1:2024", StoreKind.SERVER),
        ("https://agent.example.com/a", StoreKind.SERVER),
        ("memory:", StoreKind.MEMORY),
        ("./memory:", StoreKind.FILE),
        ("saver:agent", StoreKind.SAVER),
        ("saver:", StoreKind.SAVER),
        ("mysql://host/db", StoreKind.UNKNOWN),
    ],
)
def test_a_target_is_of_one_kind(target: str, kind: StoreKind) -> None:
    assert kind_of(target) is kind


@pytest.mark.parametrize(
    "target",
    ["postgresql://user:secret@host:5432/db?sslpassword=secret", "https://secret:secret@host/path?key=secret#secret"],
)
def test_what_is_secret_in_a_target_is_never_said(target: str) -> None:
    assert "secret" not in redacted(target) + display_name(target)


def test_an_address_that_makes_no_sense_is_not_said_at_all() -> None:
    assert redacted("postgresql://user:secret@host:port/db") == "an address that can't be read"


def test_a_file_is_short_for_its_name() -> None:
    assert display_name("/data/stores/agent.sqlite") == "agent.sqlite"


def test_a_database_is_short_for_its_name_and_host() -> None:
    assert display_name("postgresql://user:secret@host:5432/db") == "db on host"
    assert display_name("postgresql:///db") == "db on localhost"
    assert display_name("postgresql://host:5432") == "host:5432"


def test_a_server_is_short_for_its_host_and_path() -> None:
    assert display_name("https://user:secret@host:2024/api/") == "host:2024/api"


def test_what_a_worker_holds_is_short_for_whose_it_is() -> None:
    assert (display_name("memory:"), display_name("saver:agent"), display_name("saver:")) == (
        "memory of the worker",
        "saver of agent",
        "saver:",
    )


def test_a_saver_is_of_the_graph_that_is_named() -> None:
    assert saver_graph("saver:agent") == "agent"
