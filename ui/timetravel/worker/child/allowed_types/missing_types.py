"""Names in a store that lead to nothing here: LangGraph calls nothing then, and takes plain data in its place."""

import importlib.util
import sys
from types import ModuleType

_MAIN = "__main__"

GONE, NO_MODULE = "gone", "no module"


def why_missing(module: str, name: str, own: ModuleType | None = None) -> str | None:
    """Why a name leads to nothing: "" where it leads to something, None where only an import would tell.

    `own` is the module that stands for `__main__`. Imports and calls nothing. Of a name with dots
    the first part counts.
    """
    found = own if module == _MAIN and own is not None else sys.modules.get(module)
    if found is None:
        return _why_no_module(module)
    first = name.split(".")[0]
    # Also what every module has, as `__setattr__`, and what one of a kind of its own may have.
    if first in vars(found) or hasattr(ModuleType, first):
        return ""
    return None if "__getattr__" in vars(found) or type(found) is not ModuleType else GONE


def is_missing(module: str, name: str, own: ModuleType | None = None) -> bool:
    """Whether a name leads to nothing for sure, as LangGraph looks for it: an import of it would run no code."""
    return why_missing(module, name, own) in (GONE, NO_MODULE)


def _why_no_module(module: str) -> str | None:
    package, _, _ = module.rpartition(".")
    # To look for a module imports the packages above it, so only where they are imported already.
    known = module if not package or package in sys.modules else module.split(".")[0]
    try:
        return None if importlib.util.find_spec(known) is not None else NO_MODULE
    except Exception:  # of a wrong name, or of a finder of somebody's own
        return None
