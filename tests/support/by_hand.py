"""A client that speaks Streamlit's protocol by hand, as a hostile one would, or one that has an old page open."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.support.command import Served

ANSWERS_WITHIN = 60.0
STREAMLIT = Subprotocol("streamlit")


@dataclass
class Tab:
    """One session. `widgets` are all that it was ever given to draw: what kind of element each is, by its id."""

    socket: ClientConnection
    widgets: dict[str, str] = field(default_factory=dict)
    fragments: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def visit(self, address: str, states: Iterable[WidgetState] = (), fragment: str = "") -> None:
        """Ask for a page, such as "debugger?thread=1", with these states of widgets, and wait until it is drawn."""
        self.ask(address, states, fragment)
        begun = False
        while True:
            heard = self._hear()
            begun = begun or heard.HasField("new_session")
            if begun and heard.HasField("script_finished"):
                return

    def ask(self, address: str, states: Iterable[WidgetState] = (), fragment: str = "") -> None:
        """Ask for a page, as a click does, also while another one is being drawn."""
        page, _, query = address.partition("?")
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = calc_hash(page) if page else ""
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.extend(states)
        self.socket.send(asked.SerializeToString())

    def hear(self, words: str) -> None:
        """Wait until something is drawn with these words in it."""
        self.said.clear()
        while not any(words in one for one in self.said):
            self._hear()

    def _hear(self) -> ForwardMsg:
        heard = ForwardMsg()
        heard.ParseFromString(self.socket.recv(timeout=ANSWERS_WITHIN, decode=False))
        self._take(heard)
        return heard

    def _take(self, heard: ForwardMsg) -> None:
        element = heard.delta.new_element
        kind = element.WhichOneof("type") or ""
        if widget := getattr(getattr(element, kind, None), "id", ""):
            self.widgets[widget] = kind
        if heard.delta.fragment_id:
            self.fragments.add(heard.delta.fragment_id)
        self.said.extend(texts(heard))


@contextmanager
def tab(app: Served) -> Iterator[Tab]:
    """A new session of an app, of somebody who knows its token."""
    address = f"ws://{urlsplit(app.url).netloc}/_stcore/stream"
    cookie = {"Cookie": app.cookie}
    with connect(
        address, origin=Origin(app.url), additional_headers=cookie, subprotocols=[STREAMLIT], max_size=None
    ) as socket:
        yield Tab(socket)


def pressed(widget: str, kind: str) -> WidgetState:
    """The state of a widget that was pressed, ticked or clicked in."""
    match kind:
        case "checkbox":
            return WidgetState(id=widget, bool_value=True)
        case "bidi_component":
            return WidgetState(id=widget, json_trigger_value='[{"event": "clicked", "value": "x"}]')
    return WidgetState(id=widget, trigger_value=True)


def texts(message: Message) -> Iterator[str]:
    """Every text anywhere in a message."""
    for kind, value in message.ListFields():
        if kind.message_type and kind.message_type.GetOptions().map_entry:
            continue
        for one in value if kind.is_repeated else [value]:
            if isinstance(one, Message):
                yield from texts(one)
            elif isinstance(one, str):
                yield one
