"""Texts that try to be more than texts: in a store they stand wherever a text can stand.

Whatever of them is followed leads to `OUTSIDE`, and whatever of them runs sets `window.soaked`: a page that shows them
as texts asks nothing of the one and knows nothing of the other.
"""

import json
from dataclasses import replace

from tests.support.hostile.stores.stores import Checkpoint, Rows, Sql, State, Write, id_at, version
from tests.support.hostile.values.packing import called

OUTSIDE = "198.51.100.7"
"""An address that RFC 5737 keeps for documentation: nobody has it."""
RUN = "window.soaked=1"

TEXTS: dict[str, str] = {
    "sql": "'); DROP TABLE checkpoints; --",
    "html": f'"><img src="http://{OUTSIDE}/html.png" onerror="{RUN}"><script>{RUN}</script></p></div>',
    "frame": f'<iframe src="http://{OUTSIDE}/frame"></iframe><link rel=stylesheet href=//{OUTSIDE}/x.css>',
    "svg": f'<svg onload="{RUN}"><image href="http://{OUTSIDE}/svg.png"/></svg>',
    "comment": "<!-- all that follows <style>*{display:none}</style>",
    "image": f"![alt](http://{OUTSIDE}/markdown.png) ![x][y]\n\n[y]: http://{OUTSIDE}/ref.png",
    "link": f"[press](javascript:{RUN}) <http://{OUTSIDE}/angle> http://{OUTSIDE}/b www.soak.invalid me@soak.invalid",
    "streamlit": ":material/home: :red[red] :smile: :blue-badge[b] :streamlit: $\\frac{a}{b}$ $$x^2$$ a -> b -- c",
    "blocks": "# big\n\n- item\n\n1. one\n\n> quote\n\n```\ncode\n```\n\n    indented\n\n|a|b|\n|-|-|\n|1|2|\n\n---",
    "escaped": "\\:material/home: &lt;b&gt; &#58;smile&#58; \\[x](y) `code` **bold** ~~gone~~",
    "dot": f'"]; evil [label="x" URL="http://{OUTSIDE}/dot" image="http://{OUTSIDE}/dot.png"]; "<b>\\N\\G\\l',
    "dot html": f'<<table><tr><td href="http://{OUTSIDE}/td"><img src="http://{OUTSIDE}/td.png"/></td></tr></table>>',
    "javascript": f"javascript:{RUN}//",
    "data": f"data:text/html,<script>parent.{RUN}</script>",
    "traversal": "../../../../etc/passwd\\..\\..\\boot.ini%2e%2e%2f",
    "address": "?token=a&thread=b&store=/etc/passwd#c;d=%00%zz",
    "control": "nul\0 bell\a back\b esc\x1b[31m title\x1b]0;soaked\a csi\x9b cr\rover del\x7f",
    "bidi": "user\u202enimda \u2066hidden\u2069 \u200fmark",
    "unseen": "a\u200bb\ufeffc\u2060d\u00ade\U000e0041",
    "halves": "half \ud83d of \udc00",
    "template": "{{7*7}} ${7*7} {0} %s %n {self} <%= 7 %>",
    "marks": "Z" + "\u0335\u0489" * 150,
    "quotes": "\"'`\\'\"\\\\\u2028\u2029",
    "one word": "W" * 3_000,
    "lines": "line\n" * 800,
    "long": "long text " * 100_000,
}
NAMES = {name: text for name, text in TEXTS.items() if name != "long"}
"""Those that are short enough for an id, a key or a name."""


def store_of_texts(texts: dict[str, str]) -> Rows:
    """A thread for each text, of which all that can be a text is that text: ids, names, keys, values and metadata.

    Two supersteps with a node of that name, a question and a failure, a subgraph's namespace, and a fork.
    """
    rows = Rows()
    for place, (kind, text) in enumerate(texts.items()):
        name = text if kind in NAMES else f"{kind} {place}"
        _thread(rows, place, thread_of(kind, place), name, text)
        if thread_of(kind, place) != name:  # in the list, but no address can name it
            rows.add(Checkpoint(cell(name), id_at(100 * place + 60), metadata=_told(0, name, text)))
    return rows


