import time

import pytest

from ui.timetravel.ground.text.terminal_text import as_shown


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\ntext\n", "plain\ntext\n"),
        ("\x1b[31mred\x1b[0m and \x1b[1;4;38;5;200mmore\x1b[m", "red and more"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;https://elsewhere.example\x1b\\a link\x1b]8;;\x1b\\", "a link"),
        ("\x1b[2J\x1b[H\x1b(Bcleared\x1bc", "cleared"),
        (" 10%\r 50%\r100%\ndone", "100%\ndone"),
        ("Windows\r\nlines\r\n", "Windows\nlines\n"),
        ("cut off \x1b[3", "cut off "),
        ("\x1b", ""),
    ],
)
def test_text_is_shown_as_a_terminal_shows_it_at_last(printed: str, shown: str) -> None:
    assert as_shown(printed) == shown


@pytest.mark.parametrize("piece", ["\x1b", "\x1b]", "\x1b[0", "\r", "x\r", "\x1b[" + "0" * 500])
def test_garbage_takes_time_in_proportion(piece: str) -> None:
    began = time.monotonic()
    as_shown(piece * (1_000_000 // len(piece)))
    assert time.monotonic() - began < 5
