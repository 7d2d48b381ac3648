"""The assistants of a server, which are what it can run, under unique names, and their descriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ui.timetravel.errors import GraphLoadError, StoreError
from ui.timetravel.model.graphs import ChannelInfo, EdgeInfo, GraphInfo, NodeInfo
from ui.timetravel.stores.server.answers import LONGEST_NAME, bounded, is_name, listed, mapping, mappings, text
from ui.timetravel.stores.server.connection import ServerConnection
from ui.timetravel.worker.child.shared.reserved_names import END, START

_PAGE = 100
_MOST = 1_000
_NODES, _EDGES = 2_000, 10_000
_LONGEST_TYPE = 200
_DEEPEST = 50
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


def assistants(connection: ServerConnection) -> dict[str, Assistant]:
    """Every assistant by its name, in the order of creation. Raises StoreError."""
    rows: dict[str, Mapping[str, Any]] = {}
    with connection.reading():
        while len(rows) < _MOST:
            options: dict[str, Any] = {
                "limit": _PAGE,
                "offset": len(rows),
                "sort_by": "created_at",
                "sort_order": "asc",
            }
            page = connection.read(lambda client, options=options: client.assistants.search(**options))  # type: ignore[misc]
            had = len(rows)
            rows |= {row["assistant_id"]: row for row in mappings(page) if _is_assistant(row)}
            # A page without new assistants comes from a server that ignores `offset`.
            if len(listed(page)) < _PAGE or len(rows) == had:
                break
    return _named(list(rows.values())[:_MOST])


def _named(rows: list[Mapping[str, Any]]) -> dict[str, Assistant]:
    rows.sort(key=lambda row: not _is_system(row))
    found: dict[str, Assistant] = {}
    for row in rows:
        name: str = row["graph_id"] if _is_system(row) else text(row.get("name"))[:LONGEST_NAME] or row["graph_id"]
        if name in found:
            name = f"{name} ({row['assistant_id'][:8]})"
        found[name] = Assistant(name, row["assistant_id"], row["graph_id"], text(row.get("description")))
    return found


def describe(connection: ServerConnection, assistant: Assistant) -> GraphInfo:
    """The server's description of the graph. Raises GraphLoadError when it can't load it."""
    one, notes = assistant.assistant_id, [_NOT_TOLD]
    try:
        with connection.reading():
            schemas = _schemas(connection.wait_for(lambda client: client.assistants.get_schemas(one)))
            drawing = _drawing(connection, one, notes)
    except StoreError as error:
        raise GraphLoadError(f'The server can\'t tell what "{assistant.name}" is. {error}') from None
    state = schemas["state_schema"]
    nodes = _names(drawing, notes)
    nodes = [name for name in nodes if name.split(":")[-1] not in (START, END)]
    return GraphInfo(
        name=assistant.name,
        description=assistant.description,
        nodes=tuple(NodeInfo(name, subgraph=name.rpartition(":")[0]) for name in nodes),
        edges=tuple(_edge(edge) for edge in mappings(drawing.get("edges"))[:_EDGES] if _has_ends(edge)),
        channels=tuple(
            ChannelInfo(name, type_words(each, state)) for name, each in mapping(state.get("properties")).items()
        ),
        input_schema=_input_schema(schemas),
        notes=tuple(notes),
        context_schema=schemas["context_schema"] or schemas["config_schema"],
        takes_context=True,
        state_schema=state,
        node_names=_node_names(nodes),
    )


def _node_names(drawn: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The nodes by the path of their graph, from a drawing in which a subgraph is drawn in place of its node."""
    found: dict[str, dict[str, None]] = {}
    for name in drawn:
        parts = name.split(":", _DEEPEST)
        for depth, part in enumerate(parts):
            found.setdefault("|".join(parts[:depth]), {})[part] = None
    return {path: tuple(names) for path, names in found.items()}


def type_words(schema: Any, whole: Mapping[str, Any], depth: int = 3) -> str:
    """A JSON schema's type as Python writes it: `list[str]`, `Topic | None`; "Any" where it states none."""
    words = _type_words(schema, whole, depth)
    return words if len(words) <= _LONGEST_TYPE else words[:_LONGEST_TYPE] + "…"


def _type_words(schema: Any, whole: Mapping[str, Any], depth: int) -> str:
    if not isinstance(schema, Mapping) or depth == 0:
        return "Any"
    if "$ref" in schema:
        return text(schema["$ref"])[-LONGEST_NAME:].rpartition("/")[2]
    options = listed(schema.get("anyOf")) or listed(schema.get("oneOf"))
    if options:
        words = [type_words(each, whole, depth - 1) for each in options]
        return "AnyMessage" if {"AIMessage", "HumanMessage"} <= set(words) else " | ".join(dict.fromkeys(words))
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_words(schema.get('items') or {}, whole, depth - 1)}]"
    if kind == "object":
        return text(schema.get("title")) or "dict" if schema.get("properties") else "dict"
    names = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
    return names.get(text(kind), "Any")


def _schemas(told: Any) -> dict[str, dict[str, Any]]:
    """The schemas of a graph; an empty one for each that the server does not give."""
    names = ("input_schema", "state_schema", "context_schema", "config_schema")
    return {name: mapping(bounded(mapping(told).get(name))) for name in names}


def _drawing(connection: ServerConnection, one: str, notes: list[str]) -> Mapping[str, Any]:
    try:
        return mapping(connection.wait_for(lambda client: client.assistants.get_graph(one, xray=True)))
    except StoreError as error:
        notes.append(f"The insides of subgraphs can't be drawn ({error})")
        return mapping(connection.wait_for(lambda client: client.assistants.get_graph(one)))


def _names(drawing: Mapping[str, Any], notes: list[str]) -> list[str]:
    """The nodes' names, each once. A note is added on what is left out."""
    told = mappings(drawing.get("nodes"))
    names = list(dict.fromkeys(str(node.get("id")) for node in told if _is_node(node.get("id"))))
    if len(names) > _NODES or len(mappings(drawing.get("edges"))) > _EDGES:
        notes.append(f"The graph is larger than can be drawn: {_NODES:,} nodes and {_EDGES:,} edges are shown at most.")
    return names[:_NODES]


def _edge(edge: Mapping[str, Any]) -> EdgeInfo:
    label = str(edge.get("data") or "")[:LONGEST_NAME]
    return EdgeInfo(
        source=str(edge["source"]),
        target=str(edge["target"]),
        conditional=bool(edge.get("conditional")),
        label="" if label == str(edge["target"]) else label,
    )


def _has_ends(edge: Mapping[str, Any]) -> bool:
    return _is_node(edge.get("source")) and _is_node(edge.get("target"))


def _is_assistant(row: Mapping[str, Any]) -> bool:
    return is_name(row.get("assistant_id")) and is_name(row.get("graph_id"))


def _is_node(told: Any) -> bool:
    """Whether this may be a node's name; LangChain's drawings give numbers to nodes that have none."""
    return type(told) is int or is_name(told)


def _input_schema(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The input's schema; the state's where the server can't make one (`TypedDict` in Python before 3.12)."""
    schema = dict(schemas["input_schema"] or schemas["state_schema"])
    required = listed(schema.get("required"))
    properties = {
        name: {key: value for key, value in each.items() if key != "default" or value is not None or name in required}
        if isinstance(each, dict)
        else each
        for name, each in mapping(schema.get("properties")).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _is_system(row: Mapping[str, Any]) -> bool:
    return mapping(row.get("metadata")).get("created_by") == "system"
