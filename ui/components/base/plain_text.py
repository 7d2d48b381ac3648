"""Shows text that may come from a store as exactly that text."""

from typing import Literal

from ui.components.base.browser_component import browser_component, signature

Look = Literal["title", "heading", "text", "quiet", "failed", "asks", "good"]

_draw = browser_component("base/plain_text", '<div class="plain"></div>')


def plain_text(*lines: tuple[Look, str], key: str, reveal: str = "") -> None:
    """Draw lines, each in its look, without interpreting them: Markdown and HTML in them stay characters.

    When `reveal` changes, the page scrolls to the lines.
    """
    shown = [{"look": look, "text": text} for look, text in lines if text]
    _draw(key=key, data={"lines": shown, "signature": signature(shown), "reveal": reveal})
