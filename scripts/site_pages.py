"""Takes the papers beside docs/ into the site that `make docs` builds: a hook of mkdocs (see mkdocs.yml).

README.md is the first page. Links between the folder and its papers lead to the same page in both.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {"README.md": "index.md", "CHANGELOG.md": "CHANGELOG.md", "SECURITY.md": "SECURITY.md"}
"""The papers beside docs/, and what they are called in the site."""
_INTO_DOCS = re.compile(r"\]\(docs/")
_OUT_OF_DOCS = re.compile(rf"\]\(((?:\.\./)+)({'|'.join(map(re.escape, BESIDE))})")
_LICENCE = re.compile(r"\[LICENSE\]\(LICENSE\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the papers beside docs/."""
    for name, called in BESIDE.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, called, content=_LICENCE.sub("LICENSE", _INTO_DOCS.sub("](", text))))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Have links to the papers beside docs/ lead to their pages."""
    return _OUT_OF_DOCS.sub(lambda link: f"]({link[1].removeprefix('../')}{BESIDE[link[2]]}", markdown)
