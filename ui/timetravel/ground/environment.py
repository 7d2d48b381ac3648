"""The variables of this process, which any thread may change at any moment."""

import os


def variables() -> dict[str, str]:
    """A copy of them. Never raises, unlike `os.environ.copy()`, which does where one is taken out meanwhile."""
    found = ((name, os.environ.get(name)) for name in os.environ)  # iterates over a copy of the names
    return {name: value for name, value in found if value is not None}
