"""The app of a case, as the command starts: see app.py."""

import sys

from ui.command.entry import end_quietly

if __name__ == "__main__":
    end_quietly()
    from tests.app.command.ending.app import main

    sys.exit(main(*sys.argv[1:]))
