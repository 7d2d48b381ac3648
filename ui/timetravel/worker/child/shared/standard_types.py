"""The types that may be built from a store's bytes for any graph: Python's scalars and collections, LangChain's
messages, LangGraph's own. Building one of them imports only its own module, and does nothing but hold data.

They are those of langgraph-checkpoint 4.3.2 (serde/_msgpack.py, `SAFE_MSGPACK_TYPES`), for every LangGraph that a
worker runs, including the names under which older ones stored them.

Only the standard library here: a worker has this file, too.
"""

StoredType = tuple[str, str]
"""A type as a store names it: a module, and a name in it, with a dot if it is a method."""

_PLAIN = {
    "builtins": ("set", "frozenset", "bytes.fromhex", "bytearray.fromhex"),
    "collections": ("deque",),
    "datetime": ("datetime", "datetime.fromisoformat", "date", "time", "timedelta", "timezone"),
    "decimal": ("Decimal",),
    "ipaddress": ("IPv4Address", "IPv4Interface", "IPv4Network", "IPv6Address", "IPv6Interface", "IPv6Network"),
    "pathlib": ("Path", "PosixPath", "WindowsPath"),
    "pathlib._local": ("Path", "PosixPath", "WindowsPath"),
    "pydantic.types": ("SecretBytes", "SecretStr"),
    "re": ("compile",),
    "uuid": ("UUID",),
    "zoneinfo": ("ZoneInfo",),
}
_MESSAGES = {
    "base": ("BaseMessage", "BaseMessageChunk"),
    "human": ("HumanMessage", "HumanMessageChunk"),
    "ai": ("AIMessage", "AIMessageChunk"),
    "system": ("SystemMessage", "SystemMessageChunk"),
    "chat": ("ChatMessage", "ChatMessageChunk"),
    "tool": ("ToolMessage", "ToolMessageChunk"),
    "function": ("FunctionMessage", "FunctionMessageChunk"),
    "modifier": ("RemoveMessage",),
}
_LANGGRAPH = ("Command", "Interrupt", "Overwrite", "PregelTask", "Send", "StateSnapshot", "TimeoutPolicy")

STANDARD: frozenset[StoredType] = frozenset(
    (
        *((module, name) for module, names in _PLAIN.items() for name in names),
        *((f"langchain_core.messages.{part}", name) for part, names in _MESSAGES.items() for name in names),
        *(("langchain_core.messages", name) for names in _MESSAGES.values() for name in names),
        ("langchain_core.documents.base", "Document"),
        ("langchain_core.documents", "Document"),
        *(("langgraph.types", name) for name in _LANGGRAPH),
        ("langgraph.constants", "Send"),
        ("langgraph.store.base", "Item"),
        ("langgraph.store.base", "GetOp"),
    )
)
