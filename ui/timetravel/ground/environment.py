"""The environment variables of this process, which any thread may change at any moment."""

import os


def variables() -> dict[str, str]:
    """A copy of the environment.

    Never raises, unlike `os.environ.copy()`, which does if a variable is removed meanwhile.
    """
    found = ((name, os.environ.get(name)) for name in os.environ)  # iterates over a copy of the names
    return {name: value for name, value in found if value is not None}
