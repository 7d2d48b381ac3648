"""A writer at full speed beside somebody who follows: it is never in the way, and what is shown is never half of it."""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from scripts.chromium import find
from tests.browser.conftest import FLAGS, started, windows
from tests.soak import busy_writer
from tests.soak.busy_writer import THREAD
from tests.soak.promise import Case, Promise, Scale
from tests.support.postgres import Server
from ui.components.base.fault import FAULT
from ui.timetravel.history.change_poller import poll_now
from ui.timetravel.history.tree.tree import build
from ui.timetravel.stores import Store, open_store

KINDS = ("wal", "delete", "postgresql")
_ALONE = 15.0
_LOG_BESIDE = 24 << 20
"""A write-ahead log may get so much larger than without us, in bytes: SQLite begins it anew when nobody reads."""
_SOON = 30.0

Written = dict[str, Any]
Follow = Callable[[str, Callable[[], None], threading.Event], Iterator[str]]
"""Follows a store, has the writer begin, and goes on until it is through; tells what is wrong."""


def attempts(scale: Scale) -> Iterator[Case]:
    """For each kind of store, a writer alone, and then one that is followed: by the engine, and at length by a page."""
    with ExitStack() as ends:
        page = None if scale.short else ends.enter_context(_page())
        for kind in KINDS:
            share = scale.seconds / len(KINDS) if scale.short else scale.seconds
            alone = {} if scale.short else _write(kind, _target(kind, scale.folder / f"{kind} alone", ends), _ALONE)
            target = _target(kind, scale.folder / kind, ends)
            follow = page or _with_the_engine
            yield from _beside(kind, target, share, alone, follow)


def _beside(kind: str, target: str, seconds: float, alone: Written, follow: Follow) -> Iterator[Case]:
    done = threading.Event()
    with _writing(kind, target, seconds) as writer:
        written: Written = {}

        def wait() -> None:
            written.update(_end_of(writer))
            done.set()

        seen = list(follow(target, threading.Thread(target=wait).start, done))
        done.wait(seconds + _SOON)
    what = f"{kind}: {written.get('count', 0):,} checkpoints, the longest write took {written.get('longest', 0):.2f} s"
    yield Case(f"{what}: errors of the writer", "; ".join(written.get("errors", ["it did not end"])))
    log, bare = written.get("log", 0), alone.get("log", 4 << 20)
    if kind == "wal":
        larger = f"{log:,} bytes, and {bare:,} without us" if log > bare + _LOG_BESIDE else ""
        yield Case(f"{kind}: a log of at most {log:,} bytes, {bare:,} without us", larger)
    yield Case(f"{kind}: what is shown beside it", "; ".join(dict.fromkeys(seen)))
    yield Case(f"{kind}: all is there at the end", _end(target, written.get("count", 0)))


def _with_the_engine(target: str, begin: Callable[[], None], done: threading.Event) -> Iterator[str]:
    """Read as the page does, without a pause between."""
    before: tuple[str, ...] = ()
    begin()
    with open_store(target) as store:
        while not done.is_set():
            if trouble := poll_now(lambda: store, THREAD).trouble:
                yield trouble
            try:
                before, wrong = _consistent(store, before)
            except Exception as error:
                yield f"{type(error).__name__}: {error}"
            else:
                yield from wrong


def _consistent(store: Store, before: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The ids now, and what does not fit together."""
    wrong = []
    store.threads()
    skeleton = store.skeleton(THREAD)
    ids = skeleton.ids
    if ids[: len(before)] != before:
        wrong.append("checkpoints that were there are gone")
    if list(skeleton.parents) != [None, *ids[:-1]][: len(ids)]:
        wrong.append("a checkpoint without its parent")
    build(skeleton)
    if ids:
        headers = store.headers(THREAD, "", ids[-30:])
        if [each.checkpoint_id for each in headers] != list(ids[-30:]):
            wrong.append("a header is missing")
        values = store.checkpoint(THREAD, "", ids[-1]).values
        if (values["n"], values["twice"]) != (len(ids) - 1, 2 * len(ids) - 2):
            wrong.append(f"half of a checkpoint: {values['n']} and {values['twice']}, number {len(ids) - 1}")
        tasks = store.writes(THREAD, "", ids[-2]) if len(ids) > 1 else []
        if [each.value for task in tasks for each in task.writes][:1] not in ([], [len(ids) - 1]):
            wrong.append("writes of another checkpoint")
    return ids, wrong


@contextmanager
def _page() -> Iterator[Follow]:
    """The app's page in Chromium, which follows."""
    path = find()  # it may start a Playwright of its own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)

        def follow(target: str, begin: Callable[[], None], done: threading.Event) -> Iterator[str]:
            folder = Path(tempfile.mkdtemp(prefix="soak-page-"))
            with started(folder, target) as address, windows(browser) as opens:
                one = opens(f"{address}/debugger?{urlencode({'thread': THREAD})}")
                shown, last = 0, -1
                begin()
                while not done.is_set():
                    one.page.wait_for_timeout(1_000)
                    yield from _troubles(one.page)
                    now = _count(one.page)
                    shown += now > last
                    if 0 <= now < last:
                        yield f"the page went back from {last} to {now} checkpoints"
                    last = max(last, now)
                if shown < 5:
                    yield f"the page followed {shown} times only"
                until = time.monotonic() + _SOON
                while _count(one.page) != _number_of(target):
                    if time.monotonic() > until:
                        yield f"the page stays at {_count(one.page)} of {_number_of(target)} checkpoints"
                        break
                    one.page.wait_for_timeout(500)
                yield from _troubles(one.page)

        yield follow
        browser.close()


def _troubles(page: Any) -> Iterator[str]:
    text = page.locator("body").inner_text()
    for word in (FAULT, "Can't be followed now", "locked", "Traceback", "can't be read"):
        if word in text:
            at = text.index(word)
            yield f"the page says: {text[max(0, at - 100) : at + 200]!r}"


def _count(page: Any) -> int:
    """How many checkpoints the page says that the history has; -1 while it is being drawn."""
    summary = page.evaluate("document.querySelector('.st-key-history_summary')?.innerText || ''")
    found = re.search(r"(\d+) checkpoint", summary.replace(",", ""))
    return int(found[1]) if found else -1


def _number_of(target: str) -> int:
    with open_store(target) as store:
        return len(store.skeleton(THREAD).ids)


def _end(target: str, count: int) -> str:
    found = _number_of(target)
    return "" if found == count else f"{found} checkpoints are there, and {count} were written"


def _write(kind: str, target: str, seconds: float) -> Written:
    with _writing(kind, target, seconds) as writer:
        return _end_of(writer)


@contextmanager
def _writing(kind: str, target: str, seconds: float) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, busy_writer.__file__, kind, target, str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        yield writer


def _end_of(writer: "subprocess.Popen[str]") -> Written:
    assert writer.stdout
    assert writer.stdin
    writer.stdin.write("go\n")
    writer.stdin.flush()
    found: Written = json.loads(writer.stdout.readline() or "{}")
    return found


def _target(kind: str, folder: Path, ends: ExitStack) -> str:
    folder.mkdir(parents=True)
    if kind != "postgresql":
        return str(folder / "store.sqlite")
    place = Path(tempfile.mkdtemp(prefix="soak-postgres-"))
    server = Server(place)
    ends.callback(server.stop, for_good=True)
    return server.database()


PROMISE = Promise(
    "busy_writer",
    "A program that writes at full speed is never hindered by a page that follows, which shows no half of anything.",
    attempts,
    seconds=120.0,
    short_seconds=3.0,
)
