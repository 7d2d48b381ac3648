"""Lessons walked through on the Learn screen: button after button, then the check."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button as Drawn

from tests.lessons.languages import ELSEWHERE
from tests.screens.conftest import APP, Screen, as_seen
from tests.support.embedded import open_folder
from ui.lessons.lesson import Kill, Lesson
from ui.lessons.text import CHECK, Button, text_of
from ui.services.settings import default_settings

__all__ = ["open_folder"]

SOON = 60.0
"""Seconds for what one step starts, on a machine that is busy."""


@pytest.fixture(scope="module")
def school(open_folder: Path) -> Iterator[Callable[[str], Screen]]:
    """The Learn screen of one app for all lessons, whose nodes take this many seconds; each is a tab of its own."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in default_settings(open_folder).to_environment().items():
            environment.setenv(name, value)
        paces: list[str] = []

        def learn(pause: str) -> Screen:
            if paces[-1:] != [pause]:  # its workers keep the environment that they were started in
                paces.append(pause)
                environment.setenv("TIMETRAVEL_SAMPLE_PAUSE", pause)
                st.cache_resource.clear()
            return Screen(AppTest.from_file(APP, default_timeout=60)).on("learn")

        yield learn
        st.cache_resource.clear()


@dataclass
class Learner:
    """One who walks through a lesson."""

    screen: Screen
    lesson: Lesson

    def start_over(self) -> None:
        """Where the lesson was walked through before, in another language: it is opened as it was left."""
        for again in [one for one in self.screen.app.button if one.key == "start_over"]:
            again.click().run()

    def press(self, button: Button) -> None:
        """Press a button of the text once it can be pressed; a step's is ticked then."""
        drawn = self._drawn_when(button, lambda one: not one.disabled)
        assert as_seen(drawn.label) == button.label
        drawn.click().run()
        if button.step != CHECK:
            self._drawn_when(button, lambda one: one.proto.icon == ":material/check:")

    def _drawn_when(self, button: Button, holds: Callable[[Drawn], bool]) -> Drawn:
        until = time.monotonic() + SOON
        while not holds(drawn := self._drawn(button)):
            assert time.monotonic() < until, f"{self.lesson.slug}: {button.label}\n{self.screen.says}"
            time.sleep(0.05)
            self.screen.run()
        assert self.screen.crashes == []
        return drawn

    def _drawn(self, button: Button) -> Drawn:
        slug = self.lesson.slug
        key = f"check_{slug}" if button.step == CHECK else f"do_{slug}_{button.step}"
        return next(one for one in self.screen.app.button if one.key == key)


@pytest.mark.parametrize(
    ("lesson", "language"), ELSEWHERE, ids=[f"{one.slug}-{language}" for one, language in ELSEWHERE]
)
def test_a_lesson_does_what_it_says_and_its_check_passes(
    lesson: Lesson, language: str, school: Callable[[str], Screen]
) -> None:
    kills = any(isinstance(step.action, Kill) for step in lesson.steps)
    text = text_of(lesson.slug, language)
    screen = school("0.5" if kills else "0.05").run(lesson=lesson.slug, language=language)
    assert f"## {text.title}" in [as_seen(one.value) for one in screen.app.markdown]
    learner = Learner(screen, lesson)
    learner.start_over()
    for block in text.blocks:
        if isinstance(block, Button):
            learner.press(block)
    assert screen.crashes == []
    for sentence in text.findings.values():
        assert ("good", f"✔ {sentence}") in screen.lines
