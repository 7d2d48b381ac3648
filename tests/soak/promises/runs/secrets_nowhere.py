"""Secrets of every kind, in every form, cut anywhere: none is left in what is shown, printed or logged."""

import base64
import json
import os
import random
import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.soak.promise import Case, Promise, Scale
from ui.timetravel.errors import TimeTravelError
from ui.timetravel.ground.redaction.redact import MaskedStream, know, masked, without_secrets
from ui.timetravel.ground.redaction.secret_values import of_address
from ui.timetravel.model.jobs import Input, Job
from ui.timetravel.model.project import load_project
from ui.timetravel.stores import open_store
from ui.timetravel.worker.pool import WorkerPool

MARK = "cnry"
"""Stands in every secret that is drawn, so that any part of it is found."""
SIGNS = string.ascii_letters + string.digits + "-_.~!$&'()*+,;=:@/?#[]%\"\\ äß€"
WRITTEN: tuple[Callable[[str], str], ...] = (
    *(str, repr, ascii, json.dumps, quote_plus),
    lambda secret: quote(secret, safe=""),
    lambda secret: json.dumps({"a": json.dumps([secret])}),
    lambda secret: repr({"a": repr((secret,))}),
    lambda secret: repr(secret.encode()),
    lambda secret: secret.encode().hex(),
    lambda secret: base64.b64encode(b"ann:" + secret.encode()).decode(),
    lambda secret: f"postgresql://ann:{quote(secret, safe='')}@host/db",
)
NODE = f"""
import os, sys
from langgraph.graph import START, StateGraph

def look(state):
    {{how}}
    return {{{{}}}}

graph = StateGraph(dict).add_node(look).add_edge(START, "look")
# {MARK} is what is looked for
"""
SHOWN = (
    "print(dict(os.environ), sys.argv)",
    "print(open('/proc/self/environ').read(), open(f'/proc/{os.getppid()}/environ').read())",
    "os.write(1, os.environ['CANARY_TOKEN'].encode()[:7]); os.write(1, os.environ['CANARY_TOKEN'].encode()[7:])",
    "[print(letter, end='', flush=True) for letter in os.environ['CANARY_TOKEN']]",
    "raise ValueError(os.environ['CANARY_TOKEN'], dict(os.environ))",
    "raise KeyError(os.environ['CANARY_TOKEN'])",
    "os.system('env; env >&2')",
    "sys.exit(os.environ['CANARY_TOKEN'])",
)


def secret_of(rng: random.Random) -> str:
    """One that nothing but chance has made, with the mark in it."""
    some = "".join(rng.choice(SIGNS) for _ in range(rng.randint(4, 24)))
    return f"{MARK}{rng.randrange(16**8):08x}{some.strip()}"


def left_of(text: str, secret: str) -> str:
    """What is wrong with a text that was masked; empty where no more than an end of the secret is there."""
    inner = secret[4:12]
    coded = (inner, inner.encode().hex(), base64.b64encode(inner.encode()).decode()[2:9])
    return f"left: {text[:200]!r}" if any(one in text for one in coded) else ""


@contextmanager
def set_to(name: str, value: str) -> Iterator[None]:
    """A variable of this process."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def in_texts(rng: random.Random, count: int) -> Iterator[Case]:
    """Each form, whole and in pieces of any size."""
    for number in range(count):
        secret = secret_of(rng)
        with set_to("CANARY_TOKEN", secret):
            write = rng.choice(WRITTEN)
            text = f"before {write(secret)} after {secret}"
            yield Case(f"text {number}", left_of(masked(text), secret) or left_of(without_secrets(text), secret))
            stream, told, at = MaskedStream(), "", 0
            while at < len(text):
                size = rng.randint(1, 30)
                told += stream.take(text[at : at + size])
                at += size
            yield Case(f"pieces {number}", left_of(told + stream.end(), secret))


def in_addresses(rng: random.Random, count: int) -> Iterator[Case]:
    """What is said of stores that can't be opened."""
    for number in range(count):
        secret = secret_of(rng).replace("@", "")
        address = rng.choice(
            [
                f"postgresql://ann:{quote(secret, safe='')}@127.0.0.1:1/db",
                f"postgresql://ann:{secret}@127.0.0.1:1/db",
                f"postgresql://127.0.0.1:1/db?password={quote(secret, safe='')}",
                f"http://ann:{quote(secret, safe='')}@127.0.0.1:1",
                f"host=127.0.0.1 port=1 password='{secret}'",
                f"mysql://ann:{quote(secret, safe='')}@host/db",
            ]
        )
        know(*of_address(address))
        try:
            open_store(address)
            said = ""
        except TimeTravelError as error:
            said = str(error)
        yield Case(f"address {number}", left_of(said, secret))


def in_runs(folder: Path, rng: random.Random, count: int) -> Iterator[Case]:
    """What a run shows of a node that tells what it finds."""
    folder.mkdir(exist_ok=True)
    (folder / "langgraph.json").write_text('{"dependencies": ["."], "graphs": {"look": "./graph.py:graph"}}')
    for number in range(count):
        secret = secret_of(rng)
        how = SHOWN[number % len(SHOWN)]
        (folder / "graph.py").write_text(NODE.format(how=how))
        with set_to("CANARY_TOKEN", secret):
            workers = WorkerPool(load_project(folder))
            try:
                run = workers.start(Job("look", str(folder / "store.sqlite"), f"t{number}", Input({"n": 1})))
                state = run.wait(60)
            finally:
                workers.close()
            shown = "".join(one.text for one in state.output)
            everything = f"{shown}{state.output}{state.failure}{state.notes}{[one.error for one in state.nodes]}"
            yield Case(how, left_of(everything, secret))


def in_the_list_of_processes(rng: random.Random, count: int) -> Iterator[Case]:
    """What `ps` shows of the command, and what it prints of an address that it can't open."""
    look = (
        "import os; from ui import cli; cli.free_port = lambda *_: os.system(f'cat /proc/{os.getpid()}/cmdline') or 1"
    )
    for number in range(count):
        secret = secret_of(rng)
        address = f"postgresql://ann:{quote(secret, safe='')}@127.0.0.1:1/db"
        command = [sys.executable, "-c", f"{look}; cli.main()", "--no-browser", address]
        done = subprocess.run(command, capture_output=True, check=False, timeout=120)
        yield Case(f"command {number}", left_of((done.stdout + done.stderr).decode(errors="replace"), quote(secret)))


def try_all(scale: Scale) -> Iterator[Case]:
    """Cheap cases first."""
    yield from in_texts(scale.rng, 60 if scale.short else 4000)
    yield from in_addresses(scale.rng, 10 if scale.short else 500)
    yield from in_runs(scale.folder / "project", scale.rng, 1 if scale.short else 3 * len(SHOWN))
    yield from in_the_list_of_processes(scale.rng, 0 if scale.short else 20)


PROMISE = Promise(
    name="secrets nowhere",
    sentence="No secret that the app knows is in what it shows, prints, logs or tells `ps`, in whatever form.",
    try_all=try_all,
)
