"""What to call the tasks that wrote on a checkpoint."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.components.conftest import Drawn
from ui.components.checkpoint.task_titles import task_titles
from ui.session.reads import cached_reads as reading
from ui.session.view import View
from ui.timetravel.model.checkpoints import Checkpoint, Task

pytestmark = pytest.mark.usefixtures("looked_at")

Ids = Mapping[str, tuple[str, ...]]


def titles(drawn: Drawn, shown: Callable[..., Checkpoint], ids: Ids, tasks: Sequence[Task]) -> list[str]:
    view, found = View(thread="loop", checkpoint=ids["loop"][2]), list[str]()
    drawn(lambda: found.extend(task_titles(view, reading.tree("loop", ""), shown("loop", 2), tasks)), view)
    return found


def test_a_task_is_called_by_its_node_as_it_is(drawn: Drawn, shown: Callable[..., Checkpoint], ids: Ids) -> None:
    tasks = [Task("1", "count", "~__pregel_pull, count", ()), Task("2", "<b>*x*</b>", "~__pregel_pull, x", ())]
    assert titles(drawn, shown, ids, tasks) == ["count", "<b>*x*</b>"]


def test_a_task_of_which_the_store_does_not_say_the_node_says_so(
    drawn: Drawn, shown: Callable[..., Checkpoint], ids: Ids
) -> None:
    assert titles(drawn, shown, ids, [Task("1", "", "", ())]) == ["(node unknown)"]


def test_an_error_handler_says_whose(drawn: Drawn, shown: Callable[..., Checkpoint], ids: Ids) -> None:
    path = "~__pregel_pull, broken, node_error_handler, 0000000000"
    assert titles(drawn, shown, ids, [Task("1", "", path, ())]) == ["error handler of broken"]


def test_without_tasks_there_are_no_titles(drawn: Drawn, shown: Callable[..., Checkpoint], ids: Ids) -> None:
    assert titles(drawn, shown, ids, []) == []
