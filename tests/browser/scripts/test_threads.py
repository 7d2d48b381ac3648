"""The list of threads: a click opens one, and newcomers move neither the focus nor what is in sight."""

from typing import Any

from tests.browser.scripts.conftest import Host, Opens

NAME = "sidebar/threads"


def thread(name: str, state: str = "finished") -> dict[str, Any]:
    words = {"words": f"{state}, now", "when": "last change now", "count": "3 checkpoints"}
    return {"id": name, "name": f"<b>{name}</b>", "state": state, **words}


def draw(host: Host, names: list[str], selected: str = "") -> Host:
    return host.draw(threads=[thread(name) for name in names], selected=selected, signature=repr((names, selected)))


def many(number: int = 200) -> list[str]:
    return [f"t{at}" for at in range(number)]


FIRST_IN_SIGHT = """(() => {
    const box = root.querySelector(".threads"), top = box.getBoundingClientRect().top;
    const places = [...box.children].map(row =>
        [row.dataset.thread, Math.round(row.getBoundingClientRect().top - top)]);
    return places.find(([, at]) => at >= 0);
})()"""


def first_in_sight(host: Host) -> Any:
    """The first thread that is wholly in sight, and how far below the list's top it is."""
    return host.run(FIRST_IN_SIGHT)


def scroll(host: Host, top: int) -> None:
    host.run("root.querySelector('.threads').scrollTop = argument", top)


def test_each_thread_is_a_row_with_its_name_and_its_state(opens: Opens) -> None:
    host = draw(opens(NAME), ["a", "b"], "b")
    assert host.texts(".id") == ["<b>a</b>", "<b>b</b>"]
    assert host.find(".id b").count() == 0
    assert host.texts(".state.finished") == ["finished, now"] * 2
    assert host.run("[...root.querySelectorAll('.thread')].map(row => row.ariaPressed)") == ["false", "true"]


def test_a_click_or_enter_opens_a_thread_also_one_whose_id_is_empty(opens: Opens) -> None:
    host = draw(opens(NAME), ["a", ""])
    host.find(".thread").nth(1).click()
    host.find("[data-thread=a]").press("Enter")
    assert host.sent == [["trigger", "clicked", ""], ["trigger", "clicked", "a"]]


def test_the_focus_stays_on_its_thread_when_others_come_in_above(opens: Opens) -> None:
    host = draw(opens(NAME), ["a", "b"])
    host.find("[data-thread=b]").focus()
    draw(host, ["new", "a", "b"])
    assert host.run("root.activeElement.dataset.thread") == "b"


def test_what_is_in_sight_stays_where_it_is_when_others_come_in_above(opens: Opens) -> None:
    host = draw(opens(NAME), many())
    scroll(host, 1_234)
    before = first_in_sight(host)
    draw(host, ["new", "newer", *many()])
    assert first_in_sight(host) == before


def test_at_the_very_top_newcomers_come_into_sight(opens: Opens) -> None:
    host = draw(opens(NAME), many())
    draw(host, ["new", *many()])
    assert first_in_sight(host) == ["new", 0]


def test_the_thread_that_gets_selected_comes_into_sight_and_nothing_but_the_list_scrolls(opens: Opens) -> None:
    host = draw(opens(NAME, around="<div style='height: 300px'></div>"), many(), "t0")
    draw(host, many(), "t150")
    assert host.run("root.querySelector('.selected').dataset.thread") == "t150"
    inside = host.run(
        "(() => { const row = root.querySelector('.selected').getBoundingClientRect(),"
        " box = root.querySelector('.threads').getBoundingClientRect();"
        " return row.top >= box.top - 1 && row.bottom <= box.bottom + 1; })()"
    )
    assert inside
    assert host.run("scrollY") == 0


def test_a_person_who_scrolled_away_from_the_selected_one_stays_there(opens: Opens) -> None:
    host = draw(opens(NAME), many(), "t0")
    scroll(host, 2_000)
    before = first_in_sight(host)
    draw(host, [*many(), "old"], "t0")
    assert first_in_sight(host) == before


def test_the_same_list_is_not_drawn_anew(opens: Opens) -> None:
    host = draw(opens(NAME), ["a"])
    host.run("root.querySelector('.thread').mark = 1")
    draw(host, ["a"])
    assert host.run("root.querySelector('.thread').mark") == 1


def test_without_its_box_nothing_goes_wrong(opens: Opens) -> None:
    draw(opens(NAME, missing=True), ["a"])


def test_a_long_list_becomes_a_short_one(opens: Opens) -> None:
    host = draw(opens(NAME), many(1_000))
    scroll(host, 20_000)
    draw(host, ["a"])
    assert host.find(".thread").count() == 1
    draw(host, [])
    assert host.find(".thread").count() == 0
