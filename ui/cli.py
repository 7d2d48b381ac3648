"""The `timetravel` command: checks what was asked for before anything starts, and prints one line for whatever is
wrong.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from traceback import format_exception

from ui.command.launcher import CannotListen, free_port, run
from ui.command.options import parser
from ui.command.own_output import hide_in_command_line, mask_output, open_missing_streams
from ui.command.streamlit_flags import is_loopback
from ui.gate.access_gate import VARIABLE as TOKEN_VARIABLE
from ui.gate.access_gate import BadToken, new_token
from ui.services.settings import Settings, default_store, default_store_path, sample_graphs, sandbox_file
from ui.timetravel.errors import ProjectError, StoreError, StoreNotFound, TimeTravelError
from ui.timetravel.ground.own_files import narrow
from ui.timetravel.ground.read_only import is_read_only, switch_on
from ui.timetravel.ground.redaction.redact import know, without_secrets
from ui.timetravel.ground.redaction.secret_values import all_of_address, of_address
from ui.timetravel.model.project import Project
from ui.timetravel.model.targets import MEMORY, PRACTICE_MEMORY, StoreKind, kind_of, redacted
from ui.timetravel.runs.write_permission import foreign_store, newest_heads
from ui.timetravel.stores import Store, open_store

NEW_STORE_SUFFIXES = (".sqlite", ".sqlite3", ".db")
"""The endings of file names for which a missing file is created."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command until a signal ends it, and return its exit status: 0, 2 for wrong usage, 1 for what can't be
    done.
    """
    open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        # A path may contain bytes or letters that the terminal's encoding lacks: they are escaped.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    mask_output()
    for argument in sys.argv[1:] if arguments is None else arguments:
        hide_in_command_line(argument, all_of_address(argument))
        know(*of_address(argument))
    options = parser().parse_args(arguments)
    # Removed, so that no process started from here inherits it.
    wanted_token = os.environ.pop(TOKEN_VARIABLE, None)
    try:
        token = new_token(wanted_token)
        options.read_only = options.read_only or is_read_only()
        if options.read_only:
            switch_on()
        port = free_port(options.host, options.port)
        settings, writable = settle(options)
        _say(settings, writable, options.host)
        return run(settings, options.host, port, token, browser=not options.no_browser)
    except (TimeTravelError, CannotListen, BadToken) as error:
        return _fail(str(error))
    except OSError as error:  # such as a current folder that was deleted
        return _fail(f"The operating system refused: {error}")
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(without_secrets("".join(format_exception(error))), file=sys.stderr, flush=True)
        return _fail(f"This is a fault of timetravel ({type(error).__name__}). Report it with what is written above.")


def settle(options: argparse.Namespace) -> tuple[Settings, frozenset[str]]:
    """The settings for these options, and those of their stores that can be written to.

    Afterwards every store has been opened once, and the graphs' files exist. Creates a store's file in two cases:
    without a TARGET; and with graphs and a single TARGET whose name is that of a store, in a folder that exists. Starts
    no worker. Raises StoreError, ProjectError or GraphLoadError.
    """
    graphs_file, specs = options.graphs, tuple(options.graph)
    if not options.targets and not graphs_file and not specs:
        graphs_file = str(sample_graphs())
    if options.read_only and not options.targets and not default_store_path(Path.cwd()).exists():
        raise StoreNotFound("There is no store in this folder yet, and --read-only makes none: name one as TARGET.")
    targets = [_absolute(one) for one in options.targets] or [str(default_store(Path.cwd()))]
    settings = Settings(
        targets=tuple(dict.fromkeys(targets)),
        graphs_file=str(_path(graphs_file)) if graphs_file else None,
        graph_specs=tuple(_absolute_spec(spec) for spec in specs),
        python=_interpreter(options.python),
        sandbox=str(sandbox_file(Path.cwd())),
        sandboxed=options.sandbox,
        read_only=options.read_only,
    )
    project = settings.project()
    if options.sandbox and project is None:
        raise ProjectError("--sandbox is for running graphs without writing to a store: name them with --graphs.")
    return settings, frozenset([one for one in settings.targets if _can_write(one, settings, project)])


def _can_write(target: str, settings: Settings, project: Project | None) -> bool:
    """Open the store, and return whether it can be written to. Raises StoreError, ProjectError or GraphLoadError."""
    if kind_of(target).in_worker:
        if settings.read_only:
            raise ProjectError(
                f"{target} can't be opened with --read-only: a graph's own saver may make tables when it is read, and a"
                " worker's memory is empty. Name the file or the database itself as TARGET."
            )
        from ui.timetravel.worker.resident.worker import saver_of

        saver_of(target, project)
        return True
    try:
        with open_store(target) as store:
            return store.writable and not _is_foreign(store)
    except StoreNotFound:
        if not _may_make(target, settings):
            raise
        from ui.services.create_store import make_store

        make_store(Path(target))
        print(
            f"{target} was not there: made a new, empty store. If another file was meant, end this with Ctrl+C, delete"
            " the new file, and start again with the right name.",
            flush=True,
        )
        return True


def _is_foreign(store: Store) -> bool:
    """Whether another program wrote the store, so that it is only read; False if that can't be read."""
    try:
        return bool(foreign_store(newest_heads(store)))
    except StoreError:
        return False


