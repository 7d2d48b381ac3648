"""Reads and writes stores whose values are encrypted with LangGraph's AES cipher, with the key in LANGGRAPH_AES_KEY."""

import os
import sys
from typing import Any

from langgraph.checkpoint.serde.base import SerializerProtocol

from ..allowed_types.guarded_serializer import Guarding
from ..errors.refused import Refused

_KEY = "LANGGRAPH_AES_KEY"


class StoreSerializer(Guarding):
    """LangGraph's serializer, restricted to the allowlist. It decrypts values, and encrypts if `seals` is set.

    A store may contain both kinds: the cipher's name is part of a value's type ("msgpack+aes"), and a value without one
    is read as it is (langgraph-checkpoint 4.3.2, serde/encrypted.py). Raises Refused where no key fits.
    """

    seals = False

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """Type and bytes, encrypted if the store is encrypted."""
        return self.seal(*super().dumps_typed(obj))

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value of these bytes, encrypted or not."""
        cipher = data[0].partition("+")[2]
        if not cipher:
            return super().loads_typed(data)
        try:
            return super().loads_typed(_encrypting(cipher).loads_typed(data))
        except ValueError as error:
            if "MAC" not in str(error):
                raise
            raise Refused(f"The key in {_KEY} is not the one that this store was encrypted with.") from None

    def seal(self, kind: str, data: bytes) -> tuple[str, bytes]:
        """A value that is serialized already, in the form that the store takes: encrypted if the store is."""
        if not self.seals:
            return kind, data
        sealed: tuple[str, bytes] = _encrypting("aes").dumps_typed((kind, data))
        return sealed


def serializer_for(newest: str | None) -> StoreSerializer:
    """The serializer for a store whose newest value has the type `newest`. Raises Refused where a key is missing."""
    made = StoreSerializer()
    if newest and "+" in newest:
        _encrypting(newest.partition("+")[2])
        made.seals = True
    return made


def has_key() -> bool:
    """Whether the environment has a key. Whether it fits is known only when it is used."""
    return bool(os.environ.get(_KEY))


class _AsItIs(SerializerProtocol):
    """The inner serializer of LangGraph's encrypting one: takes pairs of type and bytes, which are serialized
    already.
    """

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The pair of type and bytes, unchanged."""
        kind, data = obj
        return kind, data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The pair of type and bytes, unchanged."""
        return data


def _encrypting(name: str) -> Any:
    """LangGraph's own serializer that encrypts, for pairs of type and bytes. Raises Refused."""
    if name != "aes":
        raise Refused(f'This store is encrypted with "{name}", which only the program that wrote it can open.')
    if not has_key():
        raise Refused(f"This store is encrypted. Set {_KEY} to its key, in the environment or in the project's .env.")
    try:
        from langgraph.checkpoint.serde.encrypted import EncryptedSerializer

        return EncryptedSerializer.from_pycryptodome_aes(_AsItIs())
    except ImportError:
        raise Refused(
            f"This store is encrypted, and {sys.executable} can't open it: install pycryptodome there."
        ) from None
    except ValueError as error:
        raise Refused(f"The key of the store can't be used: {error}") from None
