import importlib
import sys
import time

import pytest
from langchain_core.messages import HumanMessage


@pytest.fixture
def settings():
    return importlib.import_module("parts.settings")


@pytest.mark.parametrize(("text", "seconds"), [("", 0.8), ("  ", 0.8), ("0", 0), ("0.25", 0.25), (" 2 ", 2)])
def test_the_pause_is_taken_from_the_environment(settings, monkeypatch, text, seconds):
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", text)
    assert settings.pause_seconds() == seconds


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "1,5"])
def test_a_pause_that_is_no_number_of_seconds_is_refused_in_words(settings, monkeypatch, text):
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", text)
    with pytest.raises(ValueError, match=r"TIMETRAVEL_SAMPLE_PAUSE is .* must be a number of seconds"):
        settings.pause_seconds()


def test_without_a_name_the_model_is_the_scripted_one(settings, monkeypatch):
    monkeypatch.setenv("TIMETRAVEL_MODEL", " ")
    assert type(settings.chat_model()).__name__ == "ScriptedChatModel"


def test_an_answer_takes_as_long_as_a_step(settings, monkeypatch):
    monkeypatch.setenv("TIMETRAVEL_SAMPLE_PAUSE", "0.2")
    model = settings.chat_model()
    started = time.perf_counter()
    model.invoke("Step: research")
    assert 0.2 <= time.perf_counter() - started < 1.2


def test_the_same_cue_gets_the_same_answer_and_another_topic_another(settings):
    def ask(topic):
        return settings.chat_model().invoke([HumanMessage(f"Step: research\nTopic: {topic}")]).text

    assert ask("tides") == ask("tides")
    assert ask("tides").replace("tides", "") != ask("bread").replace("bread", "")


def test_a_step_that_the_script_does_not_know_is_answered_with_what_it_knows(settings):
    assert "knows only the steps research, outline, draft, finalize" in settings.chat_model().invoke("hello").text


def test_a_named_model_without_langchain_says_what_to_install(settings, monkeypatch):
    monkeypatch.setenv("TIMETRAVEL_MODEL", "openai:gpt-4o-mini")
    monkeypatch.setitem(sys.modules, "langchain", None)
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(ImportError, match=r"pip install 'langgraph-timetravel\[llm\]', or unset TIMETRAVEL_MODEL"):
        settings.chat_model()
