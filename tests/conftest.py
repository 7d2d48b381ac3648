"""Order for the whole suite, and the servers that any test may use."""

import gc
import os
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner

from tests.support.postgres import postgres
from tests.support.server import langgraph_server

__all__ = ["langgraph_server", "postgres"]

# A busy machine makes any single example slow.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

LONG = {
    "test_wheel.py",
    "test_conformance_postgres.py",
    "test_conformance_server.py",
    "test_conformance_sqlite.py",
    "test_statements.py",
    "test_statements_of_old_versions.py",
    "test_short.py",
    "test_beside_a_worker.py",
    "test_read_only.py",
    "test_cli.py",
    "test_worker_importing.py",
    "test_worker_deleting.py",
    "test_big.py",
    "test_learn.py",
    "test_lessons_on_screen.py",
    "test_live.py",
    "test_stores.py",
    "test_trouble.py",
}
"""Files that take longest: begun last, one would go on alone while the other processes have nothing left to do."""


@pytest.fixture(scope="session", autouse=True)
def _search_for_components_once() -> Iterator[None]:
    """Each `AppTest` looks into every installed package for components of Streamlit's: 0.4 seconds for the same.

    (streamlit 1.67.0, testing/v1/app_test.py, `AppTest._run`.)
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last, since its driver keeps an event loop in the main thread, where others need one."""
    items.sort(key=lambda item: ("browser" in item.path.parts, item.path.name not in LONG))


def pytest_collection_finish() -> None:
    """What is there now stays to the end, so it need not be gone through at each collection of garbage.

    That takes an eighth of the processor's time: 58.8 s of it to 51.6 s for
    `pytest tests/screens/debugger tests/timetravel/stores/test_oracle.py tests/timetravel/diff`.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call() -> None:
    """Take out of the environment which test this is: workers in another environment import their graphs again."""
    os.environ.pop("PYTEST_CURRENT_TEST", None)
