"""Which of LangGraph's tables a database has, and what the role may do with them."""

from dataclasses import dataclass

from ui.timetravel.errors import NotAStore, StoreUnreadable
from ui.timetravel.stores.postgres.address import Address
from ui.timetravel.stores.postgres.connection import PostgresConnection

_NEEDED = {
    "checkpoints": {"thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "checkpoint", "metadata"},
    "checkpoint_blobs": {"thread_id", "checkpoint_ns", "channel", "version", "type", "blob"},
    "checkpoint_writes": {"thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "type", "blob"},
}

# Every role may read the catalogue; information_schema hides the tables to which the role has no right.
_COLUMNS = """
SELECT wanted.name, relation.relkind::text, has_table_privilege(relation.oid, 'SELECT'),
    has_table_privilege(relation.oid, 'INSERT') AND has_table_privilege(relation.oid, 'UPDATE')
        AND NOT pg_is_in_recovery(),
    ARRAY(SELECT attname::text FROM pg_attribute
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped)
FROM unnest(%s::text[]) AS wanted(name) JOIN pg_class AS relation ON relation.oid = to_regclass(wanted.name)"""

_OTHERS = """
SELECT CASE WHEN pg_table_is_visible(pg_class.oid) THEN relname::text ELSE nspname || '.' || relname END,
    nspname::text, relname = 'checkpoints'
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%%'
ORDER BY relname <> 'checkpoints', 1 LIMIT 11"""


@dataclass(frozen=True, slots=True)
class PostgresSchema:
    """The variant of LangGraph's tables that one database has.

    `has_path`: whether writes have a task path (added by langgraph-checkpoint-postgres 2.0.9). `has_row_versions`:
    whether rows say which transaction wrote them (xmin); rows of views don't.
    """

    has_path: bool
    has_row_versions: bool
    writable: bool


def layout_of(connection: PostgresConnection, address: Address) -> PostgresSchema:
    """Read the tables' definition from the catalogue.

    Raises NotAStore, and StoreUnreadable without the right to read them.
    """
    found = {row[0]: row[1:] for row in connection.execute(_COLUMNS, (list(_NEEDED),))}
    if missing := [table for table in _NEEDED if table not in found]:
        raise NotAStore(_lacking(missing, connection, address))
    for table, (_, readable, _, columns) in found.items():
        if lacks := _NEEDED[table] - set(columns):
            raise NotAStore(
                f"{address.title} has a table {table}, but without the columns {', '.join(sorted(lacks))}: it is not"
                " the one that LangGraph's PostgreSQL saver makes."
            )
        if not readable:
            raise StoreUnreadable(
                f"The role {address.user or 'in use'} may not read the table {table} of {address.title}. Grant it"
                " SELECT on checkpoints, checkpoint_blobs and checkpoint_writes."
            )
    return PostgresSchema(
        has_path="task_path" in found["checkpoint_writes"][3],
        has_row_versions=all(kind in ("r", "p") for kind, *_ in found.values()),
        writable=all(writable for _, _, writable, _ in found.values()),
    )


def _lacking(missing: list[str], connection: PostgresConnection, address: Address) -> str:
    rows = connection.execute(_OTHERS).fetchall()
    schemas = [row[1] for row in rows if row[2] and "." in row[0]]
    hint = f" For the schema {schemas[0]} add ?options=-csearch_path%3D{schemas[0]} to the address." if schemas else ""
    if len(missing) == len(_NEEDED):
        return (
            f"The database {address.title} has none of LangGraph's tables ({', '.join(_NEEDED)}). Check the database's"
            f" name and schema, or make them with PostgresSaver.setup().{hint}"
        )
    names = ", ".join(row[0] for row in rows[:10]) + (", and more" if len(rows) > 10 else "")
    return (
        f"The database {address.title} lacks {' and '.join(missing)}, which LangGraph's PostgreSQL saver needs. Its"
        f" tables are: {names}. Make what is missing with PostgresSaver.setup().{hint}"
    )
