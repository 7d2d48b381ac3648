"""The main job on every kind of store: run, answer, walk back, change a value, fork, compare, follow, reload."""

import runpy
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from langgraph.checkpoint.postgres import PostgresSaver
from playwright.sync_api import expect

from tests.browser.conftest import started
from tests.browser.support.driver import Driver
from tests.browser.support.live_writer import counting
from tests.support.postgres import Server
from tests.support.server import PROJECT, LangGraphServer

OWN = """
from langgraph.checkpoint.memory import InMemorySaver

agent = _asking().compile(checkpointer=InMemorySaver())
"""
SOON = 10_000
"""Milliseconds after which something should have been there long ago, even on a machine that is busy."""
KINDS = ["database", "server", "memory", "saver"]

Open = Callable[..., Driver]


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    """The URL of a database with a saver's tables."""
    url = postgres.database()
    with PostgresSaver.from_conn_string(url) as saver:
        saver.setup()
    return url


@pytest.fixture(scope="module")
def apps(database: str, langgraph_server: LangGraphServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Gives the address of each kind of store: three of them in one app, since a start takes seconds."""
    with ExitStack() as open_apps:
        folder = tmp_path_factory.mktemp("stores")
        graphs = folder / "graphs"
        shutil.copytree(PROJECT, graphs, ignore=shutil.ignore_patterns("__pycache__"))
        with (graphs / "asks.py").open("a") as file:
            file.write(OWN)
        server = langgraph_server.url
        listing = str(graphs / "langgraph.json")
        several = open_apps.enter_context(started(folder, database, server, "memory:", "--graphs", listing))
        found = {
            "database": several,
            "server": f"{several}/run?store={server}",
            "memory": f"{several}/run?store=memory:",
        }

        def address(kind: str) -> str:
            if kind not in found:
                arguments = ["saver:agent", "--graph", f"{graphs / 'asks.py'}:agent"]
                found[kind] = open_apps.enter_context(started(folder, *arguments))
            return found[kind]

        yield address


@pytest.fixture(scope="module")
def read_only(database: str, postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same database for a role that may only read it, with the code of its graphs."""
    role = postgres.role(database, "SELECT ON ALL TABLES IN SCHEMA public")
    with started(tmp_path_factory.mktemp("read-only"), role, "--graphs", str(PROJECT / "langgraph.json")) as address:
        yield address


@pytest.fixture(scope="module")
def count(database: str) -> Callable[..., None]:
    """Another program that writes to the database: a thread of so many steps."""

    def write(thread: str, steps: int) -> None:
        with PostgresSaver.from_conn_string(database) as saver:
            graph = counting().compile(checkpointer=saver)
            graph.invoke({"n": 0, "goal": steps - 1}, {"configurable": {"thread_id": thread}})

    return write


def chain(saver: PostgresSaver) -> Any:
    """The sample of the server's project that has three nodes in a row, on this saver."""
    loaded = runpy.run_path(str(PROJECT / "chain.py"))["graph"]
    return loaded.builder.compile(checkpointer=saver)


def choose_graph(one: Driver, name: str) -> None:
    if one.page.get_by_role("combobox", name="Graph").first.input_value() != name:
        one.choose("Graph", name)


def answer(one: Driver, text: str) -> None:
    one.page.get_by_role("textbox", name="Your answer").fill(text)
    one.click("Answer and go on")


def holds(one: Driver, checkpoints: int) -> None:
    """The history says that it has so many checkpoints by now."""
    expect(one.page.locator(".st-key-history_summary")).to_contain_text(f"{checkpoints} checkpoints", timeout=SOON)
    one.settle()


def took_to_show(one: Driver, checkpoints: int) -> float:
    start = time.monotonic()
    holds(one, checkpoints)
    return time.monotonic() - start


@pytest.mark.parametrize("kind", KINDS)
def test_the_main_job(kind: str, apps: Callable[[str], str], open_page: Open) -> None:
    one = open_page(apps(kind))
    if kind != "saver":
        choose_graph(one, "asks")
    one.type("topic", "sea 海")
    one.click("Run")
    one.sees("The run asks")
    one.shot(f"stores-{kind}-asks")
    one.link("See it in the Debugger")
    one.says("prepare ran")
    one.says("ask asks and waits for an answer")
    answer(one, "yes")
    one.sees("Finished")
    one.says("Step 3: thank ran")
    one.says("the run is finished")

    one.click_row(2)
    one.says("Step 1: prepare ran")
    one.says("and was answered")
    expect(one.page.locator(".change", has_text="topic")).to_contain_text("SEA 海")
    one.pick("Writes")
    expect(one.page.locator(".change", has_text="wrote to").filter(has_text="answers")).to_contain_text("yes")
    one.pick("Raw")
    one.sees("The config to copy into your own code")
    one.shot(f"stores-{kind}-raw")

    one.click("Change and fork")
    one.channel("topic")
    one.type("New value, as JSON", '"land"')
    one.shot(f"stores-{kind}-fork")
    one.click("Fork and run")
    one.sees("Paused")
    one.says("topic was changed by hand")
    answer(one, "no")
    one.sees("Finished")
    one.says("thank ran")

    one.pick("Tree")
    expect(one.tree_rows()).to_have_count(8)
    one.click("Compare the branches' ends")
    one.sees("Compared with A: step 3")
    expect(one.page.locator(".change", has_text="topic")).to_contain_text("land")
    one.shot(f"stores-{kind}-compare")
    said = one.headline().inner_text()
    one.page.reload()
    one.settle()
    expect(one.headline()).to_have_text(said)
    one.sees("Compared with A: step 3")
    expect(one.page.locator(".tree .row.selected")).to_contain_text("latest")


def test_what_another_program_writes_to_the_database_comes_within_two_seconds(
    apps: Callable[[str], str], count: Callable[..., None], open_page: Open
) -> None:
    count("followed", 2)
    one = open_page(f"{apps('database')}/debugger?thread=followed")
    one.says("Step 1:")
    took = []
    for total in (6, 9):
        count("followed", 2)
        took.append(took_to_show(one, total))
    assert min(took) < 2
    one.says("Step 1:")
    one.click("6 new", exact=False)
    one.says("Step 7:")


def test_what_another_client_does_on_the_server_comes_within_two_seconds(
    apps: Callable[[str], str], langgraph_server: LangGraphServer, open_page: Open
) -> None:
    thread = langgraph_server.run("chain", {"topic": "x"})
    address = apps("server").replace("/run?", "/debugger?")
    one = open_page(f"{address}&thread={thread}")
    one.says("check ran")
    expect(one.page.locator(".thread.selected .id")).to_have_text(thread)
    took = []
    for total in (10, 15):
        langgraph_server.run("chain", {"topic": "y"}, thread)
        took.append(took_to_show(one, total))
    assert min(took) < 2
    one.says("Step 3:")


def test_a_servers_threads_go_by_the_name_that_a_person_gave_them(
    apps: Callable[[str], str], langgraph_server: LangGraphServer, open_page: Open
) -> None:
    one = open_page(f"{apps('server')}&graph=asks")
    one.page.get_by_role("tab", name="Source code").click()
    one.sees("A LangGraph server does not give away the code of its graphs.")
    one.type("Name of the new thread", "月亮")
    one.click("Run")
    one.sees("Paused")
    one.link("See it in the Debugger")
    expect(one.page.locator(".thread.selected .id")).to_have_text("月亮")
    one.type("Threads", "月")
    expect(one.page.locator(".thread")).to_have_count(1)
    one.click("Change and fork")
    one.pick("New thread")
    one.sees("A server copies the whole thread")
    one.type("Name of the new thread", "sun")
    one.channel("topic")
    one.type("New value, as JSON", '"sun"')
    one.click("Fork and run")
    one.sees("Copied from thread 月亮.")
    one.type("Threads", "sun")
    expect(one.page.locator(".thread.selected .id")).to_have_text("sun")
    one.shot("stores-server-copy")
    one.click("Compare with the origin")
    one.sees("Compared with A: step 1 of thread 月亮")
    one.click("Go to the original")
    one.says("Step 1: prepare ran")
    one.type("Threads", "月亮")
    expect(one.page.locator(".thread.selected .id")).to_have_text("月亮")


def test_a_database_that_is_only_read_is_forked_in_the_sandbox(
    read_only: str, database: str, postgres: Server, open_page: Open
) -> None:
    with PostgresSaver.from_conn_string(database) as saver:
        chain(saver).invoke({"topic": "sea"}, {"configurable": {"thread_id": "original"}})
    before = postgres.execute(database, "SELECT * FROM checkpoints ORDER BY checkpoint_id")
    one = open_page(f"{read_only}/debugger?thread=original&graph=chain")
    one.sees("read-only: runs and forks go to the sandbox")
    one.click_row(2)
    one.says("plan ran")
    one.click("Change and fork")
    one.sees("goes to a copy of this checkpoint in the local sandbox")
    one.channel("topic")
    one.type("New value, as JSON", '"land"')
    one.shot("stores-read-only-fork")
    one.click("Fork and run")
    one.sees("Finished")
    one.sees("Copied from thread original of")
    one.sees("a local copy to try things in")
    one.shot("stores-sandbox")
    one.click("Compare with the origin")
    expect(one.page.locator(".change", has_text="topic").first).to_contain_text("land")
    one.click("Go to the original")
    one.says("Step 1: plan ran")
    one.sees("read-only: runs and forks go to the sandbox")
    assert postgres.execute(database, "SELECT * FROM checkpoints ORDER BY checkpoint_id") == before


def test_a_is_from_one_store_and_b_from_another(
    apps: Callable[[str], str], langgraph_server: LangGraphServer, count: Callable[..., None], open_page: Open
) -> None:
    count("counted", 2)
    thread = langgraph_server.run("chain", {"topic": "x"})
    one = open_page(f"{apps('database')}/debugger?thread=counted")
    one.click("Pin as A")
    one.choose("Store", langgraph_server.url.removeprefix("http://"))
    one.page.locator(f".thread[data-thread='{thread}']").click()
    one.settle()
    one.sees("Compared with A: step 1 of thread counted in d")
    expect(one.page.locator(".change", has_text="topic").first).to_contain_text("x!")
    one.shot("stores-two")
    one.click("Swap")
    one.says("Step 1: work ran")
    one.sees(f"Compared with A: step 3 of thread {thread} in 127.0.0.1:")


def test_a_database_that_goes_down_is_followed_again_when_it_is_back(
    apps: Callable[[str], str], count: Callable[..., None], postgres: Server, open_page: Open
) -> None:
    count("through", 2)
    one = open_page(f"{apps('database')}/debugger?thread=through")
    one.says("Step 1:")
    postgres.stop()
    try:
        expect(one.page.get_by_text("Can't be followed now")).to_be_visible(timeout=SOON)
        one.says("Step 1:")
        one.shot("stores-database-down")
        one.page.get_by_role("radio", name="Raw").click()
        expect(one.page.get_by_role("button", name="Try again")).to_be_visible(timeout=SOON)
        one.shot("stores-database-down-raw")
    finally:
        postgres.start()
    count("through", 2)
    holds(one, 6)
    expect(one.page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_worker_that_is_restarted_has_no_threads_any_more_and_says_so(
    apps: Callable[[str], str], open_page: Open
) -> None:
    one = open_page(f"{apps('memory')}&graph=chain")
    one.type("topic", "x")
    one.click("Run")
    one.sees("Finished")
    one.link("See it in the Debugger")
    one.says("check ran")
    one.click("Restart the worker")
    one.click("Restart now")
    one.sees("The worker was restarted at")
    expect(one.page.get_by_role("button", name="Restart now")).to_have_count(0)
    one.sees("was in the worker's memory, and is gone since the restart at")
    one.sees("A worker's memory holds threads only as long as the worker lives.")
    one.shot("stores-memory-restarted")
    one.link("Run")
    one.click("New run")
    one.type("topic", "y")
    one.click("Run")
    one.sees("Finished")
