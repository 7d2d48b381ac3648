"""The list of tasks: rows that stay the same elements while what they show moves on."""

from typing import Any

from tests.browser.scripts.conftest import Host, Opens

NAME = "tasks/list"


def task(name: str, **more: Any) -> dict[str, Any]:
    made = {"id": name, "name": name, "topic": f"<b>{name}</b>", "state": "unfinished", "now": "", "progress": "1 of 4"}
    made |= {"done": 1, "of": 4, "part": "", "updated": "10:00:00", "moment": "then", "stops": False, "stopping": False}
    return made | more


def draw(host: Host, *tasks: dict[str, Any], selected: str = "") -> Host:
    return host.draw(tasks=list(tasks), selected=selected, signature=repr((tasks, selected)))


def test_each_task_is_a_row_with_a_bar_and_its_texts_are_text(opens: Opens) -> None:
    host = draw(opens(NAME), task("a"), task("b", state="failed", part="failed"), selected="b")
    assert host.texts(".topic") == ["<b>a</b>", "<b>b</b>"]
    assert host.find(".topic b").count() == 0
    assert host.run("[...root.querySelectorAll('.part')].map(one => one.className)") == [
        "part done",
        "part",
        "part",
        "part",
        "part done",
        "part failed",
        "part",
        "part",
    ]
    assert host.find("[aria-pressed=true] .topic").all_text_contents() == ["<b>b</b>"]


def test_a_bar_tells_how_far_it_is_to_those_who_do_not_see_it(opens: Opens) -> None:
    bar = draw(opens(NAME), task("a")).page.get_by_role("progressbar")
    assert [bar.get_attribute(f"aria-{one}") for one in ("valuenow", "valuemax", "valuetext")] == ["1", "4", "1 of 4"]


def test_a_click_or_enter_opens_a_task(opens: Opens) -> None:
    host = draw(opens(NAME), task("a"), task("b"))
    host.find("[data-task=b] .open").click()
    host.find("[data-task=a] .open").press("Enter")
    assert host.sent == [["trigger", "clicked", "b"], ["trigger", "clicked", "a"]]


def test_stop_is_there_while_a_task_runs_and_stops_that_one(opens: Opens) -> None:
    host = draw(opens(NAME), task("a", stops=True), task("b"))
    assert host.find(".stop").count() == 1
    host.page.get_by_role("button", name="Stop <b>a</b>").click()
    assert host.sent == [["trigger", "stopped", "a"]]
    draw(host, task("a", stops=True, stopping=True), task("b"))
    assert host.find(".stop").is_disabled()
    draw(host, task("a"), task("b"))
    assert host.find(".stop").count() == 0


def test_a_row_stays_the_same_element_and_keeps_the_focus_when_others_come_in_above(opens: Opens) -> None:
    host = draw(opens(NAME), task("a"), task("b"))
    host.find("[data-task=b] .open").focus()
    host.run("root.querySelector('[data-task=b]').mark = 1")
    draw(host, task("new"), task("a"), task("b", done=2, progress="2 of 4"))
    assert host.run("root.querySelector('[data-task=b]').mark") == 1
    assert host.run("root.activeElement.closest('.task').dataset.task") == "b"
    assert host.texts("[data-task=b] .progress") == ["2 of 4"]


def test_a_press_during_which_the_row_is_filled_anew_is_still_a_click(opens: Opens) -> None:
    host = draw(opens(NAME), task("a"), task("b"))
    host.find("[data-task=b] .open").hover()
    host.page.mouse.down()
    draw(host, task("a"), task("b", done=3, state="running", now=": draft"))
    host.page.mouse.up()
    assert host.told == ["b"]


def test_once_there_is_no_task_there_is_no_row(opens: Opens) -> None:
    host = draw(opens(NAME), task("a"))
    draw(host)
    assert host.find(".task").count() == 0


def test_without_its_box_nothing_goes_wrong(opens: Opens) -> None:
    draw(opens(NAME, missing=True), task("a"))


def test_very_many_tasks_are_soon_drawn(opens: Opens) -> None:
    host = draw(opens(NAME), *(task(f"t{at}") for at in range(1_000)))
    assert host.find(".task").count() == 1_000
