import pytest

from ui.timetravel.model.targets import Kind, kind_of, said, saver_graph, short


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("checkpoints.sqlite", Kind.FILE),
        ("/data/存储.sqlite", Kind.FILE),
        ("C:/data/store.db", Kind.FILE),
        ("postgresql://user@host/db", Kind.POSTGRESQL),
        ("POSTGRES://host/db", Kind.POSTGRESQL),
        ("http://127.0.0.1:2024", Kind.SERVER),
        ("https://agent.example.com/a", Kind.SERVER),
        ("memory:", Kind.MEMORY),
        ("./memory:", Kind.FILE),
        ("saver:agent", Kind.SAVER),
        ("saver:", Kind.SAVER),
        ("mysql://host/db", Kind.UNKNOWN),
    ],
)
def test_a_target_is_of_one_kind(target: str, kind: Kind) -> None:
    assert kind_of(target) is kind


@pytest.mark.parametrize(
    "target",
    ["postgresql://user:secret@host:5432/db?sslpassword=secret", "https://secret:secret@host/path?key=secret#secret"],
)
def test_what_is_secret_in_a_target_is_never_said(target: str) -> None:
    assert "secret" not in said(target) + short(target)


def test_an_address_that_makes_no_sense_is_not_said_at_all() -> None:
    assert said("postgresql://user:secret@host:port/db") == "an address that can't be read"


def test_a_file_is_short_for_its_name() -> None:
    assert short("/data/stores/agent.sqlite") == "agent.sqlite"


def test_a_database_is_short_for_its_name_and_host() -> None:
    assert short("postgresql://user:secret@host:5432/db") == "db on host"
    assert short("postgresql:///db") == "db on localhost"
    assert short("postgresql://host:5432") == "host:5432"


def test_a_server_is_short_for_its_host_and_path() -> None:
    assert short("https://user:secret@host:2024/api/") == "host:2024/api"


def test_what_a_worker_holds_is_short_for_whose_it_is() -> None:
    assert (short("memory:"), short("saver:agent"), short("saver:")) == (
        "memory of the worker",
        "saver of agent",
        "saver:",
    )


def test_a_saver_is_of_the_graph_that_is_named() -> None:
    assert saver_graph("saver:agent") == "agent"
