"""Labels of widgets are Markdown: this makes any text show as just that text."""

import re
import string

_PUNCTUATION = re.compile(f"([{re.escape(string.punctuation)}])")


def label(text: str) -> str:
    """The text with every ASCII punctuation mark escaped, which Markdown then shows as the mark itself.

    CommonMark 0.31, section 2.4: any ASCII punctuation character may be backslash-escaped.
    """
    return _PUNCTUATION.sub(r"\\\1", text)
