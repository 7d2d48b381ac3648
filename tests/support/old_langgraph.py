"""Old LangGraphs, each in an environment of its own: for stores that they wrote, and for workers that run in them.

    python = python_of("0.6.11")                         the Python of that environment, for --python or a subprocess
    @pytest.mark.parametrize("version", VERSIONS)        a test for each of them

`make test` makes .venv-old (scripts/environments/make_old_langgraphs.sh, `make .venv-old/.installed` alone), with the
versions of constraints/old: LangGraph, its SQLite saver and what both need, nothing of ours. A test that asks for one
that is not there fails under `make test` and in CI, and is left out, with words, where tests are run by hand.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("0.2.74", "0.3.34", "0.6.11", "1.0.5", "1.2.12")
"""The LangGraphs that there are, oldest first."""


def python_of(version: str) -> Path:
    """The Python that has this LangGraph. Ends the test where there is none: as failed if none may be left out."""
    python = ROOT / ".venv-old" / version / "bin" / "python"
    if not python.exists():
        end = pytest.fail if os.environ.get("CI") or os.environ.get("TIMETRAVEL_NOTHING_LEFT_OUT") else pytest.skip
        end(f"There is no {python.relative_to(ROOT)}: `make .venv-old/.installed` makes it.")
    return python
