"""Order for the whole suite, and the servers that any test may use."""

import pytest

from tests.postgres import postgres
from tests.server import langgraph_server

__all__ = ["langgraph_server", "postgres"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: its driver keeps an event loop in the main thread, where others need one."""
    items.sort(key=lambda item: "browser" in item.path.parts)
