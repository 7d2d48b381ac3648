import importlib

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.types import Overwrite


@pytest.fixture
def graph(sample):
    return sample("chat_agent")


@pytest.fixture
def say(graph, config):
    """Say something on the thread; gives back the whole conversation."""

    def said(text):
        return graph.invoke({"messages": [{"role": "user", "content": text}]}, config)["messages"]

    return said


def test_a_question_for_two_tools_gets_both_at_once_and_an_answer_from_them(say):
    messages = say("What is 12 * (3 + 4), and what are tides?")
    assert [message.type for message in messages] == ["human", "ai", "tool", "tool", "ai"]
    assert [call["name"] for call in messages[1].tool_calls] == ["calculate", "look_up"]
    assert [message.tool_call_id for message in messages[2:4]] == [call["id"] for call in messages[1].tool_calls]
    assert messages[-1].text.startswith("Scripted, from the tools: 12 * (3 + 4) = 84. Tides: the sea rises")


def test_the_loop_is_agent_tools_agent(graph, config, say):
    say("7 + 8?")
    due = [state.next for state in graph.get_state_history(config)][::-1]
    assert due == [("__start__",), ("agent",), ("tools",), ("agent",), ()]


def test_one_run_of_the_node_tools_answers_every_call_in_its_order(graph, config, say):
    say("1 + 1 and bees and bread")
    tools = [m for m in graph.get_state(config).values["messages"] if m.type == "tool"]
    assert [message.name for message in tools] == ["calculate", "look_up", "look_up"]


def test_several_turns_on_one_thread_make_one_conversation(say):
    say("What are bees?")
    say("你好 👋")
    messages = say("What did I say before?")
    assert messages[-1].text == "Scripted: before this you said: What are bees? | 你好 👋"
    assert len({message.id for message in messages}) == len(messages) == 8


def test_another_thread_knows_nothing_of_it(graph, say):
    say("What are bees?")
    other = {"configurable": {"thread_id": "other"}}
    messages = graph.invoke({"messages": [("user", "do you remember me?")]}, other)["messages"]
    assert messages[-1].text == "Scripted: this is the first thing you said on this thread."


def test_a_question_in_chinese_is_looked_up(say):
    assert "🌊" in say("潮汐是什么？")[-1].text


def test_a_tool_that_fails_says_so_in_its_message_and_the_run_goes_on(say):
    messages = say("1 / 0?")
    assert messages[2].status == "error"
    assert "can't be worked out: division by zero" in messages[-1].text


def test_anything_else_is_answered_with_what_it_can_do(say):
    assert "I can work out a sum" in say("hello")[-1].text


@pytest.mark.parametrize("given", [{}, {"messages": []}])
def test_without_a_message_it_says_that_there_is_none(graph, config, given):
    assert graph.invoke(given, config)["messages"][-1].text == "Scripted: nobody has said anything yet."


def test_a_changed_message_in_a_fork_leads_to_another_answer(graph, config, say):
    question = say("2 + 2?")[0]
    before = [state for state in graph.get_state_history(config) if state.next == ("agent",)][-1]
    fork = graph.update_state(before.config, {"messages": [HumanMessage("3 + 3?", id=question.id)]})
    messages = graph.invoke(None, fork)["messages"]
    assert (messages[0].text, messages[-1].text) == ("3 + 3?", "Scripted, from the tools: 3 + 3 = 6.")


def test_a_tool_call_that_a_person_changed_is_the_one_that_runs(graph, config, say):
    say("2 + 2?")
    before = next(state for state in graph.get_state_history(config) if state.next == ("tools",))
    human, asks = before.values["messages"]
    changed = asks.model_copy(update={"tool_calls": [{**asks.tool_calls[0], "args": {"expression": "5*5"}}]})
    fork = graph.update_state(before.config, {"messages": Overwrite([human, changed])}, as_node="agent")
    assert graph.invoke(None, fork)["messages"][-1].text == "Scripted, from the tools: 5*5 = 25."


def test_the_answer_streams_word_by_word(graph, config):
    stream = graph.stream({"messages": [("user", "hello")]}, config, stream_mode="messages")
    pieces = [message.text for message, _ in stream]
    assert len([piece for piece in pieces if piece]) > 5
    assert "".join(pieces) == graph.get_state(config).values["messages"][-1].text


def test_a_tool_call_comes_through_streaming_whole(graph, config):
    stream = graph.stream({"messages": [("user", "4 * 5?")]}, config, stream_mode="messages")
    chunks = [message for message, at in stream if at["langgraph_node"] == "agent"]
    calls = [call for chunk in chunks for call in chunk.tool_calls]
    assert [(call["name"], call["args"]) for call in calls] == [("calculate", {"expression": "4 * 5"})]


@pytest.mark.parametrize(
    ("text", "value"), [("1+2*3", 7), ("(1+2)*3", 9), ("-4/2", -2), ("6 ÷ 4 × 2", 3), ("0.5*3", 1.5)]
)
def test_sums_are_worked_out(text, value):
    assert importlib.import_module("chat_agent").worked_out(text) == value


@pytest.mark.parametrize("text", ["", "1 +", "2**9", "__import__('os')", "a", "True", "'x'*9", "1/0", "9" * 300])
def test_whatever_is_no_sum_is_refused_and_nothing_of_it_runs(text):
    with pytest.raises(ValueError, match=r"sum|worked out"):
        importlib.import_module("chat_agent").worked_out(text)


@pytest.mark.parametrize("text", ["call 555", "a - b", "(1)", "3.5", ""])
def test_the_script_asks_for_no_sum_where_there_is_none(text):
    assert importlib.import_module("parts.scripted_agent").tool_calls(text, 1) == []


def test_the_scripts_words_are_all_in_the_encyclopedia():
    known = importlib.import_module("chat_agent").NOTES
    script = importlib.import_module("parts.scripted_agent")
    for words in known:
        assert [script.tool_calls(f"what about {word}?", 1)[0]["args"]["word"] for word in words] == list(words)


def test_a_reply_with_a_tool_call_is_the_same_streamed_and_whole():
    model = importlib.import_module("parts.scripted_agent").ScriptedAgentModel()
    question = [HumanMessage("6 * 7?")]
    whole = model.reply(question)
    streamed = model.invoke(question)
    assert isinstance(streamed, AIMessage)
    assert (streamed.text, streamed.tool_calls) == (whole.text, whole.tool_calls)
