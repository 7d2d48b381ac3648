import os
from collections.abc import Iterator
from typing import Any

import ormsgpack
import pytest
from Crypto.Cipher import AES
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer

from ui.timetravel.model.values import Opaque
from ui.timetravel.serde import encryption as crypt
from ui.timetravel.serde.decode import decode, versions

KEY = b"k" * 32


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(crypt.VARIABLE, raising=False)
    crypt.set_key(None)
    yield
    crypt.set_key(None)


def sealed(value: Any, key: bytes = KEY, **options: Any) -> tuple[str, bytes]:
    return EncryptedSerializer.from_pycryptodome_aes(key=key, **options).dumps_typed(value)


@pytest.mark.parametrize("length", [16, 24, 32])
def test_a_value_is_opened_with_its_key(length: int) -> None:
    crypt.set_key("x" * length)
    assert decode(*sealed({"a": [1, "é"]}, b"x" * length)) == {"a": [1, "é"]}


def test_the_key_is_that_of_the_environment_as_langgraph_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(crypt.VARIABLE, "schlüssel-key-16"[:15])
    crypt.set_key_of_environment()
    assert decode(*EncryptedSerializer.from_pycryptodome_aes().dumps_typed("text")) == "text"


def test_the_other_mode_that_langgraph_can_read_back_is_opened_too() -> None:
    crypt.set_key(KEY)
    assert decode(*sealed([1], mode=AES.MODE_GCM)) == [1]


def test_what_is_not_encrypted_is_read_as_ever() -> None:
    crypt.set_key(KEY)
    assert decode("msgpack", ormsgpack.packb([1])) == [1]


def test_the_versions_of_an_encrypted_checkpoint_are_read() -> None:
    crypt.set_key(KEY)
    kind, blob = sealed({"channel_versions": {"a": 2}, "versions_seen": {}})
    assert versions(blob, kind).channel_versions == {"a": 2}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (None, "set LANGGRAPH_AES_KEY to the key"),
        ("o" * 32, "not the one that it was written with"),
        ("short", "LANGGRAPH_AES_KEY has 5 bytes, where a key has 16, 24 or 32"),
    ],
    ids=["no key", "another key", "no key of AES"],
)
def test_a_value_that_stays_closed_says_why(key: str | None, words: str) -> None:
    crypt.set_key(key)
    kind, blob = sealed("secret")
    value = decode(kind, blob)
    assert isinstance(value, Opaque)
    assert (value.type, value.size) == ("msgpack+aes", len(blob))
    assert words in value.reason


def test_a_cipher_of_somebody_elses_is_named() -> None:
    crypt.set_key(KEY)
    assert '"acme-kms"' in decode("msgpack+acme-kms", b"x" * 99).reason


def test_what_is_inside_is_decoded_as_inertly_as_anything_else() -> None:
    crypt.set_key(KEY)
    blob = sealed("x")[1]
    cipher = AES.new(KEY, AES.MODE_EAX)
    data, tag = cipher.encrypt_and_digest(b"cos\nsystem\n(S'true'\ntR.")
    assert "pickled" in decode("pickle+aes", cipher.nonce + tag + data).reason
    assert decode("nonsense+aes", blob).type == "nonsense"


def test_two_closed_values_of_one_size_are_not_taken_for_the_same() -> None:
    assert decode(*sealed("one")) != decode(*sealed("two"))
    assert decode("pickle", b"abc") != decode("pickle", b"abd")


@pytest.mark.parametrize(("key", "words"), [("short", "has 5 bytes"), ("x", "has 1 byte,")])
def test_a_key_of_a_wrong_length_is_told_in_a_sentence(key: str, words: str) -> None:
    crypt.set_key(key)
    assert words in crypt.key_problem()


@pytest.mark.parametrize("key", [None, "", "x" * 16])
def test_no_key_and_a_good_one_are_no_problem(key: str | None) -> None:
    crypt.set_key(key)
    assert crypt.key_problem() == ""


@given(st.binary(max_size=80))
def test_no_bytes_make_it_raise(blob: bytes) -> None:
    crypt.set_key(KEY)
    assert crypt.unlock("msgpack+aes", blob) == ("msgpack+aes", blob)


def test_a_damaged_value_stays_closed() -> None:
    crypt.set_key(KEY)
    kind, blob = sealed(os.urandom(50))
    for at in (0, 20, len(blob) - 1):
        damaged = bytes([*blob[:at], blob[at] ^ 1, *blob[at + 1 :]])
        assert isinstance(decode(kind, damaged), Opaque)
