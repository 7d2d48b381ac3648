"""A lesson's text: a Markdown file in which a link to `do:NAME` on a line of its own is a button.

    # The title

    Prose, as in any Markdown file.

    [What the button says](do:run)

    [What the last button says](do:check)

    - `name_of_a_check` A sentence that is true at the end.

What the buttons do and what is checked is said in lesson.py beside it, under the same names, for all languages alike.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ui.timetravel.ground.paths import LESSONS

CHECK = "check"
"""The button that checks the store; after it come the sentences that are true or not."""

_BUTTON = re.compile(r"\[(?P<label>[^\]]+)\]\(do:(?P<step>\w+)\)")
_FINDING = re.compile(r"- `(?P<name>\w+)` (?P<sentence>.+)")


@dataclass(frozen=True, slots=True)
class Prose:
    """Some paragraphs of Markdown in a lesson."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button, and the name of the step that it does."""

    step: str
    label: str


@dataclass(frozen=True, slots=True)
class Text:
    """A lesson in one language. `findings` are the sentences of its checks, by the names of the checks."""

    title: str
    blocks: tuple[Prose | Button, ...]
    findings: dict[str, str]


@cache
def text_of(slug: str, language: str) -> Text:
    """The text of a lesson, cached since it is part of the app.

    Raises OSError where there is none, ValueError as `parse` does.
    """
    return parse((_folder(slug) / f"{language}.md").read_text(encoding="utf-8"))


def code_of(slug: str) -> str:
    """The Python program that does the same as the lesson. Raises OSError where there is none."""
    return (_folder(slug) / "program.py").read_text(encoding="utf-8")


def _folder(slug: str) -> Path:
    """The lesson's own folder. Raises OSError where there is none."""
    found = next(LESSONS.glob(f"*/{slug}/"), None)
    if found is None:
        raise FileNotFoundError(slug)
    return found


def parse(markdown: str) -> Text:
    """Parse a text. Raises ValueError where it has no title, or where anything but sentences follows the check."""
    first, _, rest = markdown.lstrip().partition("\n")
    if not first.startswith("# "):
        raise ValueError("A lesson begins with its title, as in: # The title")
    blocks: list[Prose | Button] = []
    findings: dict[str, str] = {}
    prose: list[str] = []
    for line in rest.splitlines():
        if button := _BUTTON.fullmatch(line.strip()):
            _end(prose, blocks)
            blocks.append(Button(button["step"], button["label"]))
        elif blocks and _checks(blocks[-1]) and line.strip():
            findings.update([_finding(line)])
        else:
            prose.append(line)
    _end(prose, blocks)
    return Text(first.removeprefix("# ").strip(), tuple(blocks), findings)


def _checks(block: Prose | Button) -> bool:
    return isinstance(block, Button) and block.step == CHECK


def _finding(line: str) -> tuple[str, str]:
    found = _FINDING.fullmatch(line.strip())
    if found is None:
        raise ValueError(f"After the check come its sentences, as in: - `name` The sentence. This is none: {line}")
    return found["name"], found["sentence"]


def _end(prose: list[str], blocks: list[Prose | Button]) -> None:
    """Close the paragraph that was read so far."""
    if markdown := "\n".join(prose).strip():
        blocks.append(Prose(markdown))
    prose.clear()
