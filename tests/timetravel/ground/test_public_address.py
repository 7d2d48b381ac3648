"""An address as it may be shown."""

import pytest

from ui.timetravel.ground.redaction.public_address import UNREADABLE, public_address


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("postgresql://ann:hidden@host:5432/db?sslpassword=hidden", "postgresql://host:5432/db"),
        ("https://hidden@host/path/?key=hidden#hidden", "https://host/path/"),
        ("ann:hidden@collector:4317", "collector:4317"),
        ("collector/path", "collector/path"),
    ],
)
def test_it_has_a_scheme_a_host_a_port_and_a_path(address: str, public: str) -> None:
    assert public_address(address) == public


@pytest.mark.parametrize(
    "address", ["postgresql://ann:5432/hid@host/db", "http://ann:hidden@host:port/", "http://[::1"]
)
def test_one_that_can_not_be_read_is_not_shown_at_all(address: str) -> None:
    assert public_address(address) == UNREADABLE
