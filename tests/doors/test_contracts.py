"""The contracts of the linter of imports, which `make lint` asks: each of them finds what it is for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command as check; check()"

FORBIDDEN = {
    "From the page down to the engine": ("ui/session/view.py", "import ui.screens.run"),
    "From the command line down to what all sessions share": ("ui/services/settings.py", "import ui.command.launcher"),
    "The rooms of the engine": ("ui/timetravel/model/values.py", "import ui.timetravel.stores.base"),
    "No kind of store knows another": ("ui/timetravel/stores/sqlite/store.py", "import ui.timetravel.stores.server"),
    "The worker process has only itself": ("ui/timetravel/worker/child/main.py", "import ui.timetravel.errors"),
    "Streamlit is for what draws": ("ui/services/settings.py", "import streamlit"),
    "LangGraph runs in workers alone": ("ui/services/settings.py", "import langgraph.graph"),
    "Databases are for stores": ("ui/components/history/panel.py", "import sqlite3"),
}
"""Of each contract the beginning of its name, and what it keeps out: an import, and where."""


def checked(folder: Path) -> str:
    """What the linter says of the tree in this folder."""
    here = dict(os.environ, PYTHONPATH=str(folder))
    command = [sys.executable, "-c", LINT, "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True).stdout


def test_each_contract_keeps_out_what_it_is_for(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "ui", tmp_path / "ui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in FORBIDDEN.values():
        (tmp_path / file).write_text((tmp_path / file).read_text(encoding="utf-8") + f"\n\n{line}\n", encoding="utf-8")
    ended = [line for line in checked(tmp_path).splitlines() if re.search(r" (KEPT|BROKEN)\b", line)]
    assert len(ended) == len(FORBIDDEN)
    assert [line for line in ended if not line.startswith(tuple(FORBIDDEN)) or " KEPT" in line] == []
