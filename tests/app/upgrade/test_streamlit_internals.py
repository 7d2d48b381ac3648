"""Where a part of Streamlit's inside is missing or changed, the page is as Streamlit draws it by itself, and the log
says so in one line."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit import error_util
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest

from ui.session import streamlit_internals
from ui.timetravel.worker.child.shared import missing_parts

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
Lines = Callable[[], list[str]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Lines:
    """What the log says of missing parts, as in a process that has just begun."""
    monkeypatch.setattr(missing_parts, "_said", set())
    return lambda: [one.getMessage() for one in caplog.records if one.name == "timetravel"]


def page() -> None:
    import streamlit as st

    from ui.components.base.timers import drawn_every
    from ui.session.by_hand import by_hand

    st.session_state.setdefault("choice", "a")
    changed = by_hand("choice", lambda: st.session_state.update(heard=st.session_state["choice"]))
    st.radio("Choice", ["a", "b"], key="choice", on_change=changed)
    st.text(f"heard: {st.session_state.get('heard')}")
    drawn_every(60)(lambda: st.text("a part with a timer"))()


@pytest.mark.parametrize("context", [object, dict])
def test_a_change_by_hand_is_one_where_streamlit_does_not_tell_of_fragments(
    lines: Lines, monkeypatch: pytest.MonkeyPatch, context: Callable[[], object]
) -> None:
    monkeypatch.setattr("streamlit.runtime.scriptrunner.get_script_run_ctx", context)
    app = AppTest.from_function(page, default_timeout=60).run()
    app.radio[0].set_value("b").run()
    app.radio[0].set_value("a").run()
    assert [one.value for one in app.text] == ["heard: a", "a part with a timer"]
    assert not app.exception
    (line,) = lines()
    assert line.startswith("ScriptRunContext.fragment_ids_this_run: ")


class TestTimers:
    """A request of a timer keeps what was pressed, as Streamlit sends it."""

    @pytest.fixture
    def theirs(self, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
        """What Streamlit's own function is called with."""
        heard: list[Any] = []
        monkeypatch.setattr(ScriptRequests, "request_rerun", lambda self, *given, **named: heard.append((given, named)))
        return heard

    @pytest.mark.parametrize("request_", [object(), {"is_auto_rerun": True}, None])
    def test_ask_as_they_did_where_a_request_is_another_thing(
        self, lines: Lines, theirs: list[Any], request_: object
    ) -> None:
        streamlit_internals.have_timers_press_nothing()
        for _ in range(2):
            ScriptRequests().request_rerun(request_)  # type: ignore[arg-type]
            ScriptRequests().request_rerun(new_data=request_)  # type: ignore[arg-type]
        assert theirs == [((request_,), {}), ((), {"new_data": request_})] * 2
        (line,) = lines()
        assert "may be pressed twice" in line

    def test_ask_as_they_did_where_the_function_is_gone(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(ScriptRequests, "request_rerun")
        streamlit_internals.have_timers_press_nothing()
        assert not hasattr(ScriptRequests, "request_rerun")
        assert len(lines()) == 1

    def test_ask_as_they_did_where_the_module_is_gone(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "streamlit.runtime.scriptrunner_utils.script_requests", None)
        streamlit_internals.have_timers_press_nothing()
        assert len(lines()) == 1


class TestErrors:
    def test_are_streamlits_to_show_where_its_function_is_gone(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr(error_util, "show_uncaught_app_exception")
        streamlit_internals.show_uncaught_with(lambda error: None, logging.getLogger())
        assert not hasattr(error_util, "show_uncaught_app_exception")
        (line,) = lines()
        assert "as Streamlit shows it" in line

    def test_are_drawn_whatever_else_the_function_is_called_with(self, monkeypatch: pytest.MonkeyPatch) -> None:
        theirs: list[object] = []
        drawn: list[BaseException] = []
        monkeypatch.setattr(error_util, "show_uncaught_app_exception", lambda *given: theirs.extend(given))
        show: Any = streamlit_internals.show_uncaught_with
        show(drawn.append, logging.getLogger())
        tell: Any = error_util.show_uncaught_app_exception
        tell(ValueError("a"), "more")
        assert [str(one) for one in drawn] == ["a"]
        assert theirs == []

    def test_of_a_callback_are_streamlits_where_its_function_is_gone(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr(SessionState, "_run_callback_and_record_rerun")
        streamlit_internals.run_callbacks_with(lambda press, run: run())
        assert not hasattr(SessionState, "_run_callback_and_record_rerun")
        assert len(lines()) == 1

    @pytest.mark.parametrize("given", [(1,), (1, 2), (1, 2, 3)])
    def test_of_a_callback_are_streamlits_where_it_is_called_in_another_way(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch, given: tuple[int, ...]
    ) -> None:
        heard: list[Any] = []
        monkeypatch.setattr(SessionState, "_run_callback_and_record_rerun", lambda self, *given: heard.append(given))
        streamlit_internals.run_callbacks_with(lambda press, run: run())
        state: Any = SessionState()
        state._run_callback_and_record_rerun(*given)
        state._run_callback_and_record_rerun(*given)
        assert heard == [given, given]
        assert len(lines()) == 1


def test_messages_are_logged_by_python_where_streamlits_logger_is_gone(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "streamlit.logger", None)
    assert streamlit_internals.get_logger("ui.any") is logging.getLogger("ui.any")
    assert len(lines()) == 1


RENAMED = {
    "request_rerun": "ask_rerun",
    "fragment_ids_this_run": "fragments_now",
    "show_uncaught_app_exception": "show_error",
    "_run_callback_and_record_rerun": "_call_back",
}
PROGRAM = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
import ui

app = AppTest.from_file(Path(ui.__file__).with_name("app.py"), default_timeout=60).run()
app.run()
assert not app.exception, app.exception
assert app.button, "nothing was drawn"
"""


def test_the_app_is_drawn_by_a_streamlit_whose_parts_have_other_names(tmp_path: Path) -> None:
    program = tmp_path / "look.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(HERE / "other_streamlit.py"), json.dumps(RENAMED), str(program)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    told = [line for line in ended.stderr.splitlines() if "not found in the form" in line]
    assert len(told) == len({line.partition(":")[0] for line in told}) >= 3
