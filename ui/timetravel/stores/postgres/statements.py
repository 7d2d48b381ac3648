"""The SQL statements that PostgreSQL is sent, with psycopg's placeholders."""

from ui.timetravel.serde.budget import BYTES, FEW_BYTES, MOST_CHANNELS, PLUMBING_BYTES
from ui.timetravel.worker.child.shared.reserved_names import EDGE, JOIN, TASKS

HERE = "thread_id = %s AND checkpoint_ns = %s"
PICKED = f"{HERE} AND checkpoint_id = ANY(%s)"
# The channels whose values decide which nodes are due (see `checkpoint_outline.holds`). Of the others it is enough to
# know that they hold a value.
_TELLS = f"({{0}} = '{TASKS}' OR {{0}} LIKE '{JOIN}%%' OR {{0}} LIKE '{EDGE}%%')"

NAMESPACES = """
WITH RECURSIVE found(name) AS (
    (SELECT min(checkpoint_ns) FROM checkpoints WHERE thread_id = %s)
    UNION ALL
    SELECT (SELECT min(c.checkpoint_ns) FROM checkpoints AS c WHERE c.thread_id = %s AND c.checkpoint_ns > found.name)
    FROM found WHERE found.name IS NOT NULL
), namespaces AS (SELECT name FROM found WHERE name IS NOT NULL)"""

LATEST = """
WITH RECURSIVE found(thread) AS (
    (SELECT min(thread_id) FROM checkpoints)
    UNION ALL
    SELECT (SELECT min(c.thread_id) FROM checkpoints AS c WHERE c.thread_id > found.thread)
    FROM found WHERE found.thread IS NOT NULL
)
SELECT thread, (SELECT max(c.checkpoint_id) FROM checkpoints AS c
    WHERE c.thread_id = found.thread AND c.checkpoint_ns = '')
FROM found WHERE thread IS NOT NULL"""

# The number of writes and the sum of the ids of the transactions that wrote them: rewriting a row gives it a later id.
STAMP = (
    NAMESPACES
    + """, ends AS (
    SELECT name, (SELECT min(c.checkpoint_id) FROM checkpoints AS c WHERE c.thread_id = %s AND c.checkpoint_ns = name)
        AS first, (SELECT max(c.checkpoint_id) FROM checkpoints AS c WHERE c.thread_id = %s AND c.checkpoint_ns = name)
        AS last
    FROM namespaces
)
SELECT ends.name, ends.first, ends.last, {head}, writes.number, writes.written
FROM ends JOIN checkpoints AS head
    ON head.thread_id = %s AND head.checkpoint_ns = ends.name AND head.checkpoint_id = ends.last,
LATERAL (SELECT count(*) AS number, sum({write})::bigint AS written FROM checkpoint_writes AS w
    WHERE w.thread_id = head.thread_id AND w.checkpoint_ns = ends.name AND w.checkpoint_id = ends.last) AS writes
ORDER BY ends.name"""
)

_PLUMBING = "(CASE jsonb_typeof(checkpoint) WHEN 'object' THEN checkpoint - 'channel_values' END)::text"
_VALUES = "CASE jsonb_typeof(checkpoint -> 'channel_values') WHEN 'object' THEN checkpoint -> 'channel_values' END"
_SHORT_PLUMBING = f"CASE WHEN octet_length({_PLUMBING}) <= {BYTES} THEN {_PLUMBING} END"

_INLINE = f"""(SELECT jsonb_object_agg(key, CASE WHEN {_TELLS.format("key")} THEN value ELSE 'true'::jsonb END)
    FROM jsonb_each({_VALUES}))::text"""

