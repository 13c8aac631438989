"""The tables of the local store, and who may use a file."""

from __future__ import annotations

import sqlite3

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "SLOT_NS", "StoreError", "prepare", "verify"]

APPLICATION_ID = 0x53504E57
"""Marks the file as ours ("SPNW") in SQLite's header, so that no other program's database is ever written to."""
SCHEMA_VERSION = 1
SLOT_NS = 10 * 10**9
"""The finest step of the metrics' history: `points.slot` is a time divided by it."""

_TABLES = """
CREATE TABLE resources (id INTEGER PRIMARY KEY, attributes TEXT NOT NULL);
CREATE TABLE scopes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT, schema_url TEXT, attributes TEXT NOT NULL
);

CREATE TABLE spans (
    trace_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT,
    name TEXT NOT NULL, kind TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
    status TEXT NOT NULL, status_message TEXT,
    resource_id INTEGER NOT NULL, scope_id INTEGER NOT NULL,
    is_call INTEGER NOT NULL, failed INTEGER NOT NULL, flagged INTEGER NOT NULL,
    model TEXT, user_id TEXT, cost REAL, input_tokens INTEGER, output_tokens INTEGER, weight REAL NOT NULL,
    attributes TEXT NOT NULL, events TEXT, links TEXT, trace_state TEXT,
    UNIQUE (trace_id, span_id)
);
CREATE INDEX spans_overview ON spans (
    start_ns, trace_id, end_ns, is_call, failed, flagged, cost, input_tokens, output_tokens, user_id, weight
);

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    writer TEXT NOT NULL, pid INTEGER NOT NULL, resource_id INTEGER NOT NULL, scope TEXT NOT NULL,
    name TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT, attributes TEXT NOT NULL, bounds TEXT,
    start_ns INTEGER NOT NULL, time_ns INTEGER NOT NULL,
    value REAL NOT NULL, count INTEGER, buckets TEXT, minimum REAL, maximum REAL,
    UNIQUE (writer, scope, name, attributes)
);
CREATE TABLE points (
    series_id INTEGER NOT NULL, slot INTEGER NOT NULL, time_ns INTEGER NOT NULL,
    value REAL NOT NULL, count INTEGER, buckets TEXT,
    PRIMARY KEY (series_id, slot)
) WITHOUT ROWID;

CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    time_ns INTEGER NOT NULL, severity_number INTEGER, severity_text TEXT, event_name TEXT, body TEXT,
    attributes TEXT NOT NULL, trace_id TEXT, span_id TEXT, resource_id INTEGER NOT NULL, scope_id INTEGER NOT NULL
);
CREATE INDEX logs_by_time ON logs (time_ns);
CREATE INDEX logs_by_trace ON logs (trace_id) WHERE trace_id IS NOT NULL;

CREATE TABLE upkeep (task TEXT PRIMARY KEY, time_ns INTEGER NOT NULL) WITHOUT ROWID;
"""


class StoreError(Exception):
    """The file cannot be used; the text is one line for people that says what to do."""


def prepare(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file, or verify those that are there; safe among several processes.

    Raises:
        StoreError: the file is another program's database, or a newer Spanwise wrote it.
        sqlite3.Error: the file cannot be read or written.
    """
    if _pragma(connection, "application_id") == APPLICATION_ID:
        verify(connection)
        return
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _create(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def verify(connection: sqlite3.Connection) -> None:
    """Check that the file is a store of a version that this code reads; raises `StoreError` where it is not."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreError("it is not a Spanwise store; choose another path with SPANWISE_STORE_PATH")
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise StoreError(f"a newer Spanwise wrote it (schema {version}); update Spanwise or choose another path")


def _create(connection: sqlite3.Connection) -> None:
    if _pragma(connection, "application_id") == APPLICATION_ID:  # another process was first
        verify(connection)
        return
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreError("it is not a Spanwise store; choose another path with SPANWISE_STORE_PATH")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    row: tuple[int] = connection.execute(f"PRAGMA {name}").fetchone()
    return row[0]
