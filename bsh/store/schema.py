"""The tables of the store.

Owns the SQL that makes them, for SQLite 3.34 and later (no RETURNING, no STRICT tables).

``documents``
    One row a document, in the order of emission. ``seq`` only grows, over all processes that write;
    a sink that follows the store remembers the last one it has seen. ``run`` is NULL for a document
    that names no run which the store knows.
``runs``
    One row a run, kept current with the documents in the same transaction. ``stop_time`` is NULL until
    the stop document. ``time`` is its place among the others: when it began, or a later time where a run that was
    stored before has a later one, since the clock was set back; ``started`` is when it began then, else NULL.
    ``writer`` is the identity of the process (:mod:`bsh.store.process`), ``touched``
    when it last wrote.
``run_words``, ``runs_text``
    What free text is searched in, lower case words of the metadata and of comments with a blank before each, and the
    FTS5 index of it.
    Apart from ``runs``, whose rows are rewritten with every commit.
``run_motors``
    Which motors a run names in its start document.
``scan_number``
    One row: the last scan number that was taken.
``cursors``
    One row a sink that follows the store: the ``seq`` of the last document that it has dealt with.
``shells``
    One row a shell that has the profile open; ``control`` is 1 for the one that alone may run plans. Rows of
    processes that were killed stay until the next shell is opened.
``metadata``, ``metadata_history``
    One row a key, and the previous versions of it. A version number is never used twice for a key.
"""

from __future__ import annotations

__all__ = ["METADATA_TABLES", "RUN_COLUMNS", "RUN_TABLES", "SCHEMA_VERSION", "TEXT_INDEX"]

SCHEMA_VERSION = 4
"""Kept in ``PRAGMA user_version``. 2 added ``cursors``, 3 ``shells``, 4 ``runs.started``; what a file lacks is made at opening."""

METADATA_TABLES = (
    """CREATE TABLE IF NOT EXISTS metadata (
        key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL, mtime REAL NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS metadata_history (
        key TEXT NOT NULL, version INTEGER NOT NULL, value TEXT, mtime REAL NOT NULL,
        PRIMARY KEY (key, version)) WITHOUT ROWID""",
)

RUN_TABLES = (
    """CREATE TABLE IF NOT EXISTS runs (
        run INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, scan_id INTEGER, time REAL NOT NULL,
        plan_name TEXT NOT NULL, command TEXT NOT NULL, num_points INTEGER NOT NULL DEFAULT 0,
        exit_status TEXT, reason TEXT NOT NULL DEFAULT '', stop_time REAL, profile TEXT NOT NULL,
        writer TEXT NOT NULL, touched REAL NOT NULL, started REAL)""",
    "CREATE INDEX IF NOT EXISTS runs_by_time ON runs (time)",
    "CREATE INDEX IF NOT EXISTS runs_by_scan_id ON runs (scan_id)",
    "CREATE INDEX IF NOT EXISTS runs_by_plan ON runs (plan_name, time)",
    "CREATE INDEX IF NOT EXISTS runs_by_status ON runs (exit_status, time)",
    "CREATE INDEX IF NOT EXISTS runs_without_stop ON runs (time) WHERE stop_time IS NULL",
    """CREATE TABLE IF NOT EXISTS run_motors (
        motor TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (motor, run)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS run_words (run INTEGER PRIMARY KEY, words TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS documents (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER, name TEXT NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS documents_by_run ON documents (run)",
    "CREATE TABLE IF NOT EXISTS scan_number (row INTEGER PRIMARY KEY CHECK (row = 1), last INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO scan_number (row, last) VALUES (1, 0)",
    "CREATE TABLE IF NOT EXISTS cursors (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS shells (
        identity TEXT PRIMARY KEY, user TEXT NOT NULL, terminal TEXT NOT NULL, since REAL NOT NULL,
        control INTEGER NOT NULL) WITHOUT ROWID""",
)

RUN_COLUMNS = {("runs", "started"): "ALTER TABLE runs ADD COLUMN started REAL"}
"""What is added to tables of earlier versions, by table and column."""

TEXT_INDEX = """CREATE VIRTUAL TABLE IF NOT EXISTS runs_text USING fts5 (
    words, content = 'run_words', content_rowid = 'run',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '_-.'")"""