# The first row is read up to the bound for one row; of each other row only the few bytes with its step and source
# are read, once the rows before it have used up {most}. `OFFSET 0` keeps PostgreSQL from computing each
# text again wherever it is used.
ROWS = f"""
SELECT checkpoint_id, parent_checkpoint_id, left(about, CASE WHEN whole THEN {PLUMBING_BYTES} ELSE {FEW_BYTES} END),
    octet_length(about), CASE WHEN whole THEN plumbing END, size,
    CASE WHEN whole AND octet_length(inline) <= {BYTES} THEN inline END, whole
FROM (SELECT *, row_number() OVER () = 1 OR sum(least(octet_length(about), {PLUMBING_BYTES})
        + coalesce(octet_length(plumbing), 0) + coalesce(octet_length(inline), 0))
        OVER (ROWS UNBOUNDED PRECEDING) <= {{most}} AS whole
    FROM (SELECT checkpoint_id, parent_checkpoint_id, metadata::text AS about, {_SHORT_PLUMBING} AS plumbing,
            octet_length(checkpoint::text) AS size, {_INLINE} AS inline
        FROM checkpoints WHERE {PICKED} OFFSET 0) AS each) AS found"""

STATE = f"""
SELECT {_SHORT_PLUMBING}, left(({_VALUES})::text, {BYTES}), octet_length(({_VALUES})::text), parent_checkpoint_id,
    checkpoint ->> 'v' IN ('1', '2', '3')
FROM checkpoints WHERE {HERE} AND checkpoint_id = %s"""

# A query whose rows have a `size` and a `blob`: of a blob only what is decoded, and none once `most` bytes are read.
BOUNDED = f"""
SELECT {{names}}, size, CASE WHEN total <= {{most}} THEN substring(blob FROM 1 FOR {BYTES}) END
FROM (SELECT *, sum(least(size, {BYTES})) OVER (ROWS UNBOUNDED PRECEDING) AS total FROM ({{query}}) AS each) AS found"""

WRITES_OF_EACH = """
SELECT v.one, w.* FROM unnest(%s::text[]) AS v(one) CROSS JOIN LATERAL (
    SELECT {columns} FROM checkpoint_writes WHERE thread_id = %s AND checkpoint_ns = %s AND checkpoint_id = v.one
    LIMIT {most}) AS w"""

# Each value is looked up by its primary key (`LATERAL ... LIMIT 1`). A plain join is planned from estimated
# numbers of rows, and before the first ANALYZE it read all of a thread's values for every checkpoint.
_LOOKUP = """CROSS JOIN LATERAL (SELECT {columns} FROM checkpoint_blobs AS found
    WHERE found.thread_id = {thread} AND found.checkpoint_ns = {namespace}
    AND found.channel = {channel} AND found.version = {version} LIMIT 1) AS b"""
LOOKUP_BY_VERSION = "FROM unnest(%s::text[], %s::text[]) AS v(channel, version) " + _LOOKUP.format(
    columns="{columns}", thread="%s", namespace="%s", channel="v.channel", version="v.version"
)

_VERSIONS = f"""CROSS JOIN LATERAL (SELECT * FROM jsonb_each_text(
    CASE jsonb_typeof(c.checkpoint -> 'channel_versions') WHEN 'object' THEN c.checkpoint -> 'channel_versions' END)
    LIMIT {MOST_CHANNELS}) AS v(key, value)"""
_APART = {"thread": "c.thread_id", "namespace": "c.checkpoint_ns", "channel": "v.key", "version": "v.value"}

_TOLD = f"CASE WHEN {_TELLS.format('channel')} AND octet_length(blob) <= {PLUMBING_BYTES} THEN blob END AS told"
HELD = f"""
SELECT checkpoint_id, channel, type, size, CASE WHEN total <= {{most}} THEN told END, total > {{most}}
FROM (SELECT c.checkpoint_id, b.channel, b.type, b.size, b.told,
    sum(coalesce(octet_length(b.told), 0)) OVER (ROWS UNBOUNDED PRECEDING) AS total
FROM checkpoints AS c {_VERSIONS}
{_LOOKUP.format(columns=f"channel, type, octet_length(blob) AS size, {_TOLD}", **_APART)}
WHERE c.thread_id = %s AND c.checkpoint_ns = %s AND c.checkpoint_id = ANY(%s) AND b.type <> 'empty'
    AND b.size IS NOT NULL) AS found"""

APART = f"""
SELECT b.* FROM checkpoints AS c {_VERSIONS}
{_LOOKUP.format(columns="channel, version, {written} AS written, type, octet_length(blob) AS size", **_APART)}
WHERE c.thread_id = %s AND c.checkpoint_ns = %s AND c.checkpoint_id = %s AND b.type <> 'empty' AND b.size IS NOT NULL"""
