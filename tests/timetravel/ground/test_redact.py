"""Secrets in texts: which are known, in which forms they are found, and what is left as it is."""

import base64
import html
import json
import logging
import os
import random
import shlex
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from ui.timetravel.errors import StoreUnreadable
from ui.timetravel.ground.redaction.redact import HIDDEN, MaskedStream, know, masked, masked_message, without_secrets
from ui.timetravel.ground.redaction.secret_values import (
    all_of_address,
    of_address,
    of_environment,
    of_graphs,
    of_password_files,
)

KEY = "canary-7f3a/9c+2e 'x\"ü\\"
"""Every sign that some form writes otherwise."""


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SOME_API_KEY", KEY)
    return KEY


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:hunter22@db.example:5432/x",
        "connection to postgres://hunter22@db/x failed",
        "https://user:hunter22@host/path?q=1",
        "host=db password=hunter22 dbname=x",
        "{'password': 'hunter22', 'user': 'ann'}",
        '{"api_key": "hunter22"}',
        "x-api-key: hunter22",
        "Authorization: Bearer hunter22",
        "LANGSMITH_API_KEY=hunter22",
        "?sslpassword=hunter22&x=1",
        "access_token=hunter22, more",
    ],
)
def test_what_is_secret_is_taken_out_wherever_a_name_or_an_address_says_that_it_is(text: str) -> None:
    assert "hunter22" not in without_secrets(text)
    assert HIDDEN in without_secrets(text)


def test_the_values_of_secret_environment_variables_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGGRAPH_AES_KEY", "sixteen letters!")
    monkeypatch.setenv("PGPASSWORD", "hunter22")
    assert without_secrets("tried 'sixteen letters!' and hunter22") == "tried '•••' and •••"


@pytest.mark.parametrize(
    "text",
    [
        'File "/home/ann/app.py", line 7, in main\n    rows = sorted(found, key=lambda row: row[0])',
        "KeyError: 'thread'",
        "see https://example.com/a/b@c and mail ann@example.com",
        "",
    ],
)
def test_the_rest_stays_as_it_is(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    "written",
    [
        str,
        repr,
        ascii,
        json.dumps,
        lambda key: json.dumps(key, ensure_ascii=False),
        lambda key: json.dumps(json.dumps({"key": key})),
        lambda key: repr({"inner": repr([key])}),
        lambda key: repr(key.encode()),
        lambda key: quote(key, safe=""),
        quote,
        quote_plus,
        lambda key: quote(key, safe="").lower(),
        html.escape,
        shlex.quote,
        lambda key: f"password='{key.replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}'",
        lambda key: key.encode().hex(),
        *(lambda key, n=n: base64.b64encode(b"x" * n + key.encode() + b"tail").decode() for n in range(7)),
        *(lambda key, n=n: base64.urlsafe_b64encode(b"x" * n + key.encode()).decode() for n in range(3)),
    ],
)
def test_a_secret_is_found_however_it_is_written(key: str, written: Callable[[str], str]) -> None:
    text = written(key)
    assert text in f"before {text} after"
    left = masked(f"before {text} after")
    assert HIDDEN in left
    assert "7f3a" not in left
    assert len(left) < len("before ••• after") + 30


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20, 40])
def test_a_secret_that_is_cut_by_the_borders_of_pieces_is_taken_out(key: str, size: int) -> None:
    text = f"one {key}{key} two {json.dumps(key)} three"
    stream = MaskedStream()
    told = "".join(stream.take(text[at : at + size]) for at in range(0, len(text), size)) + stream.end()
    assert told == masked(text)
    assert "canary" not in told


@pytest.mark.parametrize("size", [1, 2, 5, 11, 40])
def test_of_secrets_in_one_another_and_in_a_row_nothing_is_left_in_whatever_pieces(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "abcd77abcd77")
    monkeypatch.setenv("TWO_PASSWORDS", "cnry46:inside77@host.cnry, second77key")
    secrets = "abcd77abcd77 cnry46:inside77@host.cnry, second77key abcd77abcd77abcd77abcd77 inside77!"
    stream = MaskedStream()
    told = "".join(stream.take(secrets[at : at + size]) for at in range(0, len(secrets), size)) + stream.end()
    assert told == masked(secrets) == "••• ••• •••••• •••!"


def test_pieces_without_a_secret_come_out_whole_whatever_they_end_with(key: str) -> None:
    rng = random.Random(7)
    text = "".join(rng.choice(["can", "canary-7", "x", "\n", "c", key[:9]]) for _ in range(400))
    stream = MaskedStream()
    told = []
    at = 0
    while at < len(text):
        size = rng.randrange(1, 12)
        told.append(stream.take(text[at : at + size]))
        at += size
    assert "".join(told) + stream.end() == text


def test_what_is_most_of_a_secret_is_not_shown_at_the_end_either(key: str) -> None:
    stream = MaskedStream()
    assert stream.take(key[:-2]) == ""
    assert stream.end() == HIDDEN


