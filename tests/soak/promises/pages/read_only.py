"""Read-only: every button of every page pressed by hand, and messages at random, where nothing is run or written."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.soak.promise import Case, Promise, Scale
from tests.support.by_hand import Tab, tab
from tests.support.pressing import (
    ADDRESSES,
    OPENS_A_STORE,
    SAMPLES,
    STORE,
    Files,
    Widgets,
    app_on,
    buttons_of,
    make_threads,
    press_all,
    tree,
)

OWN_STORES = ("tasks", "learn")
"""Pages whose runs go to practice stores, whatever the store that is looked at is."""
TEXTS = ("", "x", "asks", "recipient", "/", "postgresql://localhost/x", "memory:", "\x00", "[]", "{}")


def _try_all(scale: Scale) -> Iterator[Case]:
    made = make_threads(_folder(scale, "made"))
    known: dict[str, Widgets] = {}
    if not scale.short:
        with app_on(made, _folder(scale, "open"), *SAMPLES) as app:
            known = buttons_of(app, ADDRESSES)
        for words in ((), (*SAMPLES, "--sandbox"), (*SAMPLES, "--read-only")):
            yield from _pressed(made, _folder(scale, f"app {' '.join(words[2:])}"), words, known)
    yield from _at_random(made, _folder(scale, "random"), scale, known)


def _folder(scale: Scale, name: str) -> Path:
    folder = scale.folder / name
    folder.mkdir()
    return folder


def _pressed(made: Path, folder: Path, words: tuple[str, ...], known: dict[str, Widgets]) -> Iterator[Case]:
    """Press all buttons that are known of a page of an app that may write."""
    with app_on(made, folder, *words) as app:
        for address in known:
            looks_only = "--read-only" in words
            if address in OWN_STORES and not looks_only:
                continue
            before = _kept(folder, all_of_it=looks_only)
            with tab(app) as one:
                press_all(one, address, known[address])
            yield Case(f"{' '.join(words)} {address}", _changed(before, _kept(folder, all_of_it=looks_only)))


def _changed(before: Files, after: Files) -> str:
    changed = before.items() ^ after.items()
    return f"changed {sorted(dict(changed))}" if changed else ""


def _kept(folder: Path, *, all_of_it: bool) -> Files:
    return {name: known for name, known in tree(folder).items() if all_of_it or name.startswith(STORE)}


def _at_random(made: Path, folder: Path, scale: Scale, known: dict[str, Widgets]) -> Iterator[Case]:
    widgets: dict[str, str] = {}
    for buttons in known.values():
        widgets |= buttons
    with app_on(made, folder, *SAMPLES, "--read-only") as app:
        before, number, until = tree(folder), 0, time.monotonic() + scale.seconds
        while time.monotonic() < until:
            number += 1
            with tab(app) as one:
                address = scale.rng.choice([*ADDRESSES, *OPENS_A_STORE])
                one.visit(address)
                widgets |= one.widgets
                for _ in range(5):
                    _send(one, address, scale.rng, widgets)
            after = tree(folder)
            yield Case(f"messages at random {number}, {address}", _changed(before, after))
            before = after
    shutil.rmtree(folder)


def _send(one: Tab, address: str, rng: Random, widgets: Widgets) -> None:
    chosen = rng.sample(sorted(widgets), min(len(widgets), rng.randint(1, 12)))
    fragment = rng.choice(["", "", *sorted(one.fragments)])
    one.visit(address, [_state(rng, widget) for widget in chosen], fragment)


def _state(rng: Random, widget: str) -> WidgetState:
    text = rng.choice(TEXTS)
    return rng.choice(
        [
            WidgetState(id=widget, trigger_value=True),
            WidgetState(id=widget, trigger_value=True),
            WidgetState(id=widget, bool_value=True),
            WidgetState(id=widget, int_value=rng.randint(-2, 2**40)),
            WidgetState(id=widget, string_value=text),
            WidgetState(id=widget, string_array_value={"data": [text]}),
            WidgetState(id=widget, json_value=text),
            WidgetState(id=widget, json_trigger_value=f'[{{"event": "clicked", "value": "{text!a}"}}]'),
        ]
    )


PROMISE = Promise(
    "read_only",
    "With --read-only nothing is run and no file is made or changed, whatever a client sends; and a store that is only"
    " read otherwise stays as it is.",
    _try_all,
    seconds=300.0,
    short_seconds=2.0,
)
