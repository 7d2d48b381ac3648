"""Reads everything of a store by every path that the screens and the sandbox take, and makes of it what they make.

found = crawl(store)
found.said          the errors of the product's own that were met, in words; whatever else is raised is raised
found.threads       by thread a text of all that was read of it, to compare with another crawl
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ui.timetravel.cleanup.plan import plan_checkpoints
from ui.timetravel.cleanup.rules import Rule, Selection, plan_rule
from ui.timetravel.diff import diff
from ui.timetravel.errors import EditError, TimeTravelError
from ui.timetravel.ground.text.formatting import format_age, format_bytes, format_date
from ui.timetravel.history.named_graph import graph_of_thread
from ui.timetravel.history.tree.tree import Tree, build
from ui.timetravel.model.checkpoints import Checkpoint, Header, Task, answered_tasks, visible
from ui.timetravel.presentation import workflow_dot as dot
from ui.timetravel.presentation.change_cards import cards, task_cards
from ui.timetravel.presentation.narration.checkpoints import is_cut, made_by
from ui.timetravel.presentation.narration.headline import account, say
from ui.timetravel.runs.run_settings import inherited
from ui.timetravel.runs.sandbox_bundle import export_checkpoint
from ui.timetravel.runs.typed_values import own_types
from ui.timetravel.serde.editable_json import to_text
from ui.timetravel.serde.json_view import display
from ui.timetravel.stores import Store, open_store
from ui.timetravel.stores import delta_channels as delta

T = TypeVar("T")

_ZONES = (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/New_York"), None)


@dataclass
class Crawl:
    """What a crawl found."""

    said: list[str] = field(default_factory=list)
    threads: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    checkpoints: int = 0


def crawl_file(target: str, most: int = 12, keep: bool = True) -> Crawl:
    """Open what `target` names and crawl it; where it can't be opened, that is said."""
    try:
        store = open_store(target)
    except TimeTravelError as error:
        return Crawl([f"open: {type(error).__name__}: {error}"])
    with store:
        return crawl(store, most, keep)


def crawl(store: Store, most: int = 12, keep: bool = True) -> Crawl:
    """Read everything of up to 50 threads, and up to `most` of a namespace's checkpoints with their state.

    Without `keep` nothing of a checkpoint is kept when the next is read, as in the app, and no thread is told of.
    """
    return _Crawler(store, most, keep).crawl()


class _Crawler:
    def __init__(self, store: Store, most: int, keep: bool) -> None:
        self._store = store
        self._most = most
        self._keep = keep
        self._found = Crawl()

    def crawl(self) -> Crawl:
        page = self._try("threads", self._store.threads)
        for search in ("a", "'%_\"\0\ud800"):
            self._try("search", self._store.threads, search, 5)
        for summary in page.threads if page else ():
            for zone in _ZONES:
                format_date(summary.updated_at, zone)
            format_age(summary.updated_at, datetime.now(UTC))
            found: list[Any] = [summary, self._try("thread", self._store.thread, summary.thread_id)]
            for namespace in (self._try("namespaces", self._store.namespaces, summary.thread_id) or [])[:10]:
                found.append(self._namespace(summary.thread_id, namespace))
            self._try("plan", plan_checkpoints, self._store, summary.thread_id, 1)
            read = partial(self._store.headers, summary.thread_id, "")
            self._try("graph", graph_of_thread, read, summary.latest_id)
            if self._keep:
                self._found.threads[summary.thread_id] = repr(found)
        for rule in (Rule(Selection.THREADS, 0), Rule(Selection.BEYOND, 2), Rule(Selection.OLD, 0)):
            self._try("rule", plan_rule, self._store, rule)
        self._try("thread", self._store.thread, "no such thread")
        self._try("change token", self._store.change_token)
        self._found.notes = self._store.notes
        return self._found

    def _try(self, name: str, read: Callable[..., T], *given: Any) -> T | None:
        try:
            return read(*given)
        except TimeTravelError as error:
            self._found.said.append(f"{name}: {type(error).__name__}: {error}")
            return None

    def _namespace(self, thread: str, namespace: str) -> list[Any]:
        skeleton = self._try("skeleton", self._store.skeleton, thread, namespace)
        if skeleton is None:
            return []
        tree = build(skeleton)
        tree.rows(0, 100)
        for one in skeleton.ids[:100]:
            tree.path(one), tree.row_index(one), tree.other_end(one), tree.depth(one), tree.index(one)
        headers = self._try("headers", self._store.headers, thread, namespace, skeleton.ids[:300]) or []
        for header in headers:
            _draw_header(header, tree)
        stops = [dot.StateNode(h.checkpoint_id, h.parent_id, made_by(h), ", ".join(h.ran)) for h in headers[:60]]
        found: list[Any] = [
            skeleton,
            headers,
            dot.history(stops, headers[0].checkpoint_id if headers else "", dot.LIGHT).source,
        ]
        old: dict[str, Any] = {}
        for one in skeleton.ids[: self._most]:
            shown = self._try("checkpoint", self._store.checkpoint, thread, namespace, one)
            if shown is not None:
                looked = self._checkpoint(tree, shown, old)
                found += [looked] if self._keep else []
                old = visible(shown.values)
        return found

    def _checkpoint(self, tree: Tree, shown: Checkpoint, old: dict[str, Any]) -> list[Any]:
        self._found.checkpoints += 1
        header = shown.header
        place = (header.thread_id, header.namespace, header.checkpoint_id)
        if absent := delta.missing_channels(shown):
            rebuilt = self._try("deltas", delta.history, self._store, shown, absent) or {}
            shown = delta.with_deltas(shown, {name: delta.placeholder(one) for name, one in rebuilt.items()})
        tasks = self._try("writes", self._store.writes, *place) or []
        drawn = [_draw_state(shown, old), _draw_tasks(tasks)]
        told = self._try("account", account, self._store, tree, *place)
        drawn.append(say(told) if told else None)
        self._try("inherited", inherited, self._store, header)
        if header.namespace == "":
            drawn.append(self._try("gather", export_checkpoint, self._store, header.thread_id, header.checkpoint_id))
        return [shown, tasks, drawn]


def _draw_header(header: Header, tree: Tree) -> None:
    made_by(header, cut=is_cut(header, tree))
    for zone in _ZONES:
        format_date(header.created_at, zone)
    format_bytes(header.size)
    json.dumps(display(dict(header.metadata))).encode()
    assert abs(header.step) <= 2**53


def _draw_state(shown: Checkpoint, old: dict[str, Any]) -> str:
    new = visible(shown.values)
    own_types(new)
    for value in list(new.values())[:50]:
        with suppress(EditError):
            to_text(value)
    seen = {name: dict(read) for name, read in shown.versions_seen.items()}
    made = [display(new), display(dict(shown.versions)), display(seen), cards(diff(old, new)), cards(diff(new, old))]
    made_text = json.dumps(made)
    made_text.encode()
    return made_text


def _draw_tasks(tasks: list[Task]) -> str:
    answered = sorted(answered_tasks(tasks))
    return json.dumps([answered, *(task_cards(task) for task in tasks[:50])])