def thread_of(kind: str, place: int) -> str:
    """The id of the thread of this text: the text itself where it is short, and an address can hold it."""
    text = TEXTS[kind]
    return text if kind in NAMES and isinstance(cell(text), str) else f"{kind} {place}"


def cell(text: str) -> str | Sql:
    """The text in a column of SQLite's, which takes half a character only as bytes that are no UTF-8."""
    data = text.encode("utf-8", "surrogatepass")
    return text if data.decode("utf-8", "ignore") == text else Sql(f"CAST(x'{data.hex()}' AS TEXT)")


def _thread(rows: Rows, place: int, here: str, name: str, text: str) -> None:
    ids, task = [id_at(100 * place + step, step - 1) for step in range(4)], cell(name)
    for step, one in enumerate(ids):
        parent = ids[step - 1] if 0 < step < 3 else ids[0] if step else None
        rows.add(_checkpoint(here, one, parent, "", _state(step, name, text), _told(step, name, text)))
    for at, channel in enumerate((name, "messages", "plain")):
        rows.add(Write(here, ids[0], task, at, cell(channel), text, path=cell(f"~__pregel_pull, {name}")))
    question = called("langgraph.types", "Interrupt", {"value": {name: text, "ask": text}, "id": name}, code=2)
    rows.add(
        Write(here, ids[2], task, -3, "__interrupt__", [question], path=cell(f"~__pregel_pull, {name}")),
        Write(here, ids[2], cell(f"{name}2"), -1, "__error__", text, path="~__pregel_pull, plain"),
        Write(here, ids[3], "third", 0, cell(f"branch:to:{name}"), name, path=cell(f"~__pregel_push, 0, {name}")),
    )
    inner = f"{name}:{name}"
    below = _told(0, name, text) | {"parents": {"": ids[1]}}
    rows.add(_checkpoint(here, id_at(100 * place + 50), None, inner, _state(0, name, text), below))


def _checkpoint(
    thread: str, id_: str, parent: str | None, namespace: str, state: State, metadata: dict[str, object]
) -> Checkpoint:
    """With half a character in it, the state is the JSON that old savers wrote, since msgpack has no form for it."""
    place = {"thread": thread, "id": id_, "parent": parent, "namespace": cell(namespace), "metadata": metadata}
    if all(isinstance(cell(name), str) for name in state.values):
        return Checkpoint(**place, state=state)
    values = {name: value for name, value in state.values.items() if name not in ("messages", "made")}
    return Checkpoint(**place, kind="json", state=json.dumps(replace(state, values=values).parts(id_)).encode())


def _state(step: int, name: str, text: str) -> State:
    said = called(
        "langchain_core.messages.human", "HumanMessage", {"content": text, "type": "human", "id": name}, code=5
    )
    called_tool = {"name": name, "args": {name: text}, "id": name, "type": "tool_call"}
    ai = {"content": [{"type": "text", "text": text}], "type": "ai", "tool_calls": [called_tool], "id": f"{name}!"}
    values = {
        name: {name: text, "list": [text, step], "deep": {"a": {name: [text]}}},
        "messages": [said, called("langchain_core.messages.ai", "AIMessage", ai, code=5)],
        "plain": f"{text}{step}",
        "made": called(name, name, text),
        f"branch:to:{name}": None,
    }
    versions = {channel: version(step + 1) for channel in values}
    seen = {name: {f"branch:to:{name}": version(step)}, "plain": {name: version(step)}}
    return State(values, versions, seen, [name, "plain"])


def _told(step: int, name: str, text: str) -> dict[str, object]:
    return {
        "source": ("input", "loop", name, "fork")[step],
        "step": step - 1,
        "parents": {},
        "run_id": name,
        "graph_id": name,
        "assistant_id": name,
        "thread_name": name,
        "user_id": text,
        name: text,
        "timetravel_from": {"store": name, "thread_id": name, "checkpoint_id": name},
    }