@pytest.mark.parametrize(
    ("address", "secrets"),
    [
        ("postgresql://me:opensesame@host/db", {"opensesame"}),
        ("postgresql://me:open%2Fsesame@host/db", {"open%2Fsesame", "open/sesame"}),
        ("postgresql://host/db?user=me&password=opensesame", {"opensesame"}),
        ("postgresql://host/db?sslpassword=open%20sesame", {"open sesame", "open%20sesame"}),
        ("postgresql://me:o@pensesame@host/db", {"o@pensesame"}),
        ("postgresql://me:open/sesame@host/db", {"open/sesame"}),
        ("postgresql://me:open sesame@host/db", {"open sesame"}),
        ("postgresql:/me:opensesame@host/db", {"opensesame"}),
        ("me:opensesame@host/db", {"opensesame"}),
        ("host=db password=opensesame user=me", {"opensesame"}),
        (r"host=db password='open \'sesame' user=me", {"open 'sesame"}),
        ("https://f00dcafe12345678@sentry.example/1", {"f00dcafe12345678"}),
        ("http://host:2024/?api_key=opensesame", {"opensesame"}),
        ("postgresql://me@host/db", set()),
        ("/a/file.sqlite", set()),
        ("memory:", set()),
        ("./agent.py:graph", set()),
    ],
)
def test_the_secrets_of_an_address_are_known_however_wrongly_it_is_written(address: str, secrets: set[str]) -> None:
    assert secrets <= of_address(address)
    assert secrets or not of_address(address)


def test_what_is_short_or_an_ordinary_word_is_left_in_other_texts_and_not_in_its_address() -> None:
    assert all_of_address("postgresql://me:pw@h/db") == {"pw"}
    assert of_address("postgresql://postgres:postgres@h/db") == set()
    know("info", "8080", "true", "postgres", "12345")
    text = "info: true on port 8080 of postgres 12345"
    assert masked(text) == text
    assert masked("at postgresql://me:pw@h/db") == "at postgresql://me:•••@h/db"


def test_the_name_of_a_variable_says_whether_it_is_secret() -> None:
    environment = {
        **dict.fromkeys(("OPENAI_API_KEY", "PGPASSWORD", "GITHUB_TOKEN", "db-password", "MyAuth"), "opensesame"),
        **dict.fromkeys(("MODEL", "KEYBOARD", "MAX_TOKENS", "SSH_AUTH_SOCK", "AUTHOR"), "turquoise"),
        "TOKEN_LIMIT": "128000",
        "DATABASE_URL": "postgresql://me:inside-url@host/db",
        "ENDPOINTS": '{"https://host": "lsv2_pt_0123456789abcdef_01"}',
        "PLAIN": "sk-proj-0123456789abcdef",
        "GOOGLE_APPLICATION_CREDENTIALS": os.fsdecode(Path(__file__)),
    }
    assert of_environment(environment) == {
        *("opensesame", "inside-url", "lsv2_pt_0123456789abcdef_01", "sk-proj-0123456789abcdef"),
    }


def test_in_the_environment_of_graphs_what_reads_like_drawn_by_a_machine_is_secret_whatever_it_is_called() -> None:
    ordinary = {"A": "gpt-4o-mini", "B": "claude-3-5-sonnet-latest", "C": "us-east-1", "D": "turquoise", "E": "8080"}
    assert of_graphs({**ordinary, "F": "https://host/v1", "G": "canary7f3a9c"}) == {"canary7f3a9c"}


def test_the_passwords_of_libpqs_files_are_known(tmp_path: Path) -> None:
    (tmp_path / ".pgpass").write_text("# host:port:db:user:password\nhost:5432:*:me:open\\:sesame\nhost:1:*:me\n")
    (tmp_path / "services").write_text("[prod]\nhost=db\npassword=inservice\n")
    environment = {"HOME": str(tmp_path), "PGSERVICEFILE": str(tmp_path / "services")}
    assert of_password_files(environment) == {"open:sesame", "inservice"}


def test_in_a_message_of_a_worker_only_what_is_read_changes(key: str) -> None:
    message = {"event": "end", "failure": {"message": key, "line": 3}, "notes": [key], "id": key, "values": [key]}
    told = masked_message(message)
    assert told == {"event": "end", "failure": {"message": "•••", "line": 3}, "notes": ["•••"], "id": key} | {
        "values": [key]
    }


def test_every_error_of_the_engine_is_masked_as_text(key: str) -> None:
    assert str(StoreUnreadable(f"The server said {key}.")) == "The server said •••."
    assert key not in "".join(logging.Formatter().formatException((None, StoreUnreadable(key), None)))


def test_of_what_is_said_about_one_thing_its_own_secrets_are_taken_out_however_short() -> None:
    assert masked("role ann: pw is wrong, and pwx too", ["pw", "pwx"]) == "role ann: ••• is wrong, and ••• too"
