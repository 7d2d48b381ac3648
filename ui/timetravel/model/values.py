"""Plain, tagged data: the form of every value that was read from a store.

`Plain` is None, bool, int, float, str, bytes, list, dict (any plain or tuple key that Python can hash), `Typed` or
`Opaque`. Nothing here imports or calls what a store names: a type is kept as a tag.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, TypeAlias

Constructor = Literal[
    "value", "args", "kwargs", "method", "pydantic1", "pydantic2", "numpy", "delta", "langchain", "unbuilt"
]
"""How the value is built, according to the store. LangGraph's msgpack extension codes 0 to 7 in this order
(langgraph-checkpoint 4.3.2, serde/jsonplus.py), and "langchain" for the {"lc": ...} constructors inside `json` rows.
"unbuilt" is our own: the data from which a delta channel's value would be built (see delta_channels.py), which no store
holds as a value.
"""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a type that plain data does not have: the type's name, and the `value` it would be built from.

    `constructor` says how LangGraph would build it; `method` is the name of the method to call, where it calls one.
    """

    module: str
    name: str
    value: "Plain"
    constructor: Constructor = "value"
    method: str | None = None

    @property
    def type(self) -> str:
        """The full name of the type, "module.Name"."""
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that can't be shown: `type` is its name in the store, `size` its bytes, `reason` says in words why.

    `digest` distinguishes values that are alike in everything else; it may be empty.
    """

    type: str
    size: int
    reason: str
    digest: str = ""


def digest(blob: bytes) -> str:
    """A digest of these bytes, in 16 letters."""
    return blake2b(blob, digest_size=8).hexdigest()


Plain: TypeAlias = Any
"""None | bool | int | float | str | bytes | list[Plain] | dict[Hashable, Plain] | Typed | Opaque."""