def _may_make(target: str, settings: Settings) -> bool:
    """Whether a missing file was meant to be a new store: a typing error should not leave an empty store behind."""
    path = Path(target)
    return (
        kind_of(target) is StoreKind.FILE
        and settings.targets == (target,)
        and settings.has_graphs
        and not settings.sandboxed
        and not settings.read_only
        and path.suffix.lower() in NEW_STORE_SUFFIXES
        and path.parent.is_dir()
    )


def _path(text: str) -> Path:
    """An absolute path, with "~" expanded as the shell does, and links left as they are."""
    path = Path(text)
    with suppress(RuntimeError):  # "~name" for an unknown user: taken as a plain name
        path = path.expanduser()
    return path.absolute()


def _absolute(target: str) -> str:
    if target == PRACTICE_MEMORY:
        raise StoreNotFound(
            f"{target} is what the app calls the memory that its lessons happen in, and no TARGET. For a memory of your"
            f" own graphs write {MEMORY}, for a file of that name ./{target}."
        )
    return str(_path(target)) if kind_of(target) is StoreKind.FILE else target


def _absolute_spec(spec: str) -> str:
    """A "FILE:NAME" with an absolute FILE; a "MODULE:NAME" unchanged."""
    place, colon, name = spec.rpartition(":")
    is_file = colon and (place.endswith(".py") or "/" in place or os.sep in place)
    return f"{_path(place)}:{name}" if is_file else spec


def _interpreter(path: str | None) -> str | None:
    if path is None:
        return None
    # Not resolved: the python of a virtual environment is a link, and finds its packages only under its own name.
    found = shutil.which(path if Path(path).name == path else str(_path(path)))
    if found is None:
        raise ProjectError(f"--python {path}: there is no program of this name that can be run.")
    return str(_path(found))


def _say(settings: Settings, writable: Collection[str], host: str) -> None:
    if not is_loopback(host):
        print(
            f"timetravel: warning: with --host {host}, whoever has the address with its token can read the store and"
            " run its graphs, and all of it travels unencrypted: whoever listens on the way reads it, the token as"
            " well.",
            file=sys.stderr,
            flush=True,
        )
    graphs = "the sample graphs" if settings.sample else settings.graphs_file
    for target in settings.targets:
        print(f"store:  {redacted(target)} ({_access(target, settings, target in writable)})", flush=True)
    for one in filter(None, (graphs, *settings.graph_specs)):
        print(f"graphs: {one}", flush=True)
    project = settings.project()
    for note in (*(project.notes if project else ()), *(() if settings.read_only else narrow(settings.folder))):
        print(f"note:   {note}", flush=True)


def _access(target: str, settings: Settings, writable: bool) -> str:
    if settings.read_only:
        return "read-only: nothing is run, changed or deleted"
    if kind_of(target) is StoreKind.SERVER and not settings.sandboxed:
        return "runs and forks are done by the server"
    if not settings.has_graphs:
        return "read-only, since no graphs were named"
    if settings.sandboxed or not writable:
        return f"read-only, runs and forks go to {settings.sandbox}"
    return "runs and forks are written to it"


def _fail(message: str) -> int:
    print(f"timetravel: {' '.join(message.split())}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
