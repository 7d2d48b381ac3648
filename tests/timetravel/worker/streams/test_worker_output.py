from tests.timetravel.worker.oracles.printed import printed
from ui.timetravel.model.runs import RunStatus
from ui.timetravel.runs.records.output_log import LIMIT, OutputLog


def test_parallel_nodes_keep_their_lines_whole_and_their_own(do):
    texts = printed(do("parallel"))
    assert texts["left"] == "".join(f"left {n}\n" for n in range(20))
    assert texts["right"] == "".join(f"right {n}\n" for n in range(20))
    assert texts["awaited"] == "from a coroutine\n"


def test_what_comes_past_python_is_output_without_a_node(do):
    state = do("raw")
    past = printed(state, "stderr")[""]
    assert state.status is RunStatus.FINISHED
    assert "raw bytes\n" in past
    assert "from C\n" in past
    assert "from a child\n" in past


def test_the_byte_buffer_stderr_logging_and_odd_characters_keep_their_node(do):
    state = do("raw")
    assert printed(state)["raw"] == "bytes through the buffer: ü\nhalf a surrogate: \ud800\n"
    assert printed(state, "stderr")["raw"] == "to stderr\nlogged\n"


def test_a_node_that_asks_for_input_gets_none(do):
    assert printed(do("reading"))["reads"] == "name? no input\n"


def test_custom_parts_are_told_as_text(do):
    assert printed(do("custom"), "custom") == {"custom": 'halfway\n{"done": 1}\n'}


def test_the_tokens_of_a_chat_model_come_as_one_text_of_its_node(do):
    assert printed(do("tokens"), "token") == {"speak": "to be or not to be"}


def test_a_process_that_a_node_forks_does_not_break_the_protocol(do):
    state = do("forking")
    assert state.status is RunStatus.FINISHED
    assert printed(state)["forks"] == "parent before\nparent after\n"
    assert "from the fork" in printed(state, "stderr")[""]


def test_a_flood_of_output_keeps_its_end_and_says_what_was_cut(do):
    state = do("flood")
    assert sum(len(each.text) for each in state.output) <= LIMIT
    assert state.output[-1].text.endswith("the end\n")
    assert "characters of the output were left out; its beginning and its end are kept" in state.notes[-1]


def test_pieces_of_one_node_are_joined_and_others_are_not():
    log = OutputLog()
    for node, text in [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4")]:
        log.add("stdout", node, "", text)
    assert [(each.node, each.text) for each in log.tell()] == [("a", "12"), ("b", "3"), ("a", "4")]


def test_the_log_keeps_the_beginning_and_the_end_and_says_in_between_how_much_is_missing():
    log = OutputLog()
    for number in range(3_000):
        log.add("stdout", "n", "", f"{number:09}\n" * 100)
    told = log.tell()
    assert told[0].text.startswith("000000000\n")
    assert told[-1].text.endswith("000002999\n")
    assert [each.text for each in told if not each.kind] == [f"\n… {log.dropped:,} characters left out …\n"]


def test_the_log_says_what_was_left_out_before_it_came():
    log = OutputLog()
    log.add("stdout", "n", "", "begins\n")
    log.add("stdout", "n", "", "ends\n", left_out=1_234)
    assert log.tell()[0].text == "begins\n\n… 1,234 characters left out …\nends\n"
    assert log.dropped == 1_234


def test_the_log_counts_what_it_drops():
    log = OutputLog()
    for _ in range(150):
        log.add("stdout", "n", "", "x" * 10_000)
    kept = sum(len(each.text) for each in log.tell() if each.kind)
    assert kept <= LIMIT
    assert kept + log.dropped == 1_500_000
