"""The server that the tests of this kind of store run against."""

from tests.support.postgres import Server


def test_databases_are_fresh_and_data_survives_a_restart(postgres: Server) -> None:
    one, other = postgres.database(), postgres.database()
    postgres.execute(one, "CREATE TABLE kept (n int)")
    postgres.restart()
    names = "SELECT relname FROM pg_class WHERE relname = 'kept'"
    assert postgres.execute(one, names) == [("kept",)]
    assert postgres.execute(other, names) == []


def test_a_role_has_only_what_it_is_granted(postgres: Server) -> None:
    url = postgres.database()
    postgres.execute(url, "CREATE TABLE shown (n int); CREATE TABLE hidden (n int)")
    role = postgres.role(url, "SELECT ON shown", password="secret")
    asked = "SELECT has_table_privilege('shown', 'SELECT'), has_table_privilege('hidden', 'SELECT')"
    assert postgres.execute(role, asked) == [(True, False)]
