"""What `make test-latest` installs, and what it says at its end."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.environments import try_latest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("bounded", "free"),
    [
        ("streamlit>=1.67,<1.68", "streamlit>=1.67"),
        ("psycopg[binary]>=3.2,<4", "psycopg[binary]>=3.2"),
        ("a<2", "a"),
        ("a==1.0", "a"),
        ("a~=1.0,!=1.1", "a!=1.1"),
        ('a>=1,<2; python_version < "3.12"', 'a>=1; python_version < "3.12"'),
    ],
)
def test_an_upper_bound_is_lifted_and_nothing_else(bounded: str, free: str) -> None:
    assert try_latest.unbounded(bounded) == free


def test_all_that_the_app_needs_is_installed_without_upper_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = try_latest.requirements()
    assert len(wanted) > len(project["dependencies"]) > 20
    assert [each for each in wanted[: len(project["dependencies"])] if "<" in each] == []


def test_it_says_which_packages_are_newer_than_those_that_were_tried() -> None:
    tried = f"# written by hand\nstreamlit==0.1\npytest=={version('pytest')}\nruff==999.0\nno-such-package==1\n"
    assert list(try_latest.newer(tried)) == [("streamlit", "0.1", version("streamlit"))]


def test_it_says_which_tests_broke(tmp_path: Path) -> None:
    case = tmp_path / "test_three.py"
    case.write_text(
        "import pytest\n"
        "@pytest.fixture\n"
        "def missing(): raise LookupError\n"
        "def test_holds(): pass\n"
        "def test_breaks(): assert not 1\n"
        "def test_can_not_begin(missing): pass\n",
        encoding="utf-8",
    )
    report = tmp_path / "report.xml"
    assert try_latest.run(("-q", "-p", "no:cacheprovider", str(case)), report) == 1
    names = [name.rpartition("::")[2] for name in try_latest.broken(report)]
    assert names == ["test_breaks", "test_can_not_begin"]


def test_where_no_test_was_run_none_broke(tmp_path: Path) -> None:
    assert try_latest.broken(tmp_path / "nothing.xml") == []
