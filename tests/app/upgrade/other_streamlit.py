"""A Streamlit that is the same but for the names of its inner parts, as the next version may be.

    python other_streamlit.py '{"OLD": "NEW", ...}' PROGRAM [ARGUMENT...]

runs a Python program with it: each OLD is NEW wherever it stands in Streamlit's own source, but its protocol.
"""

import json
import runpy
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType


def rename(names: dict[str, str]) -> None:
    """From now on import Streamlit with these other names."""
    usual = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        if not fullname.startswith("streamlit.") or fullname.startswith("streamlit.proto."):
            return usual(self, fullname)
        path = self.get_filename(fullname)
        source = self.get_data(path).decode("utf-8")
        for old, new in names.items():
            source = source.replace(old, new)
        code: CodeType = compile(source, path, "exec", dont_inherit=True)
        return code

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


if __name__ == "__main__":
    rename(json.loads(sys.argv[1]))
    sys.path[0] = ""
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")
