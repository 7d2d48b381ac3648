"""Addresses of PostgreSQL databases: what is shown of them, and that no password is."""

from typing import Any

import pytest

from tests.timetravel.stores.postgres.test_postgres_connect import SECRET, texts_of
from ui.timetravel.stores import open_store
from ui.timetravel.stores.postgres.address import Address


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{SECRET}@host/db",
        "postgresql://me:s3cr3t@word@host/db",
        "postgresql://me:12/s3cr3t@host/db",
        "postgresql://me:s3cr3t%zz@host/db",
        "postgresql://me:s3cr3t#@ho@st/db",
        "postgresql://host/host=x password=s3cr3t",
        "postgresql://host/?dbname=postgresql%3A%2F%2Fme%3As3cr3t%40host%2Fdb",
    ],
)
def test_an_address_that_is_split_in_the_wrong_place_is_not_repeated(address: str) -> None:
    error = texts_of(lambda: open_store(address))
    assert "is no address of a PostgreSQL database" in error
    assert "s3cr3t" not in error


@pytest.mark.parametrize(
    ("url", "name", "title"),
    [
        ("postgres://me:pw@host/db", "postgresql://me@host/db", "db on host"),
        ("postgresql://me@host:5433/db?sslmode=require", "postgresql://me@host:5433/db?sslmode=require", "db on host"),
        ("postgresql://h/db?password=pw&sslpassword=pw&user=me", "postgresql://me@h/db", "db on h"),
        ("postgresql://me:pw@a:1,b:2/db", "postgresql://me@a:1,b:2/db", "db on a,b"),
        ("postgresql://me:pw@[::1]:5/d%2Fb", "postgresql://me@[::1]:5/d%2Fb", "d/b on ::1"),
        ("postgresql:///db?host=/run/pg&port=7", "postgresql:///db?host=/run/pg&port=7", "db on /run/pg"),
        ("postgresql://", "postgresql:///", "the default database on localhost"),
        ("postgresql://%C3%BC%40x:pw@h/db", "postgresql://%C3%BC%40x@h/db", "db on h"),
        (
            "postgresql://h/db?options=-csearch_path%3Dmine",
            "postgresql://h/db?options=-csearch_path%3Dmine",
            "db on h",
        ),
    ],
)
def test_the_name_is_the_address_without_its_secrets(url: str, name: str, title: str) -> None:
    address: Any = Address(url)
    assert (address.name, address.title) == (name, title)
    assert Address(address.name).name == name
