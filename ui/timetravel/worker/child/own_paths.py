"""Where this package is, as far as its own modules must know. For the app there is ui/timetravel/ground/paths.py."""

from pathlib import Path

CHILD = Path(__file__).resolve().parent
"""The package itself."""
WORKER = CHILD.parent
"""With what drives it: none of this is in a traceback that a person reads."""
TOP = CHILD.parents[3]
"""Where `ui` and `graphs` are: in an installation beside everybody's packages."""
