"""The store's SQLite file: one connection per process, opened on first use, never carried over a fork."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from spanwise.exporters.schema import StoreError, prepare, verify

__all__ = ["BUSY_SECONDS", "Database", "explain", "open_for_reading"]

BUSY_SECONDS = 5.0
"""How long a writer waits for another process's transaction."""

_ADVICE = {
    "locked": "another process has held its lock for too long",
    "full": "free some disk space, or lower SPANWISE_STORE_MAX_BYTES",
    "not a database": "it is not a Spanwise store; choose another path with SPANWISE_STORE_PATH",
    "malformed": "it is damaged; move it away and a new one is made",
    "readonly": "make it writable, or choose another path with SPANWISE_STORE_PATH",
    "unable to open": "make it writable, or choose another path with SPANWISE_STORE_PATH",
    "ermission denied": "make it writable, or choose another path with SPANWISE_STORE_PATH",
}


class Database:
    """A writer's access to the file. Threads take turns; a forked child opens its own connection.

    Args:
        path: the file.
        prepare: makes the tables of an empty file, and refuses another program's.
    """

    def __init__(self, path: Path, prepare: Callable[[sqlite3.Connection], None] = prepare) -> None:
        self.path = path
        self._prepare = prepare
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        _open_databases.add(self)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """One write transaction: all of it is stored or nothing.

        Raises:
            StoreError: the file is not a store that this version can write.
            sqlite3.Error, OSError: the file cannot be opened, locked or written; the next call opens it anew.
        """
        with self._lock:
            try:
                connection = self._connected()
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # Closing rolls back; a handle that has failed once (full disk, deleted file) is not trusted again.
                self._close()
                raise

    def empty_log(self) -> bool:
        """Put the write-ahead log into the file and leave nothing in it; False where a reader holds it up.

        Raises:
            sqlite3.Error, OSError: the file cannot be used.
        """
        with self._lock:
            busy: int = self._connected().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def close(self) -> None:
        """Close this process's connection; a later transaction opens another."""
        with self._lock:
            self._close()

    def __del__(self) -> None:
        self._close()

    def forget_inherited(self) -> None:
        """Called in a forked child: leave the parent's connection untouched.

        SQLite forbids a connection on both sides of a fork: even closing it would tidy away the parent's log.
        """
        if self._connection is not None:
            _inherited.append(self._connection)
        self._connection = None
        self._lock = threading.Lock()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and not self.path.exists():
            self._close()
        if self._connection is None:
            _create_file(self.path)
            self._connection = _connect(str(self.path))
            self._prepare(self._connection)
            with suppress(sqlite3.OperationalError):  # another process is switching it on at this moment
                self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@contextmanager
def open_for_reading(path: Path) -> Generator[sqlite3.Connection]:
    """A read-only connection with one consistent view of the store; writers are not held up.

    Raises:
        StoreError: there is no file, it is no store, or it cannot be read; the text is for people.
    """
    if not path.is_file():
        raise StoreError(f"there is no store at {path} yet: run the application first, or name the file")
    try:
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise StoreError(explain(error, path, "read")) from error
    try:
        connection.execute("BEGIN")
        verify(connection)
        yield connection
    except (sqlite3.Error, StoreError) as error:
        raise StoreError(explain(error, path, "read")) from error
    finally:
        connection.close()


def explain(error: Exception, path: Path, action: str = "write") -> str:
    """One line for people: what could not be done with which file, why, and what to do about it."""
    text = str(error)
    if isinstance(error, StoreError):
        return text if str(path) in text else f"cannot {action} {path}: {text}"
    advice = next((advice for part, advice in _ADVICE.items() if part in text), None)
    return f"cannot {action} {path} ({text})" + (f": {advice}" if advice else "")


def _connect(name: str, *, uri: bool = False) -> sqlite3.Connection:
    # The class, not sqlite3.connect: a tracer that patches the function must not trace the store itself.
    return sqlite3.Connection(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)


def _create_file(path: Path) -> None:
    """Make the file readable by its owner alone, before SQLite gives the same mode to its companions."""
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.parent.name == ".spanwise":
            (path.parent / ".gitignore").write_text("# telemetry is not source code\n*\n", encoding="utf-8")
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))


_open_databases: weakref.WeakSet[Database] = weakref.WeakSet()
_inherited: list[sqlite3.Connection] = []


def _after_fork() -> None:
    for database in list(_open_databases):
        database.forget_inherited()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
