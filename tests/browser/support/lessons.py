"""Walking through a lesson as a learner does: button after button, then the check."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import started, windows
from tests.browser.support.driver import Driver
from tests.support.embedded import open_folder
from ui.lessons.lesson import Kill, Lesson
from ui.lessons.text import CHECK, Button, text_of

SOON = 60_000
"""Milliseconds for what one step starts, on a machine that is busy."""

__all__ = ["at", "learn", "open_folder", "school", "slow_school"]


@pytest.fixture(scope="module")
def school(open_folder: Path) -> Iterator[str]:
    with started(open_folder) as address:
        yield address


@pytest.fixture(scope="module")
def slow_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """For lessons in which a run must be caught while it goes on."""
    with started(tmp_path_factory.mktemp("slow-school"), pause="0.5") as address:
        yield address


def press(one: Driver, lesson: Lesson, button: Button) -> None:
    """Press a button of the text once it can be pressed; the debugger beside it may have one of the same name."""
    key = f"check_{lesson.slug}" if button.step == CHECK else f"do_{lesson.slug}_{button.step}"
    drawn = one.page.locator(f".st-key-{key}").get_by_role("button", name=button.label, exact=True)
    expect(drawn).to_be_enabled(timeout=SOON)
    drawn.click()
    one.settle()
    if button.step != CHECK:
        expect(drawn.get_by_test_id("stIconMaterial")).to_have_text("check", timeout=SOON)


@pytest.fixture(scope="module")
def at(chromium: Browser) -> Iterator[Callable[[str, Lesson, str], Driver]]:
    """A window on an app, at a lesson: opened once in each language, then the lesson is chosen in its sidebar."""
    opened: dict[tuple[str, str], Driver] = {}
    with windows(chromium) as opens:

        def there(address: str, lesson: Lesson, language: str) -> Driver:
            here = opened.get((address, language))
            if here is None:
                here = opens(f"{address}/learn?lesson={lesson.slug}&language={language}", width=1400)
                opened[address, language] = here
            else:
                choice = here.page.locator(".st-key-lesson_choice label")
                choice.filter(has_text=text_of(lesson.slug, language).title).first.click()
                here.settle()
            return here

        yield there


@pytest.fixture
def learn(request: pytest.FixtureRequest, at: Callable[[str, Lesson, str], Driver]) -> Callable[[Lesson, str], None]:
    """Walks through a lesson in a language to its end, where the check must hold."""

    def walk(lesson: Lesson, language: str) -> None:
        kills = any(isinstance(step.action, Kill) for step in lesson.steps)
        text = text_of(lesson.slug, language)
        one = at(request.getfixturevalue("slow_school" if kills else "school"), lesson, language)
        expect(one.page.get_by_role("heading", name=text.title, exact=True)).to_be_visible()
        for block in text.blocks:
            if isinstance(block, Button):
                press(one, lesson, block)
        for sentence in text.findings.values():
            expect(one.page.get_by_text(f"✔ {sentence}", exact=True)).to_be_visible(timeout=SOON)
        one.shot(f"lesson-{lesson.slug}-{language}")

    return walk
