"""The address of a PostgreSQL database: parsed once, and shown without its secrets."""

import os
from collections.abc import Mapping
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ui.timetravel.errors import NotAStore
from ui.timetravel.ground.redaction.redact import know, masked
from ui.timetravel.ground.redaction.secret_values import of_address

_SECRET = frozenset(("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"))
"""The parameters of an address that libpq takes secrets by (PostgreSQL 18, fe-connect.c, `PQconninfoOptions`)."""
_IN_PLACE = frozenset(("user", "host", "port", "dbname"))
_HOW = (
    "Write it as postgresql://user:password@host:port/database, with %40 for @, %2F for / and %3A for : inside the"
    " password."
)


class Address:
    """The address of a database. Its text and its repr contain no passwords.

    `conninfo` is for psycopg alone: it holds the secrets.
    """

    def __init__(self, url: str) -> None:
        """Parse a postgresql:// or postgres:// URL. Raises NotAStore, which quotes none of the text, if it is not
        one.
        """
        parts: dict[str, str] | None
        try:
            parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
        except (psycopg.Error, UnicodeError):
            parts = None
        if parts is None or not _is_sane(url, parts):
            # The text is not quoted: if it was split in the wrong places, part of the password may be in any of its
            # parts.
            raise NotAStore(f"This is no address of a PostgreSQL database. {_HOW}")
        self.conninfo = make_conninfo(**parts)
        self.name = _url({key: value for key, value in parts.items() if key not in _SECRET})
        self.host = parts.get("host") or parts.get("hostaddr") or "localhost"
        port = parts.get("port") or os.environ.get("PGPORT") or "5432"
        self.place = f"host {self.host}, port {port}"
        self.user = parts.get("user", "")
        self.database = parts.get("dbname") or self.user or "the default database"
        self.title = f"{self.database} on {self.host}"
        self.has_timeout = "connect_timeout" in parts
        know(*of_address(url))
        self._secrets = [parts[key] for key in _SECRET & parts.keys() if parts[key]]

    def __repr__(self) -> str:
        return f"Address({self.name!r})"

    def scrubbed(self, text: str) -> str:
        """A message of PostgreSQL's about this database, without any of the address's secrets, however short they
        are.
        """
        return masked(text, self._secrets)


def _is_sane(url: str, parts: Mapping[str, str]) -> bool:
    """Whether the URL was split where its writer meant it to be: an unescaped sign in a password can shift the
    parts.
    """
    authority, _, path = url.partition("://")[2].partition("/")
    ports = [port for port in parts.get("port", "").split(",") if port]
    name = parts.get("dbname", "")
    return (
        authority.partition("?")[0].count("@") <= 1
        and "@" not in path.partition("?")[0]
        and "@" not in parts.get("host", "")
        and all(port.isdecimal() for port in ports)
        and "=" not in name
        and "://" not in name
    )


def _url(parts: Mapping[str, str]) -> str:
    hosts, ports = parts.get("host", "").split(","), parts.get("port", "").split(",")
    in_query = {key: value for key, value in parts.items() if key not in _IN_PLACE}
    if "/" in parts.get("host", "") or (len(ports) > 1 and len(ports) != len(hosts)):
        in_query |= {key: parts[key] for key in ("host", "port") if key in parts}
        hosts, ports = [""], [""]
    ports = ports * len(hosts) if len(ports) == 1 else ports
    places = ",".join(
        (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        for host, port in zip(hosts, ports, strict=True)
    )
    user = f"{quote(parts['user'], safe='')}@" if "user" in parts else ""
    query = "&".join(f"{key}={quote(value, safe='/')}" for key, value in sorted(in_query.items()))
    return f"postgresql://{user}{places}/{quote(parts.get('dbname', ''), safe='')}" + (f"?{query}" if query else "")
