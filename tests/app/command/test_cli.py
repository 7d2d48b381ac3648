"""The `timetravel` command, run as a process of its own."""

import json
import os
import signal
import socket
import sqlite3
import time
from contextlib import chdir, closing
from pathlib import Path

import pytest

from tests.support.command import ROOT, Served, command, environment, served
from ui import cli
from ui.command.streamlit_flags import allowed_hosts, is_loopback
from ui.services.create_store import make_store
from ui.services.settings import Settings
from ui.timetravel.errors import ProjectError, StoreNotFound

COUNTER = f"{ROOT / 'graphs' / 'counter.py'}:graph"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "somebody's.sqlite"
    make_store(path)
    return path


def refusal(*arguments: str, cwd: Path, status: int = 1) -> str:
    """The one line that the command ends with."""
    ended = command(*arguments, cwd=cwd)
    assert ended.returncode == status, ended.stderr
    assert ended.stderr.startswith("timetravel: ")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
    return ended.stderr


def settle(*arguments: str, cwd: Path) -> Settings:
    """What the command makes of its arguments before it starts anything, in this process."""
    with chdir(cwd):
        return cli.settle(cli.parser().parse_args(arguments))[0]


def ends(app: Served) -> bool:
    """Whether everything that the command started is gone, a moment later at most."""
    deadline = time.monotonic() + 30
    while app.leftovers() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not app.leftovers()


