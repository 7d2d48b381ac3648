"""Labels of widgets are Markdown: this makes any text show as just that text."""

import re
import string

_PUNCTUATION = re.compile(f"([{re.escape(string.punctuation)}])")
_INDENT = re.compile(r"(?:^|(?<=[\r\n]))[ \t]+")


def label(text: str) -> str:
    """The text with every ASCII punctuation mark escaped, which Markdown then shows as the mark itself.

    CommonMark 0.31, section 2.4: any ASCII punctuation character may be backslash-escaped, but not in a code block,
    which an indented line would begin: so lines lose their indentation. What Streamlit (1.67) replaces after Markdown
    is through, it replaces here too: -> becomes an arrow, -- a dash, :streamlit: its logo.
    """
    return _PUNCTUATION.sub(r"\\\1", _INDENT.sub("", text))
