"""What runs can use besides their store: the file that keeps long-term memory, and the tools that traces are sent
to.
"""

from collections.abc import Mapping

from ui.services.settings import Settings
from ui.timetravel.ground.environment import variables
from ui.timetravel.model.jobs import Surroundings
from ui.timetravel.model.project import Project
from ui.timetravel.runs.tracing import Tracing, tracing_of
from ui.timetravel.stores.memory_files import memory_file


class RunSurroundings:
    """The surroundings of the runs of one app."""

    def __init__(self, settings: Settings, project: Project | None) -> None:
        self._settings = settings
        self._env: Mapping[str, str] = project.env if project else {}

    def memory_file(self, target: str) -> str:
        """The file that keeps the long-term memory of runs on this store; empty where no file of ours does."""
        return memory_file(target, self._settings.folder)

    @property
    def sandbox_memory_file(self) -> str:
        """The same for sandbox runs, whether or not there is a sandbox yet."""
        return self.memory_file(self._settings.sandbox)

    @property
    def tracing(self) -> list[Tracing]:
        """The tools to which traces of the app's graphs are sent, as far as the environment shows it."""
        return tracing_of(variables() | dict(self._env))

    def sets(self, variable: str) -> str:
        """Where a variable of the workers' environment is set, in words."""
        return "the project's env" if variable in self._env else "the environment"

    def of(self, target: str, *, aside: bool, came_from: str = "", traced: bool = False) -> Surroundings:
        """The surroundings of a run on this store; for a sandbox run `came_from` is the store of the checkpoint it
        starts from.

        If that is not known, it is taken to be the only TARGET, if there is just one.
        """
        targets = [each for each in self._settings.targets if each != self._settings.sandbox]
        source = came_from or (targets[0] if len(targets) == 1 else "")
        below = self.memory_file(source) if aside and source else ""
        return Surroundings(self.memory_file(target), below, aside, traced=traced)
