"""What a server can run: its assistants, by names that tell them apart, and what they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.timetravel.errors import GraphLoadError, StoreError
from ui.timetravel.server.connection import Connection
from ui.timetravel.worker.graph_info import ChannelInfo, EdgeInfo, GraphInfo, NodeInfo

_PAGE = 100
_ENDS = ("__start__", "__end__")
_NOT_TOLD = (
    "A server does not tell the source code of nodes, nor which channels have a reducer. What it shows comes from the "
    "graph that it has loaded."
)


@dataclass(frozen=True, slots=True)
class Assistant:
    """A graph of the server with its settings. `name` is unique: a graph's own assistant has the graph's name."""

    name: str
    assistant_id: str
    graph_id: str
    description: str


def assistants(connection: Connection) -> dict[str, Assistant]:
    """Every assistant by its name, in the order in which they were made. Raises StoreError."""
    rows: list[Mapping[str, Any]] = []
    while True:
        options: dict[str, Any] = {"limit": _PAGE, "offset": len(rows), "sort_by": "created_at", "sort_order": "asc"}
        page = connection.ask(lambda client, options=options: client.assistants.search(**options))  # type: ignore[misc]
        rows += page
        if len(page) < _PAGE:
            break
    rows.sort(key=lambda row: not _is_system(row))
    found: dict[str, Assistant] = {}
    for row in rows:
        name = str(row["graph_id"] if _is_system(row) else row.get("name") or row["graph_id"])
        if name in found:
            name = f"{name} ({str(row['assistant_id'])[:8]})"
        found[name] = Assistant(name, str(row["assistant_id"]), str(row["graph_id"]), str(row.get("description") or ""))
    return found


def describe(connection: Connection, assistant: Assistant) -> GraphInfo:
    """What the server says of the graph. Raises GraphLoadError when it can't load it."""
    one, notes = assistant.assistant_id, [_NOT_TOLD]
    try:
        schemas: Mapping[str, Any] = connection.listen(lambda client: client.assistants.get_schemas(one))
        drawing = _drawing(connection, one, notes)
    except StoreError as error:
        raise GraphLoadError(f'The server can\'t tell what "{assistant.name}" is. {error}') from None
    state = schemas.get("state_schema") or {}
    nodes = [str(node["id"]) for node in drawing.get("nodes", ())]
    nodes = [name for name in nodes if name.split(":")[-1] not in _ENDS]
    return GraphInfo(
        name=assistant.name,
        description=assistant.description,
        nodes=tuple(NodeInfo(name, subgraph=name.rpartition(":")[0]) for name in nodes),
        edges=tuple(_edge(edge) for edge in drawing.get("edges", ())),
        channels=tuple(
            ChannelInfo(name, type_words(each, state)) for name, each in (state.get("properties") or {}).items()
        ),
        input_schema=_input_schema(schemas),
        notes=tuple(notes),
        context_schema=schemas.get("context_schema") or schemas.get("config_schema") or {},
        takes_context=True,
        state_schema=state,
        node_names=_node_names(nodes),
    )


def _node_names(drawn: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The nodes by the path of their graph, from a drawing, in which a subgraph stands for its node."""
    found: dict[str, dict[str, None]] = {}
    for name in drawn:
        parts = name.split(":")
        for depth, part in enumerate(parts):
            found.setdefault("|".join(parts[:depth]), {})[part] = None
    return {path: tuple(names) for path, names in found.items()}


def type_words(schema: Any, whole: Mapping[str, Any], depth: int = 3) -> str:
    """A JSON schema's type as Python writes it: `list[str]`, `Topic | None`; "Any" where nothing is said."""
    if not isinstance(schema, Mapping) or depth == 0:
        return "Any"
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        words = [type_words(each, whole, depth - 1) for each in options]
        return "AnyMessage" if {"AIMessage", "HumanMessage"} <= set(words) else " | ".join(dict.fromkeys(words))
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_words(schema.get('items') or {}, whole, depth - 1)}]"
    if kind == "object":
        return str(schema.get("title") or "dict") if schema.get("properties") else "dict"
    names = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
    return names.get(str(kind), "Any")


def _drawing(connection: Connection, one: str, notes: list[str]) -> Mapping[str, Any]:
    try:
        return connection.listen(lambda client: client.assistants.get_graph(one, xray=True))
    except StoreError as error:
        notes.append(f"The insides of subgraphs can't be drawn ({error})")
        return connection.listen(lambda client: client.assistants.get_graph(one))


def _edge(edge: Mapping[str, Any]) -> EdgeInfo:
    label = str(edge.get("data") or "")
    return EdgeInfo(
        source=str(edge["source"]),
        target=str(edge["target"]),
        conditional=bool(edge.get("conditional")),
        label="" if label == str(edge["target"]) else label,
    )


def _input_schema(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The input's schema; the state's where the server can't make one (`TypedDict` of Python before 3.12)."""
    schema = dict(schemas.get("input_schema") or schemas.get("state_schema") or {})
    required = schema.get("required") or ()
    properties = {
        name: {key: value for key, value in each.items() if key != "default" or value is not None or name in required}
        if isinstance(each, dict)
        else each
        for name, each in (schema.get("properties") or {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _is_system(row: Mapping[str, Any]) -> bool:
    return (row.get("metadata") or {}).get("created_by") == "system"
