"""Each part of the page has a test of its own, and so has each script of the browser."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPONENTS, TESTS = ROOT / "ui" / "components", ROOT / "tests"
MODULES = sorted(path for path in COMPONENTS.rglob("*.py") if path.name != "__init__.py")
SCRIPTS = sorted(COMPONENTS.rglob("*.js"))
ELSEWHERE = {
    "base/timers.py": "it draws nothing: tests/app/session/test_timers.py holds what it asks of Streamlit",
}
"""Modules that are tested elsewhere, and why."""


def called(path: Path) -> str:
    return str(path.relative_to(COMPONENTS))


@pytest.mark.parametrize("module", MODULES, ids=called)
def test_each_component_has_a_test_of_its_own_in_the_same_folder(module: Path) -> None:
    test = TESTS / "components" / module.parent.relative_to(COMPONENTS) / f"test_{module.name}"
    assert test.is_file() or called(module) in ELSEWHERE


def test_what_is_tested_elsewhere_is_there_and_has_no_test_of_its_own_here() -> None:
    for name in ELSEWHERE:
        assert (COMPONENTS / name).is_file()
        assert not (TESTS / "components" / Path(name).parent / f"test_{Path(name).name}").exists()


def test_each_test_of_a_component_is_of_one_that_is_there() -> None:
    tests = (TESTS / "components").rglob("test_*.py")
    of = {COMPONENTS / one.parent.relative_to(TESTS / "components") / one.name.removeprefix("test_") for one in tests}
    assert sorted(of - set(MODULES)) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=called)
def test_each_script_of_the_browser_has_a_test_in_a_page_of_its_own(script: Path) -> None:
    assert (TESTS / "browser" / "scripts" / f"test_{script.stem}.py").is_file()


def test_no_two_scripts_have_one_name() -> None:
    names = [script.stem for script in SCRIPTS]
    assert sorted(set(names)) == sorted(names)
