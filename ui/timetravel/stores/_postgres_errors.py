"""From what PostgreSQL says to sentences for a person, without a password in them."""

import psycopg
from psycopg import errors

from ui.timetravel.errors import StoreError, StoreNotFound, StoreUnreadable
from ui.timetravel.stores._postgres_address import Address

_REFUSED = ("refused", "no such file or directory")
_UNKNOWN_HOST = ("could not translate", "name or service", "nodename nor", "name resolution", "no address associated")
_NO_PASSWORD = ("no password supplied",)
_WRONG_PASSWORD = ("password authentication failed", "sasl authentication failed")


def connecting(error: psycopg.Error, address: Address) -> StoreError:
    """Why there is no connection.

    libpq gives no code for it, only words, in the server's language where they are the server's: what is not
    understood is passed on.
    """
    text = address.scrubbed(str(error)).strip()
    low = text.lower()
    if any(words in low for words in _REFUSED):
        return StoreNotFound(
            f"Nothing answers at {_place(address)}: the connection was refused. Check that the database server runs"
            " and that host and port are right."
        )
    if any(words in low for words in _UNKNOWN_HOST):
        return StoreNotFound(f"The host {address.host} is not known. Check its name and the network.")
    if isinstance(error, errors.ConnectionTimeout) or "timeout expired" in low:
        return StoreUnreadable(
            f"{_place(address)} did not answer in time. Check the address and the network, and retry."
        )
    if any(words in low for words in _WRONG_PASSWORD):
        return StoreUnreadable(f"{_place(address)} refused the user {_user(address)} or the password. Check both.")
    if any(words in low for words in _NO_PASSWORD):
        return StoreUnreadable(
            f"{_place(address)} asks for a password. Put it into the address (user:password@host) or into PGPASSWORD."
        )
    if "does not exist" in low and "database" in low:
        return StoreNotFound(f"{_place(address)} has no database {address.database}. Check its name in the address.")
    return StoreUnreadable(f"The database {address.title} can't be reached: {_last_line(text)}")


def reading(error: psycopg.Error, address: Address, seconds: float) -> StoreError:
    """Why a query failed."""
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


def _place(address: Address) -> str:
    return f"the database server {address.host}"


def _user(address: Address) -> str:
    return address.user or "that you are"


def _first_line(error: psycopg.Error, address: Address) -> str:
    text = error.diag.message_primary or str(error).strip().partition("\n")[0] or "the connection was lost"
    return address.scrubbed(text).rstrip(".") + "."


def _last_line(text: str) -> str:
    line = text.splitlines()[0] if text else "no reason was given"
    return line.partition("FATAL:")[2].strip() or line
