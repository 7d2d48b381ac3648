"""The main job, clicked through: run, watch, walk back, see what changed, change a value, fork, compare."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.support.driver import Driver

Open = Callable[..., Driver]


def test_a_person_runs_a_graph_walks_back_changes_a_value_and_sees_both_branches(app: str, open_page: Open) -> None:
    one = open_page(app)
    one.shot("run-start")
    one.choose("Graph", "content_pipeline")
    one.sees("From a topic to a text in four steps")
    one.type("topic", "为什么海水是咸的？🌊")
    one.shot("run-form")
    one.click("Run")
    one.sees("Finished")
    one.sees("4 tasks done")
    one.shot("run-finished")

    one.link("See it in the Debugger")
    one.says("finalize ran")
    one.says("the run is finished")
    one.shot("debugger-table")

    one.click_row(2)
    one.says("Step 2: outline ran")
    one.says("next is draft")
    expect(one.page.locator(".change .path", has_text="outline").first).to_be_visible()

    one.click("Change and fork")
    one.channel("outline")
    one.type("New value, as JSON", '{"title": "月亮", "sections": ["pull"]}')
    one.shot("debugger-fork")
    one.click("Fork and run")
    one.sees("Finished")
    one.says("finalize ran")

    one.pick("Tree")
    expect(one.tree_rows()).to_have_count(9)
    expect(one.page.locator(".tree .row.selected")).to_contain_text("finalize")
    expect(one.page.locator(".tree .row.selected")).to_contain_text("latest")
    expect(one.page.locator(".tree .mark", has_text="2 branches go on")).to_have_count(1)
    one.shot("debugger-tree")

    one.click("Compare the branches' ends")
    one.sees("Compared with A")
    expect(one.page.locator(".change .path", has_text="outline.title")).to_be_visible()
    expect(one.page.locator(".change.replace", has_text="outline.title")).to_contain_text("月亮")
    one.shot("debugger-compare")

    one.pick("Graph")
    expect(one.page.get_by_test_id("stGraphVizChart").first.locator("svg")).to_contain_text("selected")
    one.shot("debugger-graph")
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="Download as DOT").click()
    assert "digraph" in download.value.path().read_text(encoding="utf-8")


def test_run_again_from_here_makes_a_branch_of_its_own(app: str, open_page: Open) -> None:
    one = open_page(f"{app}/?graph=counter")
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.pick("Tree")
    one.tree_row("increment", 2).click()
    one.settle()
    one.says("increment ran")
    one.click("Run again from here")
    one.sees("Finished")
    one.says("the run is finished")
    expect(one.page.locator(".tree .row", has_text="2 branches go on")).to_have_count(1)
    expect(one.page.locator(".tree .row", has_text="latest")).to_have_class("row selected")


def test_a_fork_into_a_new_thread_leaves_the_first_as_it_was(app: str, open_page: Open) -> None:
    one = open_page(f"{app}/?graph=counter")
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.click_row(2)
    one.click("Change and fork")
    one.pick("New thread")
    one.type("Id of the new thread", "a-thread-of-its-own")
    one.channel("count")
    one.type("New value, as JSON", "1")
    one.click("Fork and run")
    one.sees("Finished")
    assert "thread=a-thread-of-its-own" in one.address
    one.says("the run is finished")
    expect(one.page.locator(".thread.selected .id")).to_have_text("a-thread-of-its-own")
    one.click("Compare with the origin")
    one.sees("Compared with A: step 5 of thread counter-")


def test_the_source_code_of_the_nodes_is_one_click_away(app: str, open_page: Open) -> None:
    one = open_page(f"{app}/?graph=counter")
    one.page.get_by_role("tab", name="Source code").click()
    one.sees("def increment")


def test_the_input_as_json_begins_with_what_the_form_holds(app: str, open_page: Open) -> None:
    one = open_page(f"{app}/?graph=counter")
    one.type("target", "3")
    one.pick("JSON")
    expect(one.page.get_by_label("Input, as JSON")).to_have_value('{\n  "target": 3\n}')


def test_a_run_pauses_before_a_node_and_resumes(app: str, open_page: Open) -> None:
    one = open_page(f"{app}/?graph=task_report")
    one.page.get_by_text("Pause before or after nodes").click()
    one.settle()
    one.option("Pause before", "report")
    one.click("Run")
    one.sees("Paused")
    one.shot("run-paused")
    one.click("Resume from there")
    one.sees("Finished")
