"""Refuses the address of a database that can't be parsed."""

import re
from urllib.parse import urlsplit

from ...errors.refused import Refused

_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")


def check_address(url: str) -> None:
    """Raise Refused for an address that can't be parsed, before a library quotes a part of its password."""
    try:
        parts = urlsplit(url)
        readable = "@" not in parts.path + parts.fragment and all(
            map(_HOST.fullmatch, parts.netloc.rpartition("@")[2].split(","))
        )
    except ValueError:
        readable = False
    if not readable:
        raise Refused(
            "The address of the database can't be read. Write special characters in its user name and password as %XX "
            "(/ is %2F, @ is %40)."
        )
