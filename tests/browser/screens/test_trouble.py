"""What goes wrong in a person's graph, and the way on: failures, questions, stops, broken code, bad JSON."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.support.driver import Driver

Open = Callable[..., Driver]


def test_a_failing_node_is_named_and_the_run_resumes_from_there(project: str, folder: Path, open_page: Open) -> None:
    (folder / "mended").unlink(missing_ok=True)
    one = open_page(f"{project}/?graph=fails_once")
    one.click("Run")
    one.sees("Failed")
    one.sees("work raised ConnectionError: the far end hung up")
    one.click("Traceback")
    one.sees("raise ConnectionError")
    one.shot("run-failed")
    one.page.keyboard.press("Escape")
    (folder / "mended").touch()
    one.click("Resume from there")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.says("work ran")
    one.pick("State")
    one.sees('"prepared"')


def test_a_failed_thread_resumes_in_the_debugger_too(project: str, folder: Path, open_page: Open) -> None:
    (folder / "mended").unlink(missing_ok=True)
    one = open_page(f"{project}/?graph=fails_once")
    one.click("Run")
    one.sees("Failed")
    one.link("See it in the Debugger")
    one.says("Then work failed")
    one.pick("Tree")
    expect(one.page.locator(".tree .mark.failed")).to_have_text("work failed")
    one.shot("debugger-failed")
    (folder / "mended").touch()
    one.click("Resume")
    one.sees("Finished")
    one.says("work ran")


def test_a_question_is_shown_and_answered_in_the_debugger(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=asks")
    one.click("Run")
    one.sees("The run asks: Is this fit to print: Roses are blue.")
    one.shot("run-asks")
    one.link("See it in the Debugger")
    one.says("review asks and waits for an answer")
    one.type("Your answer", "Roses are red")
    one.click("Answer and go on")
    one.says("review ran")
    expect(one.page.locator(".change .path", has_text="verdict")).to_be_visible()
    one.sees("Roses are red")


def test_stop_ends_a_run_between_steps_and_it_can_be_resumed(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=slow")
    one.click("Run")
    one.sees("work runs now")
    one.shot("run-live")
    one.click("Stop")
    one.sees("Stopped")
    one.sees("Resume from there")


def test_a_reload_in_the_middle_finds_the_run_as_it_is(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=slow")
    one.click("Run")
    one.sees("step 2 is done")
    one.page.reload()
    one.settle()
    one.sees("work runs now")
    one.sees("step 4 is done")
    one.link("See it in the Debugger")
    one.sees("Running")
    rows = one.page.get_by_text("checkpoints, newest on top")
    before = rows.inner_text()
    expect(rows).not_to_have_text(before, timeout=10_000)
    one.click("Stop")
    one.sees("Stopped")


def test_a_reload_after_a_run_shows_what_was_looked_at(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=chat")
    one.type("messages", "hello")
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.says("Step 1")
    one.page.keyboard.press("ArrowLeft")
    one.says("Step 0")
    one.page.reload()
    one.settle()
    one.says("Step 0")


def test_a_graph_that_cannot_be_imported_shows_its_traceback_and_the_rest_works(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=broken")
    one.sees('raise RuntimeError("this module is broken on purpose")')
    one.shot("run-broken")
    one.choose("Graph", "asks")
    one.sees("A node that asks a person")


def test_a_field_that_is_left_empty_is_not_given(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=slow")
    expect(one.page.get_by_role("spinbutton", name="done")).to_have_value("")
    one.pick("JSON")
    expect(one.page.get_by_label("Input, as JSON")).to_have_value("{}")


def test_bad_json_is_refused_with_its_line(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=asks")
    one.pick("JSON")
    one.type("Input, as JSON", '{\n  "draft": oops\n}')
    one.sees("Line 2")
    one.click("Run")
    one.sees("Line 2")
    assert "run=" not in one.address
    one.shot("run-bad-json")


def test_bad_json_in_a_fork_is_refused_with_its_line_and_nothing_runs(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=asks")
    one.click("Run")
    one.sees("The run asks")
    one.link("See it in the Debugger")
    one.click("Change and fork")
    one.channel("draft")
    one.type("New value, as JSON", '"no end')
    one.click("Fork and run")
    one.sees("draft: Line 1")
    one.pick("Tree")
    expect(one.tree_rows()).to_have_count(3)
    one.shot("debugger-bad-json")


def test_text_from_a_store_is_never_markup_and_nothing_is_fetched(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=chat")
    one.pick("JSON")
    one.type(
        "Input, as JSON",
        '{"messages": [{"role": "user", "content": "<b>hello</b> ![a](https://example.invalid/b.png)"}]}',
    )
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    expect(one.page.locator(".change .text").first).to_contain_text("![pixel](https://example.invalid/pixel.png) <img")
    for tab in ("State", "Writes", "Raw", "Fork"):
        one.pick(tab)
    one.pick("State")
    one.choose_starting("Channel", "messages")
    expect(one.page.locator(".role").first).to_have_text("human")
    one.shot("debugger-messages")
    assert one.outside() == []


def test_a_chat_takes_plain_text_as_what_the_human_says(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=chat")
    one.type("messages", "hello there")
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    expect(one.page.locator(".change .text").first).to_contain_text("You said hello there")


def test_an_empty_answer_is_not_sent(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=asks")
    one.click("Run")
    one.click("Answer and go on")
    one.sees("Type an answer first.")
    one.click("New run")
    one.sees("Id of the new thread")


def test_an_answered_question_can_be_answered_differently_on_a_new_branch(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=asks")
    one.click("Run")
    one.type("Your answer", "yes")
    one.click("Answer and go on")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.page.keyboard.press("ArrowLeft")
    one.says("and was answered")
    one.page.get_by_text("Answer differently, on a new branch").click()
    one.type("Your answer", "no")
    one.click("Answer and go on")
    one.says("review ran")
    one.pick("Tree")
    expect(one.page.locator(".tree .mark", has_text="2 branches go on")).to_have_count(1)
    expect(one.page.locator(".change", has_text="verdict")).to_contain_text("no")


def test_a_subgraphs_own_history_is_there_to_walk(project: str, open_page: Open) -> None:
    one = open_page(f"{project}/?graph=nested")
    one.type("topic", "tides")
    one.click("Run")
    one.sees("Finished")
    one.shot("run-nested")
    one.link("See it in the Debugger")
    one.choose_starting("Namespace", "team")
    one.says("check ran")
    one.shot("debugger-namespace")
    one.pick("Fork")
    one.click("Go to the checkpoint above")
    one.says("next is team")
