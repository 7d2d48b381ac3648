"""Real histories whose rows are damaged and then read by every path: what must hold whatever was done to them."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random

from tests.support.hostile.crawl import Crawl, crawl_file
from tests.support.hostile.stores.any_history import HEALTHY, any_history
from tests.support.hostile.stores.any_rows import Damage, InSqlite, without_rules
from tests.support.hostile.stores.folders import difference, moment_of
from ui.timetravel.ground.text.visible import visible

READ = 2
"""Checkpoints of each namespace that are read in full."""
PROCESSOR_SECONDS = 20.0
HISTORIES = 4


def sentences(found: Crawl) -> None:
    """Whatever could not be read was said in a sentence that a page can hold: there the unseen is made visible."""
    for said in found.said:
        text = visible(said.partition(": ")[2])
        assert text.endswith((".", ")")), said
        assert text.isprintable(), said
        assert len(text) < 1_500, said


class Histories:
    """Files of real histories, each copied to one place and damaged there; a short repr for Hypothesis."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.files = [any_history(folder / f"{number}.sqlite", random) for number in range(HISTORIES)]
        self.place = folder / "damaged"
        self.place.mkdir()
        self.healthy = [crawl_file(str(self.damaged(number, [])), READ).threads[HEALTHY] for number in range(HISTORIES)]

    def damaged(self, number: int, todo: list[Damage], *, bare: bool = False) -> Path:
        """A copy of a file to which all this was done."""
        path = Path(shutil.copy(self.files[number], self.place / "s.sqlite"))
        with closing(sqlite3.connect(path)) as store:
            if bare:
                without_rules(store)
            for one in todo:
                one(InSqlite(store))
            store.commit()
        return path

    def check(self, number: int, todo: list[Damage], *, bare: bool) -> None:
        """Do this damage, and read everything. Raises what is raised, or an AssertionError that says what is wrong."""
        path = self.damaged(number, todo, bare=bare)
        before, began = moment_of(self.place), time.process_time()
        found = crawl_file(str(path), READ)
        assert time.process_time() - began < PROCESSOR_SECONDS, "it took too long"
        assert not difference(before, moment_of(self.place)), "the file was changed"
        assert found.threads[HEALTHY] == self.healthy[number], "the healthy thread reads otherwise"
        sentences(found)

    def __repr__(self) -> str:
        return "histories"
