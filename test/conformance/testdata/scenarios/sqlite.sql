-- Journals of both kinds, checkpoints, vacuum, memory-mapped files.
.bail on
PRAGMA journal_mode = wal;
PRAGMA mmap_size = 1048576;
CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, n REAL);
CREATE INDEX i ON t(v);
WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000) INSERT INTO t(v, n) SELECT printf('%08x', x * 7919 % 100003), x * 0.5 FROM c;
SELECT count(*), min(v), max(v), sum(n) FROM t;
BEGIN; DELETE FROM t WHERE id % 3 = 0; ROLLBACK;
BEGIN; UPDATE t SET v = v || '-' || id WHERE id % 5 = 0; SAVEPOINT s; DELETE FROM t; ROLLBACK TO s; COMMIT;
SELECT count(*), max(length(v)) FROM t;
PRAGMA wal_checkpoint(TRUNCATE);
DELETE FROM t WHERE id > 1000;
PRAGMA journal_mode = delete;
VACUUM;
PRAGMA integrity_check;
PRAGMA journal_mode = truncate;
INSERT INTO t(v) VALUES(hex(zeroblob(20000)));
PRAGMA journal_mode = persist;
UPDATE t SET n = 1 WHERE id = 7;
ATTACH '/tmp/other.db' AS o;
CREATE TABLE o.copy AS SELECT * FROM t WHERE id < 20;
SELECT count(*), total(n) FROM o.copy;
DETACH o;
PRAGMA synchronous = full;
CREATE TEMP TABLE big AS SELECT a.id, b.v FROM t a, t b WHERE a.id < 40 AND b.id < 200 ORDER BY b.v DESC, a.id;
SELECT count(*), min(v) FROM big;
EXPLAIN QUERY PLAN SELECT * FROM t WHERE v = 'x';
CREATE VIRTUAL TABLE f USING fts5(text); INSERT INTO f SELECT v FROM t LIMIT 100; SELECT count(*) FROM f WHERE f MATCH '00001eef';
SELECT json_extract('{"a": [1, 2]}', '$.a[1]'), strftime('%Y', 1000000000, 'unixepoch');
.backup /tmp/backup.db
.open /tmp/backup.db
PRAGMA integrity_check;
SELECT count(*) FROM t;
.shell echo from the shell
