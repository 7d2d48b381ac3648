"""The wheel, installed into an empty environment and used from another folder: nothing of the checkout is needed."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PathDistribution, distribution, requires, version
from importlib.metadata import files as files_of
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.command import ROOT, environment, served

pytestmark = pytest.mark.timeout(900)
"""Seconds: an installation may have to download everything."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from the source distribution, which is made from the tree, so that both are whole."""
    folder = tmp_path_factory.mktemp("dist")
    # Without an environment of its own for each of the two: what builds is here, in the version that we name.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The folder of programs of an environment that holds the wheel, what it says that it needs, and no more.

    What it needs is here already, so it is linked rather than downloaded again.
    """
    venv = wheel.parent / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(venv), cwd=wheel.parent)
    python = venv / "bin" / "python"
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile")
    run(sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel), cwd=wheel.parent)
    packages = next(venv.glob("lib/python*/site-packages"))
    for one in needed(next(packages.glob("langgraph_timetravel-*.dist-info"))):
        link(one, packages)
    return python.parent


def needed(info: Path) -> set[str]:
    """The names of the distributions that one needs by its own words (without extras), and those need in turn."""
    found: set[str] = set()
    open_ends = [(line, "") for line in PathDistribution(info).requires or ()]
    while open_ends:
        line, extra = open_ends.pop()
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        assert requirement.specifier.contains(version(name), prereleases=True), f"{line}, and {version(name)} is here"
        for wanted in {"", *requirement.extras}:
            if f"{name}[{wanted}]" not in found:
                found.add(f"{name}[{wanted}]")
                open_ends += [(further, wanted) for further in requires(name) or ()]
    return {one.partition("[")[0] for one in found}


def link(name: str, packages: Path) -> None:
    """Put a distribution that is installed here into another environment as well.

    A folder that is no package itself may be of several, as that of langgraph is: it is linked file by file.
    """
    here = Path(str(distribution(name).locate_file("")))
    for file in files_of(name) or ():
        top = here / file.parts[0]
        whole = top.is_file() or (top / "__init__.py").exists() or top.suffix == ".dist-info"
        path = packages / (file.parts[0] if whole else file)
        if file.parts[0] != ".." and "__pycache__" not in file.parts and not path.is_symlink():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(top if whole else here / file)


def outside() -> dict[str, str]:
    """An environment that does not lead back to the checkout."""
    return {name: value for name, value in environment().items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def run(*command: str, cwd: Path) -> str:
    ended = subprocess.run(command, cwd=cwd, env=outside(), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def files(folder: str) -> set[str]:
    found = (Path(at) / name for at, _, names in os.walk(ROOT / folder) for name in names)
    paths = (one.relative_to(ROOT) for one in found)
    return {str(one) for one in paths if not any(part.startswith((".", "__pycache__")) for part in one.parts)}


def test_the_wheel_holds_every_file_of_the_app_and_the_samples_and_the_settings(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == files("ui") | files("graphs") | {"ui/.streamlit/config.toml"}


def test_the_installed_command_tells_the_version_of_the_project(installed: Path, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = run(str(installed / "timetravel"), "--version", cwd=tmp_path)
    assert told == f"timetravel {project['version']}\n"


def test_the_installed_command_serves_its_own_samples_from_any_folder(installed: Path, tmp_path: Path) -> None:
    with served(cwd=tmp_path, env=outside(), program=(str(installed / "timetravel"),)) as app:
        assert app.get("/_stcore/health") == 200
        assert app.stop() == 0
    assert (tmp_path / ".timetravel" / "checkpoints.sqlite").exists()
    assert app.complained == ""


def test_the_installed_app_finds_its_settings_and_its_samples_in_the_environment(
    installed: Path, tmp_path: Path
) -> None:
    places = (
        "from ui.command.streamlit_flags import config_file; from ui.services.settings import sample_graphs\n"
        "print(config_file()); print(sample_graphs())"
    )
    for line in run(str(installed / "python"), "-c", places, cwd=tmp_path).splitlines():
        assert Path(line).is_file()
        assert Path(line).is_relative_to(installed.parent)


def test_the_installed_worker_can_load_every_sample(installed: Path, tmp_path: Path) -> None:
    describe = (
        "from ui.services.settings import default_settings; from pathlib import Path\n"
        "from ui.timetravel.worker.pool import WorkerPool\n"
        "project = default_settings(Path.cwd()).project()\n"
        "workers = WorkerPool(project)\n"
        "print(sorted(workers.describe(name).name for name in project.graphs))\n"
        "workers.close()\n"
    )
    listed = json.loads((ROOT / "graphs" / "langgraph.json").read_text(encoding="utf-8"))["graphs"]
    assert run(str(installed / "python"), "-c", describe, cwd=tmp_path).strip() == str(sorted(listed))


def test_the_installed_app_draws_its_first_page(installed: Path, tmp_path: Path) -> None:
    draw = (
        "from pathlib import Path; import ui; from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file(Path(ui.__file__).parent / 'app.py', default_timeout=120).run()\n"
        "print([one.message for one in app.exception] + [one.value for one in app.code if 'fault' in one.value])\n"
    )
    assert run(str(installed / "python"), "-c", draw, cwd=tmp_path).strip() == "[]"
