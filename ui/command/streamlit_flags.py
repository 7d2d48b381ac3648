"""Streamlit's settings as the command gives them, and the names by which its server is reached.

A `.streamlit/config.toml` in the current folder overrides ours wherever it sets an option, but never what the command
gives (Streamlit 1.67, config.py, `get_config_options`). So everything in our file is given by the command, too.
"""

import ipaddress
import socket
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ui.timetravel.ground.paths import UI


def config_file() -> Path:
    """Our own config.toml: inside this package when installed from a wheel, at the top of a checkout otherwise."""
    inside = UI / ".streamlit" / "config.toml"
    return inside if inside.exists() else UI.parent / ".streamlit" / "config.toml"


def streamlit_options(host: str, port: int) -> dict[str, Any]:
    """Streamlit's options by name, for listening on `host` and `port` with our settings.

    Raises OSError when our config.toml is missing, which happens only in a damaged installation.
    """
    options = dict(_flatten(tomllib.loads(config_file().read_text(encoding="utf-8"))))
    return options | {"server.address": host, "server.port": port, "server.allowedHosts": allowed_hosts(host)}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_wildcard(host: str) -> bool:
    """Whether `host` means every address of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def allowed_hosts(host: str) -> list[str]:
    """The names that a browser may use for the server. Others are refused, which stops DNS rebinding.

    For every address of the machine ("0.0.0.0") it is not known which names others use, so all are allowed.
    """
    if is_wildcard(host):
        return ["*"]
    if is_loopback(host):
        return list(dict.fromkeys(["localhost", "127.0.0.1", host]))
    name = socket.gethostname()
    return list(dict.fromkeys([host, name, f"{name}.local"]))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
