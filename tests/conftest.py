"""Order for the whole suite."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: its driver keeps an event loop in the main thread, where others need one."""
    items.sort(key=lambda item: "browser" in item.path.parts)
