CREATE VIEW more AS SELECT 1
ALTER TABLE checkpoints RENAME TO c0; CREATE VIEW checkpoints AS SELECT * FROM c0
ALTER TABLE checkpoints RENAME TO c0; CREATE VIEW checkpoints AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM r) SELECT c0.* FROM c0, r
ALTER TABLE writes RENAME TO w0; CREATE VIEW writes AS SELECT *, load_extension('x') FROM w0
CREATE TRIGGER tr AFTER INSERT ON checkpoints BEGIN SELECT 1; END
ALTER TABLE checkpoints ADD COLUMN more AS (zeroblob(1000000000)) VIRTUAL
ALTER TABLE writes ADD COLUMN more DEFAULT 5
ALTER TABLE writes DROP COLUMN task_path
ALTER TABLE writes DROP COLUMN type
ALTER TABLE checkpoints DROP COLUMN type
ALTER TABLE checkpoints DROP COLUMN metadata
ALTER TABLE checkpoints RENAME COLUMN checkpoint TO "checkpoint "
ALTER TABLE checkpoints RENAME COLUMN thread_id TO THREAD_ID
DROP TABLE writes
DROP TABLE checkpoints
DROP TABLE writes; CREATE VIRTUAL TABLE writes USING fts5(thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, value, task_path)
DELETE FROM checkpoints
CREATE INDEX other ON checkpoints (checkpoint_id DESC)
PRAGMA encoding='UTF-16le'; VACUUM
PRAGMA page_size=512; VACUUM
PRAGMA page_size=65536; VACUUM
PRAGMA auto_vacuum=FULL; VACUUM
PRAGMA user_version=99; PRAGMA application_id=5
PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'thread_id', 'thread_id COLLATE nope')
PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'TEXT NOT NULL', 'TEXT COLLATE NOCASE NOT NULL')
PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'metadata', 'metadata AS (randomblob(1000000000))')
PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = 'garbage' WHERE name = 'writes'
PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = NULL WHERE name = 'writes'
PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = 1 WHERE name = 'writes'
PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'checkpoints'
PRAGMA writable_schema=ON; UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT) WHERE name = 'writes'
PRAGMA writable_schema=ON; INSERT INTO sqlite_master VALUES ('table', 'writes', 'writes', 2, 'CREATE TABLE writes (a)')
CREATE TABLE k (thread_id TEXT, checkpoint_ns TEXT, checkpoint_id TEXT, parent_checkpoint_id, type, checkpoint, metadata, PRIMARY KEY (thread_id, checkpoint_id, checkpoint_ns)) WITHOUT ROWID; INSERT OR IGNORE INTO k SELECT * FROM checkpoints WHERE thread_id IS NOT NULL; DROP TABLE checkpoints; ALTER TABLE k RENAME TO checkpoints
CREATE TABLE k (thread_id INTEGER PRIMARY KEY, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata); INSERT INTO k SELECT row_number() OVER (), checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints; DROP TABLE checkpoints; ALTER TABLE k RENAME TO checkpoints
CREATE TABLE k (thread_id TEXT COLLATE NOCASE, checkpoint_ns REAL, checkpoint_id NUMERIC, parent_checkpoint_id INT, type, checkpoint TEXT, metadata TEXT); INSERT INTO k SELECT * FROM checkpoints; DROP TABLE checkpoints; ALTER TABLE k RENAME TO checkpoints
CREATE TABLE k (thread_id TEXT, checkpoint_ns TEXT AS (''), checkpoint_id TEXT, parent_checkpoint_id, type, checkpoint, metadata); INSERT INTO k SELECT thread_id, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints WHERE checkpoint_ns = ''; DROP TABLE checkpoints; ALTER TABLE k RENAME TO checkpoints
