"""The program of a worker process, run by its path with the Python that the user named.

Our folder is on that Python's import path only because a file in it is run: it is removed immediately, and our own
modules are imported under a name that no user's module has. So `import ui`, `import protocol` or `import graphs` in a
user's code finds the user's module, or nothing.
"""

import importlib
import sys
import types
from pathlib import Path

_PACKAGE = "_timetravel_worker"


def _leave_the_path(here: Path) -> None:
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here]


def _adopt(here: Path) -> None:
    """Make this folder importable under our private name, without the packages above it."""
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [str(here)]
    sys.modules[_PACKAGE] = package


def _imported() -> tuple[types.ModuleType | None, str]:
    """The module that serves requests; None, and the reason, where this Python's LangGraph is too old or can't be
    imported.
    """
    versions = importlib.import_module(f"{_PACKAGE}.streams.versions")
    if unfit := str(versions.unfit(sys.executable)):
        return None, unfit
    try:
        return importlib.import_module(f"{_PACKAGE}.streams.serve"), ""
    except Exception as error:  # an unknown combination of packages may raise anything
        return None, str(versions.unfit(sys.executable, error))


def main() -> None:
    """Take over the standard streams, import LangGraph, then serve one request.

    With the number of a socket as argument this process serves none, but is the template from which workers are forked.
    """
    here = Path(__file__).resolve().parent
    _leave_the_path(here)
    _adopt(here)
    channel = importlib.import_module(f"{_PACKAGE}.streams.channel").Channel()
    importlib.import_module(f"{_PACKAGE}.streams.captured_output").capture(channel)
    lifeline = importlib.import_module(f"{_PACKAGE}.streams.lifeline")
    process_tree = importlib.import_module(f"{_PACKAGE}.shared.process_tree")
    if len(sys.argv) > 1:
        forking = importlib.import_module(f"{_PACKAGE}.streams.fork_server")
        installed = forking.packages()
        with lifeline.held(int(sys.argv[1])):
            serve, unfit = _imported()
        control = forking.become_a_worker(int(sys.argv[1]), channel, installed)
    else:
        control = None
        channel.open()
        process_tree.adopt_orphans()
        with lifeline.held(channel.requests):
            serve, unfit = _imported()
    if serve is None:
        channel.send({"event": "unfit", "message": unfit})
        return
    serve.main(channel, control)


if __name__ == "__main__":
    main()
