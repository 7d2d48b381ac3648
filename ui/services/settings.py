"""The settings that the `timetravel` command gives the app: which store, which graphs, which Python.

The command and the app are the same process, and share this module, although Streamlit runs `app.py` as a separate
script. So the settings, which may contain passwords, are in its memory. If the command has set none, they are read from
an environment variable, as JSON (for tests). Without that, as where a test draws a page, they are those of the sample
graphs.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.timetravel.errors import ProjectError
from ui.timetravel.ground.paths import SAMPLE_GRAPHS
from ui.timetravel.model.project import Project, from_option, load_project, merge
from ui.timetravel.worker.child.shared.files.empty_file import is_empty
from ui.timetravel.worker.child.shared.protocol import READ_ONLY

VARIABLE = "TIMETRAVEL_SETTINGS"
"""The environment variable that may contain the settings. No worker gets it (worker/process/spawned.py)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What to show, and with which code. Every path is absolute, so that nothing depends on the current folder.

    `targets` are the stores; the first is shown at the start. With `sandboxed` none of them is written to: forks and
    runs are written to the file `sandbox`, as are those of a store that can't be written to. With `read_only` nothing
    is run at all. `graphs_file` is a langgraph.json and `graph_specs` are "FILE_OR_MODULE:NAME"; without either there
    is no code and stores are only inspected. `python` None means our own Python.
    """

    targets: tuple[str, ...]
    graphs_file: str | None = None
    graph_specs: tuple[str, ...] = ()
    python: str | None = None
    sandbox: str = ""
    sandboxed: bool = False
    read_only: bool = False

    @property
    def has_graphs(self) -> bool:
        """Whether graphs were named.

        Without any, stores are only inspected, except servers, which have their own graphs.
        """
        return bool(self.graphs_file or self.graph_specs)

    @property
    def sample(self) -> bool:
        """Whether the graphs are the sample graphs that come with timetravel."""
        return self.graphs_file == str(sample_graphs())

    def project(self) -> Project | None:
        """The graphs that were named, read again at each call; None when there are none. Raises ProjectError."""
        projects = [load_project(self.graphs_file)] if self.graphs_file else []
        projects += [from_option(spec) for spec in self.graph_specs]
        return merge(*projects) if projects else None

    @property
    def folder(self) -> Path:
        """The folder for files of the app's own: the sandbox, and the practice stores beside it."""
        return Path(self.sandbox).parent if self.sandbox else sandbox_file(Path.cwd()).parent

    def to_environment(self) -> dict[str, str]:
        """The environment variable, by name, from which `from_environment` makes equal settings.

        With `read_only` also the variable that makes every process of the app refuse to write.
        """
        return {VARIABLE: json.dumps(asdict(self)), **({READ_ONLY: "1"} if self.read_only else {})}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings in the environment variable; without it those of `timetravel` without a TARGET.

        In the second case the store's file is created if necessary. Raises ProjectError when the variable contains
        something else, StoreUnreadable when the store can't be created.
        """
        text = (os.environ if environment is None else environment).get(VARIABLE)
        if text is None:
            if environment is None and _told:
                return _told[0]
            return default_settings(Path.cwd())
        try:
            told = json.loads(text)
            lists = {name: tuple(told[name]) for name in ("targets", "graph_specs")}
            return cls(**{**told, **lists})
        except (ValueError, TypeError, KeyError) as error:
            raise ProjectError(
                f"The environment variable {VARIABLE} does not hold what the timetravel command puts there; unset it."
            ) from error


_told: list[Settings] = []


def tell(settings: Settings) -> None:
    """Set the settings of the app in this process."""
    _told[:] = [settings]


def sample_graphs() -> Path:
    """The path of the sample graphs' langgraph.json, which is beside this package, in a checkout and when installed."""
    return SAMPLE_GRAPHS


def default_store_path(folder: Path) -> Path:
    """The path of the store when no TARGET is given, whether or not it exists."""
    return folder.absolute() / ".timetravel" / "checkpoints.sqlite"


def default_store(folder: Path) -> Path:
    """The store when no TARGET is given: in a folder of its own under `folder`. Created if necessary.

    Raises StoreUnreadable when it can't be created.
    """
    store = default_store_path(folder)
    if not store.exists() or is_empty(store.stat().st_size):
        # Imported only when needed: it imports LangGraph's saver, which an existing store does not need.
        from ui.services.create_store import make_store

        make_store(store)
    return store


def sandbox_file(folder: Path) -> Path:
    """The path of the sandbox, under `folder`. The file is created with the first fork."""
    return folder.absolute() / ".timetravel" / "sandbox.sqlite"


def default_settings(folder: Path) -> Settings:
    """The sample graphs on the default store under `folder`. Raises StoreUnreadable when that can't be created."""
    return Settings((str(default_store(folder)),), str(sample_graphs()), sandbox=str(sandbox_file(folder)))
