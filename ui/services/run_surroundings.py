"""What is around a run besides its store: the file that its memory lasts in, and where the environment sends traces."""

from collections.abc import Mapping

from ui.services.settings import Settings
from ui.timetravel.ground.environment import variables
from ui.timetravel.model.jobs import Surroundings
from ui.timetravel.model.project import Project
from ui.timetravel.runs.tracing import Tracing, tracing_of
from ui.timetravel.stores.memory_files import memory_file


class RunSurroundings:
    """For the runs of one app."""

    def __init__(self, settings: Settings, project: Project | None) -> None:
        self._settings = settings
        self._env: Mapping[str, str] = project.env if project else {}

    def memory_file(self, target: str) -> str:
        """The file in which the long-term memory of runs on this store lasts; empty where it is in no file of ours."""
        return memory_file(target, self._settings.folder)

    @property
    def sandbox_memory_file(self) -> str:
        """The same for sandbox runs, whether there is a sandbox yet or not."""
        return self.memory_file(self._settings.sandbox)

    @property
    def tracing(self) -> list[Tracing]:
        """What sends traces of runs of the app's graphs, as far as the environment tells."""
        return tracing_of(variables() | dict(self._env))

    def sets(self, variable: str) -> str:
        """Where a variable of the workers' environment is set, in words."""
        return "the project's env" if variable in self._env else "the environment"

    def of(self, target: str, *, aside: bool, came_from: str = "", traced: bool = False) -> Surroundings:
        """Those of a run on this store; for a sandbox run `came_from` is the store that its checkpoint is from.

        Where that isn't known, it is the only TARGET there is, if it is one.
        """
        targets = [each for each in self._settings.targets if each != self._settings.sandbox]
        source = came_from or (targets[0] if len(targets) == 1 else "")
        below = self.memory_file(source) if aside and source else ""
        return Surroundings(self.memory_file(target), below, aside, traced=traced)
