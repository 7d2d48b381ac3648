"""Names in a store that do not exist here: for those LangGraph calls nothing, and takes plain data in their place."""

import importlib.util
import sys
from types import ModuleType

_MAIN = "__main__"

GONE, NO_MODULE = "gone", "no module"


def why_missing(module: str, name: str, own: ModuleType | None = None) -> str | None:
    """Why a name does not exist: "" where it exists, None where only an import would show it.

    `own` is the module that takes the place of `__main__`. Imports and calls nothing. Of a name with dots the first
    part counts.
    """
    found = own if module == _MAIN and own is not None else sys.modules.get(module)
    if found is None:
        return _why_no_module(module)
    first = name.split(".")[0]
    # Includes attributes that every module has, such as `__setattr__`, and those of a module's own class.
    if first in vars(found) or hasattr(ModuleType, first):
        return ""
    return None if "__getattr__" in vars(found) or type(found) is not ModuleType else GONE


def is_missing(module: str, name: str, own: ModuleType | None = None) -> bool:
    """Whether a name certainly does not exist, as LangGraph looks it up: an import of it would run no code."""
    return why_missing(module, name, own) in (GONE, NO_MODULE)


def _why_no_module(module: str) -> str | None:
    package, _, _ = module.rpartition(".")
    # Looking for a module imports the packages above it, so this is done only if they are imported already.
    known = module if not package or package in sys.modules else module.split(".")[0]
    try:
        return None if importlib.util.find_spec(known) is not None else NO_MODULE
    except Exception:  # raised for a wrong name, or by another package's finder
        return None
