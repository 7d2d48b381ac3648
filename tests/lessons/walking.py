"""Walking through a lesson without a screen: every step as soon as it can be done, and then the check."""

import time

from ui.lessons.lesson import Lesson
from ui.lessons.practice.classroom import Classroom
from ui.lessons.practice.perform import can_do, do
from ui.lessons.text import CHECK, Button, Text

PATIENCE = 60.0
"""Seconds for one step, on a machine that is busy."""


def walk(lesson: Lesson, text: Text, room: Classroom) -> None:
    """Press every button of the text but the last, in its order."""
    for block in text.blocks:
        if not isinstance(block, Button) or block.step == CHECK:
            continue
        step = lesson.step(block.step)
        assert step is not None, f"{lesson.slug} has no step {block.step}"
        deadline = time.monotonic() + PATIENCE
        while not can_do(step, room):
            assert time.monotonic() < deadline, f"{lesson.slug}: the step {step.name} can't be done"
            time.sleep(0.02)
        do(step, room)
    while room.any_live():
        time.sleep(0.02)


def missing(lesson: Lesson, room: Classroom) -> list[str]:
    """The names of the checks that don't hold."""
    return [name for name, holds in lesson.checks.items() if not holds(room)]
