"""Every lesson as it stands on the shelf: its texts, its program, and what its steps lead to."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lessons.walking import missing, walk
from tests.support.embedded import open_folder
from ui.lessons.catalogue import LESSONS
from ui.lessons.lesson import Lesson
from ui.lessons.practice.classroom import Classroom
from ui.lessons.text import CHECK, Button, code_of, text_of
from ui.services.settings import default_settings
from ui.services.store_registry import StoreRegistry
from ui.session.view import LANGUAGES

__all__ = ["open_folder"]

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.slug for lesson in LESSONS])
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def sources(open_folder: Path) -> Iterator[StoreRegistry]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0.05")
        opened = StoreRegistry(default_settings(open_folder))
        yield opened
        opened.close()


@pytest.fixture
def room(sources: StoreRegistry) -> Callable[[Lesson], Classroom]:
    return lambda lesson: Classroom(lesson.slug, "1", lesson.spots, sources)


@every_lesson
def test_its_check_holds_once_every_button_was_pressed_and_not_before(
    lesson: Lesson, room: Callable[[Lesson], Classroom]
) -> None:
    here = room(lesson)
    assert missing(lesson, here) != []
    walk(lesson, text_of(lesson.slug, "en"), here)
    assert missing(lesson, here) == []


@every_lesson
@in_every_language
def test_its_text_has_a_button_for_every_step_and_ends_with_every_check(lesson: Lesson, language: str) -> None:
    text = text_of(lesson.slug, language)
    buttons = [block.step for block in text.blocks if isinstance(block, Button)]
    assert buttons == [*(step.name for step in lesson.steps), CHECK]
    assert set(text.findings) == set(lesson.checks)


@every_lesson
def test_its_chinese_text_is_chinese(lesson: Lesson) -> None:
    text = text_of(lesson.slug, "zh")
    for words in (text.title, *text.findings.values(), *(b.label for b in text.blocks if isinstance(b, Button))):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in words), words


@every_lesson
def test_its_program_runs_by_itself(lesson: Lesson, tmp_path: Path) -> None:
    (tmp_path / "lesson.py").write_text(code_of(lesson.slug), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "lesson.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_papers_name_no_lesson_that_is_not_on_the_shelf() -> None:
    papers = ("README.md", "docs/screens/learn.md")
    told = "\n".join((Path(__file__).parents[2] / one).read_text(encoding="utf-8") for one in papers)
    rows = [line for line in told.splitlines() if line.startswith("|") and "lesson" in line]
    named = {title for row in rows for title in re.findall(r"(?<!\*)\*([^*|]+)\*(?!\*)", row)}
    assert rows
    assert named <= {text_of(lesson.slug, "en").title for lesson in LESSONS}


def test_the_papers_list_every_lesson_in_the_order_of_the_shelf() -> None:
    told = (Path(__file__).parents[2] / "docs" / "screens" / "learn.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \d+ \| \*([^*]+)\* \|", told, re.MULTILINE) == [
        text_of(lesson.slug, "en").title for lesson in LESSONS
    ]
