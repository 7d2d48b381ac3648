from pathlib import Path

from ui.timetravel.stores.memory_files import memory_file


def test_beside_a_sandbox_that_is_yet_to_be_made_it_is_where_it_will_be(tmp_path: Path) -> None:
    sandbox = tmp_path / ".timetravel" / "sandbox.sqlite"
    assert memory_file(str(sandbox), tmp_path) == str(sandbox.with_name("sandbox.memory.sqlite"))
