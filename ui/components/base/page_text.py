"""Makes every text safe that may come from a store, before it reaches the page.

`as_text` is for what Streamlit shows unchanged, `label` for what it reads as Markdown, `table` for rows, `key_of` for
the keys of widgets. Our own components pass their data through `as_text` themselves (browser_component.py), and
`display` (serde/json_view.py) does so for trees of data. tests/doors/test_page_texts.py finds code that bypasses this.
"""

import hashlib
import json
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ui.timetravel.ground.text.visible import visible

LONGEST = 100_000
"""Characters of one text that are shown; a browser needs seconds for a text of megabytes."""
LONGEST_LABEL = 400
"""The same for a label, such as a button's."""
TOGETHER = 4_000_000
"""Characters of all texts of a table, or of one of our components, together. If there are more, each text is
shortened.
"""
_LEAST = 40
_LONGEST_KEY = 200
_HANDLE = "⟨id⟩"

_PUNCTUATION = re.compile(f"([{re.escape(string.punctuation)}])")
_INDENT = re.compile(r"(?:^|(?<=[\r\n]))[ \t]+")
_JOINER = "\u2060"
_REPLACED = re.compile(
    r"https?:(?=//)|www(?=\.)|@(?=\w)|:(?=streamlit:)|(?<!\S)[<>~-](?=[->=]{1,2}(?!\S))|(?<!\S)<-(?=>(?!\S))",
    re.IGNORECASE,
)
"""What Streamlit 1.67 turns into a link, an arrow or its logo after it has parsed the Markdown, even if it was
escaped.
"""


def as_text(text: str, longest: int = LONGEST) -> str:
    """The text in the form that a page can show: invisible characters are made visible; of a longer text, the
    beginning.
    """
    left = len(text) - longest
    return f"{visible(text[:longest])} … {left:,} more characters" if left > 0 else visible(text)


def label(text: str) -> str:
    """Markdown that shows exactly this text: nothing in it is markup.

    CommonMark 0.31, section 2.4: any ASCII punctuation character may be backslash-escaped, except in a code block,
    which an indented line would begin: so lines lose their indentation. What Streamlit (1.67) replaces afterwards, web
    addresses, arrows and its logo, is broken up by a character without width.
    """
    flat = _INDENT.sub("", as_text(text, LONGEST_LABEL))
    return _PUNCTUATION.sub(r"\\\1", _REPLACED.sub(lambda found: found[0] + _JOINER, flat))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows for `st.dataframe`, with every text in them shown as it is."""
    longest = max(_LEAST, min(LONGEST_LABEL, TOGETHER // max(1, len(rows) * len(columns))))
    cells = [{name: _cell(value, longest) for name, value in row.items()} for row in rows]
    return pd.DataFrame(cells, columns=list(columns))


def data(value: Any) -> Any:
    """JSON-able data for a component of ours, with every text in it made safe. Keys are constants of ours."""
    lengths = [min(len(text), LONGEST) for text in _texts(value)]
    return _data(value, LONGEST if sum(lengths) <= TOGETHER else max(_LEAST, TOGETHER // len(lengths)))


def _data(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return as_text(value, longest)
    if isinstance(value, Mapping):
        return {key: _data(item, longest) for key, item in value.items()}
    return [_data(item, longest) for item in value] if isinstance(value, list | tuple) else value


def _texts(value: Any) -> Iterable[str]:
    """All texts in the value."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)


def as_json(shown: Any) -> str:
    """Data from `display` as text for `st.json`, which would write each letter beyond ASCII in six characters."""
    return json.dumps(shown, ensure_ascii=False)


def key_of(text: str) -> str:
    """A widget's key that contains text from a store.

    Streamlit sends it to the browser, and fails on half characters.
    """
    seen = visible(text)
    if seen == text and len(text) <= _LONGEST_KEY:
        return text
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{seen[: _LONGEST_KEY - len(mark) - 1]}~{mark}"


def our_markdown(text: str) -> str:
    """Markdown from a file of ours, such as a lesson's text, unchanged."""
    return text


def handle(name: str) -> str:
    """A text that stands for an id in the browser, which can't hold every id: the id itself where possible."""
    if visible(name) == name and len(name) <= _LONGEST_KEY and not name.startswith(_HANDLE):
        return name
    return _HANDLE + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def held(by: str, names: Iterable[str]) -> str | None:
    """The one of `names` that a handle stands for; None where it is not among them."""
    return by if not by.startswith(_HANDLE) else next((name for name in names if handle(name) == by), None)


def _cell(value: Any, longest: int) -> Any:
    return as_text(value, longest) if isinstance(value, str) else value
