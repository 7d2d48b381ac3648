"""What one browser tab shows, as the address bar names it. Pure: no Streamlit here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from ui.timetravel.model.checkpoint_refs import CheckpointRef

HISTORIES = ("table", "tree", "graph")
TABS = ("changes", "state", "writes", "raw", "fork")
NAMELESS = "(empty id)"
"""The title of a thread whose id is empty."""
LANGUAGES = ("en", "zh")
"""The languages of the lessons: English and Simplified Chinese."""


def sendable(text: str) -> str:
    """The text in the form that an address can hold: without half characters, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class View:
    """Everything that decides what a screen shows, apart from what is being typed.

    An empty `store` is the first, an empty `checkpoint` the latest one, an empty `thread` the one changed last. `pin`
    is A of a comparison; without it a checkpoint is compared with its parent. `page` counts from 1; 0 is the page that
    contains the checkpoint. `nameless`: the thread is the one whose id is empty, which LangGraph accepts like any
    other; ignored if there is an id. `follow`: checkpoints that another process adds to the store are shown as they
    come. `lesson` and `language` are those of the Learn screen, and `attempt` is the part that all thread ids of this
    walk through the lesson have in common.
    """

    store: str = ""
    graph: str = ""
    thread: str = ""
    namespace: str = ""
    checkpoint: str = ""
    pin: CheckpointRef | None = None
    tab: str = TABS[0]
    history: str = HISTORIES[0]
    channel: str = ""
    page: int = 0
    run: str = ""
    follow: bool = True
    lesson: str = ""
    language: str = LANGUAGES[0]
    attempt: str = ""
    nameless: bool = False

    def __post_init__(self) -> None:
        if self.thread and self.nameless:
            object.__setattr__(self, "nameless", False)

    @property
    def has_thread(self) -> bool:
        """Whether it names a thread, rather than the one that changed last."""
        return bool(self.thread) or self.nameless

    def of_thread(self, thread_id: str) -> Self:
        """The same view of another thread, whose id may be empty."""
        return replace(self, thread=thread_id, nameless=not thread_id)

    @property
    def is_history(self) -> bool:
        """Whether it names what the Debugger shows, rather than a graph to run or a run."""
        if self.checkpoint or self.namespace or self.pin:
            return True
        return (bool(self.store) or self.has_thread) and not (self.graph or self.run)

    @property
    def ref(self) -> CheckpointRef:
        """The checkpoint that is shown."""
        return CheckpointRef(self.store, self.thread, self.namespace, self.checkpoint)

    def at(self, ref: CheckpointRef) -> Self:
        """The same view of another checkpoint."""
        return replace(
            self,
            store=ref.store or self.store,
            thread=ref.thread_id,
            nameless=not ref.thread_id,
            namespace=ref.namespace,
            checkpoint=ref.checkpoint_id,
            page=0,
        )

    def to_query(self) -> dict[str, str]:
        """The query parameters. Defaults are left out, so that addresses stay short."""
        query = {
            "store": self.store,
            "graph": self.graph,
            "thread": self.thread,
            "ns": self.namespace,
            "checkpoint": self.checkpoint,
            "tab": self.tab if self.tab != TABS[0] else "",
            "history": self.history if self.history != HISTORIES[0] else "",
            "channel": self.channel,
            "page": str(self.page) if self.page else "",
            "run": self.run,
            "follow": "" if self.follow else "off",
            "lesson": self.lesson,
            "language": self.language if self.language != LANGUAGES[0] else "",
            "attempt": self.attempt,
        }
        if self.pin:
            query |= {"a_thread": self.pin.thread_id, "a_ns": self.pin.namespace, "a": self.pin.checkpoint_id}
            query["a_store"] = self.pin.store if self.pin.store != self.store else ""
        empty_ids = ("thread",) if self.nameless else ()
        if self.pin and not self.pin.thread_id:
            empty_ids = (*empty_ids, "a_thread")
        return {key: sendable(value) for key, value in query.items() if value or key in empty_ids}

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """The view that these parameters name. Invalid ones are replaced by defaults."""

        def text(key: str) -> str:
            value = query.get(key, "")
            return value if isinstance(value, str) else ""

        page = text("page")
        other = text("a_store") or text("store")
        of = "a_thread" if "a_thread" in query else "thread"
        pin = CheckpointRef(other, text(of), text("a_ns"), text("a")) if text("a") else None
        return cls(
            store=text("store"),
            graph=text("graph"),
            thread=text("thread"),
            namespace=text("ns"),
            checkpoint=text("checkpoint"),
            pin=pin,
            tab=text("tab") if text("tab") in TABS else TABS[0],
            history=text("history") if text("history") in HISTORIES else HISTORIES[0],
            channel=text("channel"),
            page=int(page) if page.isdecimal() and len(page) < 8 else 0,
            run=text("run"),
            follow=text("follow") != "off",
            lesson=text("lesson"),
            language=text("language") if text("language") in LANGUAGES else LANGUAGES[0],
            attempt=text("attempt"),
            nameless=query.get("thread") == "",
        )
