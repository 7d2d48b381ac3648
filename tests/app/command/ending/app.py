"""The command itself, in whose process something goes on that the first argument names: what clicks would start."""

import os
import sqlite3
import threading
import time
from pathlib import Path

from ui import cli
from ui.services import settings
from ui.services.settings import Settings
from ui.services.store_registry import OpenedStore, StoreRegistry
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.model.jobs import Input, Job

PIDS = Path(os.environ["ENDING_PIDS"])


def note(what: object) -> None:
    with PIDS.open("a") as stream:
        stream.write(f"{what}\n")


def work(situation: str) -> None:
    """Start all that goes on. For each part the file of process ids says "ready" once it does."""
    while not settings._told:
        time.sleep(0.01)
    sources = StoreRegistry(Settings.from_environment())
    for part in situation.split("+"):
        where, _, how = part.partition(":")
        try:
            PARTS[where](sources, how)
        except TimeTravelError as error:  # also because the app ends meanwhile
            note(f"failed {error}")


def idle(sources: StoreRegistry, how: str) -> None:
    """Nothing goes on."""
    note("ready")


def import_module(sources: StoreRegistry, how: str) -> None:
    """A module is imported that does not come to its end."""
    _run(sources.source(), "importing", how)


def run_on_file(sources: StoreRegistry, how: str) -> None:
    """A run writes to the store."""
    _run(sources.source(), "graph", how)


def run_in_memory(sources: StoreRegistry, how: str) -> None:
    """A run in the worker that stays."""
    _run(sources.memory(), "graph", how)


def make_embedded(sources: StoreRegistry, how: str) -> None:
    """The embedded PostgreSQL is being made."""
    note("ready")
    sources.embedded()


def run_on_embedded(sources: StoreRegistry, how: str) -> None:
    """A run has ended on the embedded PostgreSQL, and another one is on."""
    source = sources.embedded()
    assert source.runner is not None
    done = source.runner.start(Job("counts", source.target, "kept", Input({}))).wait(60)
    note(f"head {done.head}")
    _run(source, "graph", how)


def read_a_copy(sources: StoreRegistry, how: str) -> None:
    """A store is read that can't be read in place: its log is there, and the index of that is not."""
    target = sources.source().target
    with sqlite3.connect(target) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE x (y)")
        writer.commit()
        lying = Path(target).with_name("lying.sqlite")
        for suffix in ("", "-wal"):
            lying.with_name(lying.name + suffix).write_bytes(Path(target + suffix).read_bytes())
    assert "copy" in " ".join(sources.open(str(lying)).store.notes)
    note("ready")


PARTS = {
    "idle": idle,
    "copy": read_a_copy,
    "import": import_module,
    "file": run_on_file,
    "memory": run_in_memory,
    "embedding": make_embedded,
    "embedded": run_on_embedded,
}


def _run(source: OpenedStore, graph: str, how: str) -> None:
    assert source.runner is not None
    source.runner.start(Job(graph, source.target, f"{graph} {how}", Input({"how": how, "pids": str(PIDS)})))


def main(situation: str, *arguments: str) -> int:
    """Run the command, and beside it what goes on."""
    threading.Thread(target=work, args=(situation,), daemon=True).start()
    return cli.main(arguments)