class TestRefusesInOneLine:
    def test_a_file_that_is_missing(self, tmp_path: Path) -> None:
        assert "nowhere.sqlite" in refusal("nowhere.sqlite", cwd=tmp_path)
        assert not (tmp_path / "nowhere.sqlite").exists()

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.sqlite").touch()
        assert "empty" in refusal("empty.sqlite", cwd=tmp_path)

    def test_the_memory_of_lessons(self, tmp_path: Path) -> None:
        assert "For a memory of your own graphs write memory:, for a file" in refusal("memory:practice", cwd=tmp_path)

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "folder" in refusal(".", cwd=tmp_path)

    def test_a_file_that_is_not_sqlite(self, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
        assert "not a SQLite database" in refusal("letter.txt", cwd=tmp_path)

    def test_a_database_without_checkpoints_and_says_which_tables_it_has(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "books.sqlite")) as connection:
            connection.execute("CREATE TABLE books (title)")
        assert "books" in refusal("books.sqlite", cwd=tmp_path).removeprefix(str(tmp_path))

    def test_an_address_of_a_kind_that_it_cannot_open(self, tmp_path: Path) -> None:
        assert "secret" not in refusal("postgresql://user:secret@host/db", cwd=tmp_path)

    def test_a_langgraph_json_that_is_missing(self, store: Path) -> None:
        assert "langgraph.json" in refusal(store.name, "--graphs", "langgraph.json", cwd=store.parent)

    def test_a_langgraph_json_that_is_malformed(self, store: Path) -> None:
        (store.parent / "langgraph.json").write_text('{"graphs": \n oops}', encoding="utf-8")
        assert "line 2" in refusal(store.name, "--graphs", "langgraph.json", cwd=store.parent)

    def test_a_langgraph_json_that_names_a_file_which_is_not_there(self, store: Path) -> None:
        (store.parent / "langgraph.json").write_text('{"graphs": {"a": "./agent.py:graph"}}', encoding="utf-8")
        assert "agent.py" in refusal(store.name, "--graphs", "langgraph.json", cwd=store.parent)

    def test_a_graph_without_the_name_of_a_variable(self, store: Path) -> None:
        assert "agent.py" in refusal(store.name, "--graph", "agent.py", cwd=store.parent)

    def test_a_python_that_is_not_there(self, store: Path) -> None:
        assert ".venv/bin/nopython" in refusal(store.name, "--python", ".venv/bin/nopython", cwd=store.parent)

    def test_a_new_store_in_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert "nowhere" in refusal("nowhere/new.sqlite", "--graph", COUNTER, cwd=tmp_path)

    @pytest.mark.parametrize("name", ["new", "new.txt"])
    def test_a_missing_file_that_is_not_called_like_a_store(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(StoreNotFound, match=r"There is no file .*new"):
            settle(name, "--graph", COUNTER, cwd=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_a_missing_file_among_several_targets(self, store: Path) -> None:
        with pytest.raises(StoreNotFound, match=r"There is no file .*new\.sqlite"):
            settle(store.name, "new.sqlite", "--graph", COUNTER, cwd=store.parent)
        assert list(store.parent.iterdir()) == [store]

    def test_a_saver_of_a_graph_that_is_not_listed(self, tmp_path: Path) -> None:
        assert 'no graph called "nope". There are: counter.' in refusal("saver:nope", "--graph", COUNTER, cwd=tmp_path)

    def test_a_saver_without_a_name_where_there_are_several_graphs(self, tmp_path: Path) -> None:
        with pytest.raises(ProjectError, match="does not say which graph's saver: there are saver:"):
            settle("saver:", "--graphs", str(ROOT / "graphs" / "langgraph.json"), cwd=tmp_path)

    @pytest.mark.parametrize("target", ["memory:", "saver:counter"])
    def test_a_worker_without_graphs(self, tmp_path: Path, target: str) -> None:
        with pytest.raises(ProjectError, match=f"{target} needs graphs"):
            settle(target, cwd=tmp_path)

    def test_a_folder_where_the_default_store_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / ".timetravel").write_text("a file of this name", encoding="utf-8")
        assert ".timetravel" in refusal(cwd=tmp_path)

    @pytest.mark.parametrize("token", ["", "short", "with spaces in it, long"])
    def test_a_token_of_the_environment_that_is_none(self, store: Path, token: str) -> None:
        ended = command(store.name, cwd=store.parent, env=environment(TIMETRAVEL_TOKEN=token))
        assert ended.returncode == 1
        assert "TIMETRAVEL_TOKEN in the environment is no token: at least 16" in ended.stderr

    def test_a_port_in_use(self, store: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert f"Port {port} is in use" in refusal(store.name, "--port", str(port), cwd=store.parent)

    @pytest.mark.parametrize("port", ["x", "-1", "65536", "", "８５０１"])
    def test_a_port_that_is_none(self, store: Path, port: str) -> None:
        assert "--port" in refusal(store.name, f"--port={port}", cwd=store.parent, status=2)

    @pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "", "a b"])
    def test_a_host_that_is_no_address_of_this_machine(self, store: Path, host: str) -> None:
        assert "--host" in refusal(store.name, f"--host={host}", cwd=store.parent)

    @pytest.mark.parametrize("arguments", [("--nonsense",), ("--graphs",), ("--no-browse",)])
    def test_arguments_that_it_does_not_know(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        assert "--help" in refusal(*arguments, cwd=tmp_path, status=2)


class TestTells:
    def test_its_version(self, tmp_path: Path) -> None:
        told = command("--version", cwd=tmp_path)
        assert told.returncode == 0
        assert told.stdout.startswith("timetravel ")

    def test_every_option_in_its_help_with_examples(self, tmp_path: Path) -> None:
        told = command("--help", cwd=tmp_path).stdout
        for option in ("TARGET", "--graphs", "--graph ", "--python", "--host", "--port", "--no-browser", "--version"):
            assert option in told
        assert "examples:" in told

    def test_what_others_can_do_with_its_address_when_they_can_reach_it(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cli._say(Settings(("store.sqlite",)), (), "0.0.0.0")
        assert "whoever has the address with its token" in capsys.readouterr().err

    def test_nothing_of_the_kind_on_the_loopback(self, capsys: pytest.CaptureFixture[str]) -> None:
        cli._say(Settings(("store.sqlite",)), (), "127.0.0.1")
        assert capsys.readouterr().err == ""


class TestServes:
    def test_the_samples_on_a_store_in_the_current_folder_and_says_where(self, tmp_path: Path) -> None:
        with served(cwd=tmp_path) as app:
            assert app.get("/_stcore/health") == 200
            assert app.get("/") == 200
            assert app.url.startswith("http://127.0.0.1:")
        store = tmp_path / ".timetravel" / "checkpoints.sqlite"
        assert store.exists()
        assert f"{store} (runs and forks are written to it)" in app.printed
        assert "sample graphs" in app.printed

    def test_a_store_without_graphs_read_only(self, store: Path) -> None:
        before = store.read_bytes()
        with served(store.name, cwd=store.parent) as app:
            assert f"{store} (read-only" in app.printed
        assert store.read_bytes() == before
        assert [one.name for one in store.parent.iterdir()] == [store.name]

    def test_a_store_with_a_graph_so_that_runs_write_to_it(self, store: Path) -> None:
        with served(store.name, "--graph", COUNTER, cwd=store.parent) as app:
            assert f"{store} (runs and forks are written to it)" in app.printed
            assert COUNTER in app.printed

    def test_a_project_whose_env_file_is_not_there_with_a_word_about_it(self, store: Path) -> None:
        content = {"dependencies": ["."], "graphs": {"counter": COUNTER}, "env": "./.env"}
        (store.parent / "langgraph.json").write_text(json.dumps(content))
        with served(store.name, "--graphs", "langgraph.json", cwd=store.parent) as app:
            assert f'"env" names {store.parent / ".env"}, which is not there' in app.printed

    def test_a_store_that_is_new_when_there_are_graphs_and_says_that_it_was_made(self, tmp_path: Path) -> None:
        with served("new.sqlite", "--graph", COUNTER, cwd=tmp_path) as app:
            assert (tmp_path / "new.sqlite").exists()
            assert "made a new, empty store. If another file was meant" in app.printed

    def test_on_the_next_free_port_when_the_usual_one_is_taken(self, store: Path) -> None:
        with served(store.name, "--port", "0", cwd=store.parent) as first, socket.socket() as usual:
            usual.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                usual.bind(("127.0.0.1", 8501))
                usual.listen()
            except OSError:
                assert first.url  # somebody else has it, which does as well
            port = cli.free_port("127.0.0.1", None)
            assert port > 8501

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_until_a_signal_ends_it_without_complaint_or_leftovers(self, store: Path, number: int) -> None:
        with served(store.name, cwd=store.parent) as app:
            assert app.leftovers()
            assert app.stop(number) == 0
            assert ends(app)
        assert app.complained == ""


class TestItsServer:
    def test_is_not_changed_by_a_config_file_in_the_current_folder(self, store: Path) -> None:
        folder = store.parent / ".streamlit"
        folder.mkdir()
        stray = '[server]\nport = 1\naddress = "0.0.0.0"\nallowedHosts = ["*"]\nbaseUrlPath = "elsewhere"\n'
        (folder / "config.toml").write_text(stray + '[theme]\nbase = "nowhere.toml"\n', encoding="utf-8")
        with served(store.name, cwd=store.parent) as app:
            assert app.get("/_stcore/health") == 200
            assert app.get("/_stcore/stream", upgrade("evil.example")) == 403
            assert app.stop() == 0
        assert app.complained == ""

    def test_is_not_changed_by_streamlit_variables(self, store: Path) -> None:
        with served(store.name, cwd=store.parent, env=environment(STREAMLIT_SERVER_BASE_URL_PATH="elsewhere")) as app:
            assert app.get("/_stcore/health") == 200

    def test_lets_in_only_its_own_names_which_stops_dns_rebinding(self, store: Path) -> None:
        with served(store.name, cwd=store.parent) as app:
            for name, status in (("127.0.0.1", 101), ("localhost", 101), ("evil.example", 403)):
                assert app.get("/_stcore/stream", upgrade(f"{name}:{app.port}")) == status


def upgrade(host: str) -> dict[str, str]:
    """The headers with which a browser asks for the app's websocket."""
    return {
        "Host": host,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol": "streamlit",
    }


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_loopback_is_known_by_all_its_names(host: str) -> None:
    assert is_loopback(host)
    assert host in allowed_hosts(host)


def test_a_host_of_the_network_is_allowed_by_its_own_names_only() -> None:
    assert not is_loopback("192.0.2.7")
    assert {"192.0.2.7", socket.gethostname()} <= set(allowed_hosts("192.0.2.7"))
    assert "*" not in allowed_hosts("192.0.2.7")


def test_settings_come_back_from_the_environment_as_they_went_in() -> None:
    stores = ("/a.sqlite", "/stores/中文 '\".sqlite")
    settings = Settings(stores, "/graphs/langgraph.json", ("a.py:b", "c:d"), "/usr/bin/python3", "/box.sqlite", True)
    assert Settings.from_environment(settings.to_environment()) == settings


def test_a_python_of_a_virtual_environment_is_not_followed_to_where_its_link_leads(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(os.path.realpath("/bin/sh"))
    assert cli._interpreter(str(link)) == str(link)


def test_a_fault_of_ours_is_said_to_be_one_below_what_somebody_needs_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("postgresql://ann:hunter22@db/x")

    monkeypatch.setattr(cli, "settle", broken)
    assert cli.main(["--port", "0"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "hunter22" not in said
    assert said.splitlines()[-1].startswith("timetravel: This is a fault of timetravel (KeyError).")
