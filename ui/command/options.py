"""The command line of `timetravel`: its options, and the text of `--help`."""

import argparse
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

EXAMPLES = """examples:
  timetravel                                              the sample graphs, on a store in this folder
  timetravel checkpoints.sqlite                           look at a store, read-only
  timetravel checkpoints.sqlite --graphs langgraph.json   look, run and fork
  timetravel checkpoints.sqlite --graph ./agent.py:graph --python .venv/bin/python
  timetravel postgresql://user@host/db --graphs langgraph.json --sandbox
                                                          fork in a local copy, write nothing there
  timetravel http://127.0.0.1:2024                        a running LangGraph server
  timetravel saver:agent --graph ./agent.py:agent         what a graph's own saver holds
"""


class _Parser(argparse.ArgumentParser):
    """Reports an error in one line; argparse's own parser prints the usage as well."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"timetravel: {message} (see timetravel --help)\n")


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. Each option has a help text, and is described in docs/command.md too."""
    parser = _Parser(
        prog="timetravel",
        description="A time-travel debugger for LangGraph, in the browser, on your own machine.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if sys.version_info >= (3, 14):
        parser.color = False  # control characters are not printed, see `MaskedOutput`
    _add_stores_and_graphs(parser)
    _add_listening(parser)
    return parser


def _add_stores_and_graphs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="a checkpoint store: a SQLite file, postgresql://user@host/database, the http:// address of a LangGraph"
        " server, memory: (in a worker of ours), or saver:GRAPH (the one that a graph was compiled with). Read-only"
        " unless graphs are named. Several may be given. Without any: .timetravel/checkpoints.sqlite in this folder,"
        " which is made if it isn't there",
    )
    parser.add_argument(
        "--graphs", metavar="LANGGRAPH_JSON", help="the graphs to run and fork with, listed as for `langgraph dev`"
    )
    parser.add_argument(
        "--graph",
        metavar="FILE_OR_MODULE:NAME",
        action="append",
        default=[],
        help="one graph to run and fork with, such as ./agent.py:graph (may be given several times)",
    )
    parser.add_argument(
        "--python", metavar="PATH", help="the Python that runs the graphs (default: the one that runs timetravel)"
    )
    parser.add_argument(
        "--sandbox",
        action="store_true",
        help="write to none of the TARGETs: forks and runs go to .timetravel/sandbox.sqlite in this folder, with a copy"
        " of the checkpoint that they start from",
    )
    parser.add_argument(
        "--read-only",
        action="store_true",
        help="look only: nothing is run, forked, answered or deleted, and no file is made, whatever is pressed or sent."
        " Graphs that are named are imported, for drawings and to rebuild values",
    )


def _add_listening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument(
        "--port", type=_port, help="the port to listen on (default: the first free one from 8501 on; 0: any free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="don't open a browser")
    parser.add_argument("--version", action="version", version=f"timetravel {_version()}")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535 is meant")
    return int(text)


def _version() -> str:
    try:
        return version("langgraph-timetravel")
    except PackageNotFoundError:
        return "(not installed)"
