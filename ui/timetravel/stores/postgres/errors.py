"""Turns PostgreSQL's errors into sentences for a person, without passwords."""

import re

import psycopg
from psycopg import errors

from ui.timetravel.errors import NotAStore, StoreError, StoreNotFound, StoreUnreadable
from ui.timetravel.stores.postgres.address import Address

_REFUSED = ("refused", "no such file or directory")
_UNKNOWN_HOST = ("could not translate", "name or service", "nodename nor", "name resolution", "no address associated")
_NO_PASSWORD = ("no password supplied",)
_WRONG_PASSWORD = ("password authentication failed", "sasl authentication failed")
_NO_SERVER = ("invalid response to ssl negotiation", "expected authentication request from server")
_MISSING = re.compile(r'FATAL:\s+(role|database) "(.*)" does not exist')


def connecting(error: psycopg.Error, address: Address) -> StoreError:
    """The error to raise when no connection could be made.

    libpq gives no error code, only a text, which is in the server's language where it comes from the server. A text
    that is not recognized is passed on.
    """
    text = address.scrubbed(str(error)).strip()
    low = text.lower()
    if any(words in low for words in _REFUSED):
        return StoreNotFound(
            f"No database server answers at {address.place}: the connection was refused. Check host and port, and"
            " whether the server runs."
        )
    if any(words in low for words in _UNKNOWN_HOST):
        return StoreNotFound(f"The host {address.host} is not known. Check its name and the network.")
    if isinstance(error, errors.ConnectionTimeout) or "timeout expired" in low:
        return StoreUnreadable(
            f"The database server at {address.place} did not answer in time. Check host and port, and the network."
        )
    if any(words in low for words in _NO_SERVER):
        return NotAStore(f"What listens at {address.place} is no PostgreSQL server. Check host and port.")
    return _let_in(text, low, address)


def _let_in(text: str, low: str, address: Address) -> StoreError:
    """The reason why a server that was reached does not let us open a database."""
    reached = f"The database server at {address.place} was reached, but"
    if any(words in low for words in _WRONG_PASSWORD):
        return StoreUnreadable(
            f"{reached} it does not accept the user {_user(address)} or the password. Check both, in the address or in"
            " PGUSER and PGPASSWORD."
        )
    if any(words in low for words in _NO_PASSWORD):
        return StoreUnreadable(
            f"{reached} it asks for a password. Put it into the address (user:password@host) or into PGPASSWORD."
        )
    if missing := _MISSING.search(text):
        kind, name = missing.groups()
        if kind == "role":
            return StoreUnreadable(f"{reached} it has no role {name}. Check the user in the address (user@host).")
        return StoreNotFound(f"{reached} it has no database {name}. Check the name at the end of the address.")
    return StoreUnreadable(f"The database {address.title} can't be reached: {_last_line(text)}")


def reading(error: psycopg.Error, address: Address, seconds: float) -> StoreError:
    """The error to raise when a query failed."""
    if isinstance(error, errors.LockNotAvailable):
        return StoreUnreadable(f"A table of {address.title} is locked by somebody else. Try again when they are done.")
    if isinstance(error, errors.QueryCanceled):
        return StoreUnreadable(
            f"Reading {address.title} took longer than {seconds:g} s and was stopped. Try again when the database is"
            " less busy, and see whether its tables have their primary keys."
        )
    if isinstance(error, errors.InsufficientPrivilege):
        return StoreUnreadable(
            f"The role {_user(address)} may not read {address.title}: {_first_line(error, address)} Grant it SELECT on"
            " checkpoints, checkpoint_blobs and checkpoint_writes."
        )
    return StoreUnreadable(f"The database {address.title} can't be read: {_first_line(error, address)}")


def _user(address: Address) -> str:
    return address.user or "that you are"


def _first_line(error: psycopg.Error, address: Address) -> str:
    text = error.diag.message_primary or str(error).strip().partition("\n")[0] or "the connection was lost"
    return address.scrubbed(text).rstrip(".") + "."


def _last_line(text: str) -> str:
    line = text.splitlines()[0] if text else "no reason was given"
    return line.partition("FATAL:")[2].strip() or line
