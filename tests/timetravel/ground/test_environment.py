import os
import threading

import pytest

from ui.timetravel.ground.environment import variables


def test_the_variables_are_read_while_another_thread_takes_some_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(200):
        monkeypatch.setenv(f"STAYS_{number}", "here")
    ended = threading.Event()

    def change() -> None:
        while not ended.is_set():
            for number in range(50):
                os.environ[f"COMES_{number}"] = "and goes"
            for number in range(50):
                del os.environ[f"COMES_{number}"]

    changing = threading.Thread(target=change)
    changing.start()
    try:
        found = [variables() for _ in range(500)]
    finally:
        ended.set()
        changing.join()
    assert all(one[f"STAYS_{number}"] == "here" for one in found for number in range(200))
