"""A database role that may only SELECT is enough for every screen, and SELECT is all that the database is sent."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from langgraph.checkpoint.postgres import PostgresSaver
from langgraph.graph import StateGraph
from streamlit.testing.v1 import AppTest

from tests.screens.conftest import APP, Screen
from tests.soak.promise import Case, Promise, Scale
from tests.support.postgres import Server
from ui.services.settings import Settings
from ui.timetravel.stores import open_store

GRAPH = """
from langgraph.graph import StateGraph
from langgraph.types import interrupt
from typing_extensions import TypedDict

class State(TypedDict, total=False):
    word: str
    said: str

def shout(state: State) -> State:
    return {"said": state["word"].upper()}

def ask(state: State) -> State:
    return {"said": interrupt("Loud enough?")}

made = StateGraph(State).add_node(shout).add_node(ask).add_edge("__start__", "shout").add_edge("shout", "ask")
graph = made.compile()
"""
TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes", "checkpoint_migrations")
PAGES = ("", "run", "debugger", "tasks", "learn", "clean")
ALLOWED = re.compile(
    r"(SELECT|SHOW|WITH|BEGIN|COMMIT|ROLLBACK|DEALLOCATE|SET (LOCAL|TRANSACTION|SESSION CHARACTERISTICS))\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(
    r"\b(INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|COPY|LOCK|CALL|DO|VACUUM|ANALYZE|LISTEN|NOTIFY"
    r"|READ WRITE|INTO|PREPARE TRANSACTION|REFRESH|CLUSTER|REINDEX|SECURITY|nextval|setval|set_config|currval"
    r"|pg_advisory\w*|pg_try_advisory\w*|pg_notify|pg_sleep\w*|pg_terminate\w*|pg_cancel\w*|pg_reload\w*|pg_read\w*"
    r"|pg_write\w*|pg_switch\w*|pg_create\w*|pg_drop\w*|pg_logical\w*|pg_export\w*|lo_\w+|dblink\w*"
    r"|txid_current|pg_current_xact_id)\b",
    re.IGNORECASE,
)
"""What changes something, waits, or takes a number: a transaction's id, a sequence's value, a lock."""


def attempts(scale: Scale) -> Iterator[Case]:
    """Crawl through the screens as such a role, fork into the sandbox, and look at each statement that was logged."""
    os.environ["TIMETRAVEL_SAMPLE_PAUSE"] = "0"
    with _database(scale.folder) as (server, log, owner, reader):
        before = _content(server, owner)
        begin = log.stat().st_size
        for sandboxed in (True,) if scale.short else (False, True):
            yield from _crawl(scale, reader, sandboxed)
        statements = _statements(log, begin, reader.partition("://")[2].partition("@")[0])
        for statement in sorted(set(statements)):
            plain = re.sub(r"'(?:[^']|'')*'", "''", statement)
            wrong = "" if ALLOWED.match(plain) and not FORBIDDEN.search(plain) else f"sent: {statement[:500]}"
            yield Case(statement[:200], wrong)
        yield Case("statements were logged", "" if len(statements) > 20 else f"only {len(statements)}")
        refused = [line for line in log.read_text(errors="replace")[begin:].splitlines() if "permission denied" in line]
        yield Case("nothing was refused", "; ".join(refused[:3]))
        yield Case("the tables are as before", "" if _content(server, owner) == before else "they differ")


def _crawl(scale: Scale, url: str, sandboxed: bool) -> Iterator[Case]:
    folder = scale.folder / f"app {sandboxed}"
    folder.mkdir()
    file = folder / "agent.py"
    file.write_text(GRAPH, encoding="utf-8")
    sandbox = str(folder / "sandbox.sqlite")  # where runs go that the role may not write, with the option or without
    settings = Settings(targets=(url,), graph_specs=(f"{file}:graph",), sandbox=sandbox, sandboxed=sandboxed)
    os.environ.update(settings.to_environment())
    st.cache_resource.clear()
    with open_store(url) as store:
        ids = store.skeleton("talk").ids
    for page in ("debugger", "clean") if scale.short else PAGES:
        places = [{"thread": "talk", "checkpoint": one} for one in ids[-2:]] if page == "debugger" else [{}]
        for place in places:
            yield from _page(page, place, scale, sandboxed)
    if sandboxed:
        yield _fork(ids[2], sandbox)
    st.cache_resource.clear()


def _page(page: str, place: dict[str, str], scale: Scale, sandboxed: bool) -> Iterator[Case]:
    """The page, and what it shows after each of its buttons and each of its choices (in short: without those)."""
    what = f"{page or 'home'}{' with a sandbox' if sandboxed else ''} {place or ''}"
    screen = _fresh(page).run(**place)
    yield Case(what, "; ".join(screen.crashes))
    if page == "clean":
        for field in screen.app.number_input:
            field.set_value(0)
        yield Case(f"{what}: everything is old", "; ".join(screen.run().crashes))
    buttons = [] if scale.short else [one.label for one in screen.app.button if not one.disabled]
    for label in dict.fromkeys(buttons):
        again = _fresh(page).run(**place)
        if any(one.label == label and not one.disabled for one in again.app.button):
            yield Case(f"{what}: {label}", "; ".join(again.click(label).crashes))


def _fresh(page: str) -> Screen:
    return Screen(AppTest.from_file(APP, default_timeout=120)).on(page)


def _fork(checkpoint: str, sandbox: str) -> Case:
    """Run on from a checkpoint of the store, in the sandbox."""
    screen = (
        Screen(AppTest.from_file(APP, default_timeout=120)).on("debugger").run(thread="talk", checkpoint=checkpoint)
    )
    label = next((one for one in screen.buttons if one.startswith("Run again")), "")
    if not label:
        return Case("a run in the sandbox", f"no button to run again: {screen.says[-800:]}")
    screen.click(label)
    for _ in range(60):
        if Path(sandbox).exists() and not screen.crashes:
            with open_store(sandbox) as store:
                if any(len(store.skeleton(each.thread_id).ids) > 1 for each in store.threads().threads):
                    return Case("a run in the sandbox")
        screen.run()
    return Case("a run in the sandbox", f"nothing is in it: {screen.says[-500:]} {screen.crashes}")


@contextmanager
def _database(folder: Path) -> Iterator[tuple[Server, Path, str, str]]:
    """A server that logs what a role is sent: it, its log, and the database's URL for its owner and for that role."""
    place = Path(tempfile.mkdtemp(prefix="soak-postgres-"))
    server = Server(place)
    try:
        server.execute(server.url(), "ALTER SYSTEM SET log_line_prefix = '%u|'")
        server.execute(server.url(), "SELECT pg_reload_conf()")
        owner = server.database()
        _fill(owner)
        reader = server.role(owner, *(f"SELECT ON {table}" for table in TABLES))
        name = reader.partition("://")[2].partition("@")[0]
        server.execute(owner, f"ALTER ROLE {name} SET log_statement = 'all'")
        yield server, place / "log", owner, reader
    finally:
        server.stop(for_good=True)
        shutil.rmtree(place, ignore_errors=True)


def _fill(url: str) -> None:
    found: dict[str, StateGraph] = {}  # type: ignore[type-arg]
    exec(GRAPH, found)
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
        graph = found["made"].compile(checkpointer=saver)
        for thread in ("talk", "other"):
            graph.invoke({"word": "hello"}, {"configurable": {"thread_id": thread}})


def _content(server: Server, url: str) -> str:
    rows = {table: sorted(map(str, server.execute(url, f"SELECT * FROM {table}"))) for table in TABLES}
    return json.dumps(rows)


def _statements(log: Path, begin: int, role: str) -> list[str]:
    """What the role was logged to have sent, each in one line."""
    text = log.read_bytes()[begin:].decode(errors="replace")
    found = re.findall(rf"^{role}\|LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", text, re.MULTILINE)
    return [" ".join(each.split()) for each in found]


PROMISE = Promise(
    "select_only",
    "A database role that may only SELECT is enough for every screen, and nothing but SELECT is sent.",
    attempts,
    short_seconds=4.0,
)
