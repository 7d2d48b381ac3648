"""The person's progress in each lesson, saved in a small file beside the practice store, so that a reload loses
nothing.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ui.timetravel.ground.own_files import make_own_folder, write_own

_writing = threading.Lock()
"""Held while the file is read and replaced: otherwise the app's tabs would undo each other's steps."""


@dataclass(frozen=True, slots=True)
class LessonAttempt:
    """The progress in one lesson: its last walk, the steps pressed in that, and whether the lesson was ever passed."""

    attempt: str = ""
    pressed: tuple[str, ...] = ()
    passed: bool = False


class LessonProgress:
    """The walks through lessons. Every call reads the file again; a file that can't be read counts as empty."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def walks(self) -> dict[str, LessonAttempt]:
        """The progress in every lesson that was begun."""
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
            return {slug: _walk(one) for slug, one in told.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def walk(self, slug: str) -> LessonAttempt:
        """The progress in one lesson."""
        return self.walks().get(slug, LessonAttempt())

    def pressed(self, slug: str, attempt: str, step: str) -> None:
        """Remember a step of a walk, which becomes the lesson's last walk. Raises OSError."""

        def with_step(before: LessonAttempt) -> LessonAttempt:
            steps = before.pressed if before.attempt == attempt else ()
            return replace(before, attempt=attempt, pressed=tuple(dict.fromkeys((*steps, step))))

        self._change(slug, with_step)

    def passed(self, slug: str) -> None:
        """Remember that a lesson's check was passed. Raises OSError."""
        if not self.walk(slug).passed:
            self._change(slug, lambda before: replace(before, passed=True))

    def start_over(self, slug: str) -> None:
        """Forget the walk, but not that the lesson was passed. Raises OSError."""
        self._change(slug, lambda before: LessonAttempt(passed=before.passed))

    def _change(self, slug: str, change: Callable[[LessonAttempt], LessonAttempt]) -> None:
        with _writing:
            walks = self.walks()
            told = {
                name: asdict(one) for name, one in (walks | {slug: change(walks.get(slug, LessonAttempt()))}).items()
            }
            make_own_folder(self._file.parent)
            write_own(self._file, json.dumps(told))  # in one operation, so that another tab never reads half of it


def _walk(told: Any) -> LessonAttempt:
    return LessonAttempt(str(told["attempt"]), tuple(map(str, told["pressed"])), bool(told["passed"]))
