"""Run the tests with the newest of all that the app stands on: what will break, before somebody's upgrade breaks it.

`make test-latest` calls it with the Python of .venv-latest, and `ARGS` for pytest; without any the whole suite runs.
The upper bounds of pyproject.toml are lifted for the app's own dependencies and those of the sample graphs. The tools
of the extra `test` keep theirs, so that a failure is never one of a newer pytest.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRIED = ROOT / "constraints" / "timetravel.txt"
SPREAD = ("--dist", "loadfile", "--no-loadscope-reorder")
WHOLE = (("-n", "3", *SPREAD, "--ignore", "tests/browser"), ("-n", "2", *SPREAD, "tests/browser"))
"""What `make test` runs, one after the other."""
NO_TESTS = 5
"""What pytest ends with where it found none."""


def unbounded(requirement: str) -> str:
    """A requirement without its upper bounds: "a[b]>=1,<2" is "a[b]>=1"."""
    name, found, rest = re.fullmatch(r"([\w.-]+(?:\[[^\]]*\])?)([^;]*)(.*)", requirement.strip()).groups()  # type: ignore[union-attr]
    least = [each.strip() for each in found.split(",") if each.strip() and not re.match(r"\s*(<|==|~=)", each)]
    return name + ",".join(least) + rest


def requirements() -> list[str]:
    """What is installed: the app's dependencies at their newest, and the tests' own as pyproject.toml bounds them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lifted = [*project["dependencies"], *extras["llm"], *extras["postgres"]]
    return [*map(unbounded, lifted), *extras["test"], "editables"]


def install() -> None:
    """Bring .venv-latest to the newest of everything."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_CONSTRAINT")}
    newest = ["--upgrade", "--upgrade-strategy", "eager", *requirements()]
    subprocess.run([*pip, *newest], check=True, env=environment)
    # Without its dependencies: their bounds are what is lifted.
    ours = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    subprocess.run([*pip, *ours], check=True, env=environment)


def newer(listed: str) -> Iterator[tuple[str, str, str]]:
    """Each package that is newer here than `listed` has it (lines such as "name==1.0"): its name, there, and here."""
    from packaging.version import Version  # comes with pytest

    for name, tried in re.findall(r"^([\w.-]+)==(\S+)", listed, re.MULTILINE):
        try:
            here = version(name)
        except PackageNotFoundError:
            continue
        if Version(here) > Version(tried):
            yield name, tried, here


def broken(report: Path) -> list[str]:
    """The tests that failed, or could not be begun, by pytest's own report in XML."""
    if not report.exists():
        return []
    cases = ElementTree.parse(report).iter("testcase")
    return [_name(case) for case in cases if case.find("failure") is not None or case.find("error") is not None]


def _name(case: ElementTree.Element) -> str:
    place = case.get("file") or case.get("classname") or ""
    return f"{place}::{case.get('name')}" if place else str(case.get("name"))


def run(arguments: tuple[str, ...], report: Path) -> int:
    """Run pytest, which writes its report there; its exit status."""
    told = ["-o", "junit_family=xunit1", f"--junitxml={report}"]
    return subprocess.run([sys.executable, "-m", "pytest", *told, *arguments], cwd=ROOT).returncode


def main(arguments: list[str]) -> int:
    """Install, run, and say what is newer and what broke; 1 where something did."""
    print("installing the newest of everything into this environment: it may take some minutes", flush=True)
    install()
    failed: list[str] = []
    ended: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, each in enumerate([tuple(arguments)] if arguments else WHOLE):
            report = Path(folder, f"{number}.xml")
            ended.append(run(each, report))
            failed += broken(report)
    found = list(newer(TRIED.read_text(encoding="utf-8")))
    print(f"\nNewer here than in {TRIED.relative_to(ROOT)}: {len(found) or 'nothing'}")
    for name, tried, here in found:
        print(f"  {name} {here} (tried: {tried})")
    print(f"Broken: {len(failed) or 'nothing'}")
    for name in failed:
        print(f"  {name}")
    if any(ended) and not failed:
        print(f"  pytest itself ended with {max(ended)}" + (": no test was found" if NO_TESTS in ended else ""))
    return int(any(ended))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
