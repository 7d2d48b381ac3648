"""Decrypts values that LangGraph's EncryptedSerializer wrote, where the key from the environment fits.

`EncryptedSerializer.from_pycryptodome_aes` (langgraph-checkpoint 4.3.2, serde/encrypted.py) appends "+aes" to the type
of what it encrypts, and writes a nonce of 16 bytes, a tag of 16 bytes and the ciphertext. Its mode is EAX unless the
user asks for another one. The tag shows whether a key fits, so nothing is decrypted that was not written with that key.
"""

import os
from dataclasses import dataclass

from Crypto.Cipher import AES

from ui.timetravel.ground.text.formatting import shorten

VARIABLE = "LANGGRAPH_AES_KEY"
"""The environment variable from which LangGraph takes its key, as text."""

_LENGTHS = (16, 24, 32)
_MARK, _CIPHER = "+", "aes"
_NONCE = _TAG = 16


@dataclass(frozen=True, slots=True)
class _Key:
    """The key from the environment or a caller; `given` is its length in bytes, 0 where there is none."""

    data: bytes
    given: int


_key: _Key | None = None


def set_key(key: str | bytes | None) -> None:
    """Decrypt with this key from now on, in the whole process; with None, not at all.

    If this is never called, the key is that of the environment, read when the first encrypted value is found.
    """
    global _key
    data = key.encode("utf-8", "surrogateescape") if isinstance(key, str) else key or b""
    _key = _Key(data if len(data) in _LENGTHS else b"", len(data))


def set_key_of_environment() -> None:
    """Decrypt with the key in the environment as it is now; an empty variable counts as none."""
    set_key(os.environ.get(VARIABLE))


def key_problem() -> str:
    """What is wrong with the key itself, in a sentence; empty when there is no key, or nothing is wrong."""
    key = _current()
    if key.data or not key.given:
        return ""
    return (
        f"{VARIABLE} has {_bytes(key.given)}, but a key has 16, 24 or 32: encrypted values stay closed. Set the key"
        " that they were written with, and start again."
    )


def encrypted(kind: str | None) -> bool:
    """Whether a row of this type is encrypted, with whatever cipher."""
    return kind is not None and _MARK in kind


def unlock(kind: str | None, blob: bytes) -> tuple[str | None, bytes]:
    """The type and bytes inside an encrypted value; both unchanged if the value is not encrypted or no key fits.

    Never raises. The result may have been written by anyone who had the key, and is decoded as inertly as any other
    value.
    """
    if kind is None or _MARK not in kind:
        return kind, blob
    inner, _, cipher = kind.partition(_MARK)
    if cipher != _CIPHER or not (key := _current().data):
        return kind, blob
    opened = _open(key, bytes(blob))
    return (kind, blob) if opened is None else (inner, opened)


def locked_reason(kind: str) -> str:
    """Why a value that `unlock` returned is still encrypted, and what to do about it."""
    cipher = kind.partition(_MARK)[2]
    if cipher != _CIPHER:
        return f'it is encrypted or packed with "{shorten(cipher)}", which only the program that wrote it can open'
    key = _current()
    if key.data:
        return f"it is encrypted, and the key in {VARIABLE} is not the one that it was written with, or it is damaged"
    if key.given:
        return f"it is encrypted, and {VARIABLE} has {_bytes(key.given)}, where a key has 16, 24 or 32"
    return f"it is encrypted: set {VARIABLE} to the key that it was written with, and start again"


def _current() -> _Key:
    if _key is None:
        set_key_of_environment()
    assert _key is not None
    return _key


def _open(key: bytes, blob: bytes) -> bytes | None:
    nonce, tag, sealed = blob[:_NONCE], blob[_NONCE : _NONCE + _TAG], blob[_NONCE + _TAG :]
    if len(tag) < _TAG:
        return None
    for cipher in (
        lambda: AES.new(key, AES.MODE_EAX, nonce=nonce),
        lambda: AES.new(key, AES.MODE_GCM, nonce=nonce),
    ):
        try:
            return cipher().decrypt_and_verify(sealed, tag)
        except ValueError:
            continue
    return None


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"
