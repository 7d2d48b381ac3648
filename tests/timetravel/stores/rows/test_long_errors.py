"""What kind of error a task left is told by its beginning, however long it is."""

from pathlib import Path

import pytest

from tests.support.hostile.stores.stores import DECLARED, Rows, Write, in_sqlite
from ui.timetravel.stores import open_store

LONG = "x" * 200_000


@pytest.mark.parametrize(
    ("error", "cancelled"),
    [(f"CancelledError('{LONG}')", ("n",)), (LONG, ())],
    ids=["cancelled", "failed"],
)
def test_a_cancelled_task_is_one_also_where_its_error_is_long(
    error: str, cancelled: tuple[str, ...], tmp_path: Path
) -> None:
    rows = Rows()
    head = rows.chain("t", [{"x": 0}, {"x": 1}])[-1]
    rows.add(Write("t", head, "a", -1, "__error__", error, path="~__pregel_pull, n"))
    with open_store(str(in_sqlite(rows, tmp_path / "store.sqlite", layout=DECLARED))) as store:
        (header,) = store.headers("t", "", [head])
    assert (header.cancelled, header.failed) == (cancelled, () if cancelled else ("n",))
