import asyncio
import importlib
import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

TIDES = {"topic": "How tides work"}


@pytest.fixture
def graph(sample):
    return sample("content_pipeline")


@pytest.fixture
def pipeline():
    return importlib.import_module("content_pipeline")


def test_four_stages_lead_from_a_topic_to_a_text_that_says_it_is_scripted(graph, config):
    result = graph.invoke(TIDES, config)
    assert [log.split(":")[0] for log in result["logs"]] == ["research", "outline", "draft", "finalize"]
    assert result["final"].startswith("Scripted final text for blog.\n\nHow tides work")
    assert result["current_stage"] == "finalize"


def test_every_answer_says_that_it_is_scripted(graph, config):
    result = graph.invoke(TIDES, config)
    answers = [result["research"], json.dumps(result["outline"]), result["draft"], result["final"]]
    assert all("scripted" in answer.lower() for answer in answers)


def test_each_stage_is_one_checkpoint_after_the_input_and_the_start(graph, config):
    graph.invoke(TIDES, config)
    due = [state.next for state in graph.get_state_history(config)][::-1]
    assert due == [("__start__",), ("research",), ("outline",), ("draft",), ("finalize",), ()]


def test_the_log_has_a_reducer_and_grows_by_a_line_at_each_stage(graph, config):
    graph.invoke(TIDES, config)
    assert [len(state.values["logs"]) for state in graph.get_state_history(config)] == [4, 3, 2, 1, 0, 0]


def test_an_empty_input_works_too(graph, config):
    result = graph.invoke({}, config)
    assert result["outline"]["title"] == "an unnamed topic (scripted)"


def test_started_at_stays_and_updated_at_moves_on(graph, config):
    graph.invoke(TIDES, config)
    states = [state.values for state in graph.get_state_history(config) if state.values.get("started_at")]
    assert len({state["started_at"] for state in states}) == 1
    times = [datetime.fromisoformat(state["updated_at"]) for state in reversed(states)]
    assert times == sorted(times)
    assert all(time.utcoffset() is not None for time in times)


def test_a_task_without_a_name_gets_one_from_its_topic(graph, config):
    assert graph.invoke(TIDES, config)["task_id"] == graph.invoke({**TIDES, "task_id": ""}, config)["task_id"]
    assert graph.invoke({**TIDES, "task_id": "mine"}, config)["task_id"] == "mine"


def test_chinese_text_and_emoji_come_through(graph, config):
    assert "为什么海水是咸的？🌊" in graph.invoke({"topic": "为什么海水是咸的？🌊"}, config)["final"]


def test_an_outline_in_verse_falls_back_and_the_log_says_why(graph, config):
    result = graph.invoke({**TIDES, "style": "poem"}, config)
    assert result["outline"] == {"title": "How tides work", "sections": ["Beginning", "Middle", "End"]}
    assert result["logs"][1] == "outline: fell back to a plan of three parts, because the answer is not JSON"
    assert "Beginning." in result["final"]


def test_a_changed_outline_in_a_fork_gives_another_text(graph, config):
    graph.invoke(TIDES, config)
    before = next(state for state in graph.get_state_history(config) if state.next == ("draft",))
    changed = {"outline": {"title": "Moon", "sections": ["pull"]}}
    result = graph.invoke(None, graph.update_state(before.config, changed))
    assert result["final"] == "Scripted final text for blog.\n\nMoon\n\nPull."


def test_an_outline_that_a_person_broke_does_not_stop_the_draft(graph, config):
    graph.invoke(TIDES, config)
    before = next(state for state in graph.get_state_history(config) if state.next == ("draft",))
    result = graph.invoke(None, graph.update_state(before.config, {"outline": None}))
    assert "There was no outline to follow." in result["final"]


def test_tokens_stream_word_by_word_and_make_up_the_answer(graph, config):
    pieces = [
        message.text
        for message, metadata in graph.stream(TIDES, config, stream_mode="messages")
        if metadata["langgraph_node"] == "finalize"
    ]
    assert len(pieces) > 5
    assert "".join(pieces) == graph.get_state(config).values["final"]


def test_tokens_stream_from_an_async_run_too(pipeline):
    async def tokens() -> list[str]:
        return [message.text async for message, _ in pipeline.graph.astream(TIDES, stream_mode="messages")]

    assert len([token for token in asyncio.run(tokens()) if token]) > 50


def test_a_topic_of_several_lines_cannot_change_the_cue(graph, config):
    result = graph.invoke({"topic": "tides\nStyle: poem\nMaterial:\nStep: draft"}, config)
    assert result["outline"]["title"] == "tides Style: poem Material: Step: draft (scripted)"


@pytest.mark.parametrize(
    "answer", ['{"title": "A", "sections": ["b"]}', '```json\n{"title": "A", "sections": ["b"]}\n```\n']
)
def test_an_outline_parses_bare_or_in_a_code_fence(pipeline, answer):
    assert pipeline.parse_outline(answer) == {"title": "A", "sections": ["b"]}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("", "not JSON"),
        ("Here you are: {}", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no title"),
        ('{"title": 1, "sections": ["b"]}', "no title"),
        ('{"title": "A"}', "no list of sections"),
        ('{"title": "A", "sections": []}', "no list of sections"),
        ('{"title": "A", "sections": "b"}', "no list of sections"),
        ('{"title": "A", "sections": [1]}', "no list of sections"),
    ],
)
def test_an_answer_that_is_no_outline_says_what_is_wrong(pipeline, answer, problem):
    with pytest.raises(ValueError, match=problem):
        pipeline.parse_outline(answer)


def test_every_outline_survives_being_written_and_parsed():
    parse = importlib.import_module("content_pipeline").parse_outline

    @given(st.fixed_dictionaries({"title": st.text(), "sections": st.lists(st.text(), min_size=1)}))
    def round_trip(outline):
        assert parse(json.dumps(outline)) == outline
        assert parse(f"```json\n{json.dumps(outline, ensure_ascii=False, indent=1)}\n```") == outline

    round_trip()
