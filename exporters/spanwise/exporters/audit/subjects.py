"""Who records are about: a pseudonym and a key for each person, kept apart from the log.

A person is found by a keyed hash of their id, so the ids themselves are nowhere. To erase a person is to delete their
row: then nobody can decrypt their content, nor tell which pseudonym was theirs.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from spanwise.exporters.audit.settings import AuditError
from spanwise.exporters.database import Database

__all__ = ["KINDS", "Identity", "Subject", "Subjects"]

KINDS = ("user", "session", "conversation", "day")
"""What may stand for a person, best first; the calls of a day that say nothing of whose they are share one."""
_FILE = "subjects.db"
_APPLICATION_ID = 0x53504E53
_DAY_S = 86_400


class Identity(NamedTuple):
    """A person as the application names them."""

    kind: str
    id: str


class Subject(NamedTuple):
    """A person as the log knows them."""

    pseudonym: str
    key: bytes

    @property
    def key_id(self) -> str:
        """Names the key and tells nothing of it."""
        return hashlib.sha256(b"spanwise audit key\n" + self.key).hexdigest()[:16]

    def token(self, kind: str, value: str) -> str:
        """A pseudonym of something else of this person, such as a session."""
        return hmac.new(self.key, f"{kind}\n{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]


class Subjects:
    """The database of subjects. Any number of threads and processes may use it.

    All methods raise `sqlite3.Error` or `OSError` where the file cannot be used, and `AuditError` where it is not one
    of ours.
    """

    def __init__(self, keys: Path) -> None:
        self._database = Database(keys / _FILE, _prepare)

    def of(self, identities: Iterable[Identity]) -> dict[Identity, Subject]:
        """The subjects with these identities; new ones where they are not known yet."""
        with self._database.transaction() as connection:
            return {identity: _found(connection, identity) or _made(connection, identity) for identity in identities}

    def known(self, identity: Identity) -> Subject | None:
        """The subject with this identity, if there is one."""
        with self._database.transaction() as connection:
            return _found(connection, identity)

    def key_ids(self) -> set[str]:
        """Names of all keys that exist."""
        with self._database.transaction() as connection:
            return {Subject(*row).key_id for row in connection.execute("SELECT pseudonym, key FROM subjects")}

    def erase(self, identity: Identity) -> None:
        """Delete a subject, its key first of all, and leave no copy of it in the database's files.

        Raises:
            AuditError: somebody reads the database for so long that a copy stays for now in the file beside it.
        """
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM subjects WHERE lookup = ?", (_lookup(connection, identity),))
        self._leave_no_copy()

    def forget_unseen(self, days: float) -> int:
        """Delete subjects that have no call since so many days; returns how many."""
        oldest = max(0.0, time.time() / _DAY_S - days)
        with self._database.transaction() as connection:
            gone = connection.execute("DELETE FROM subjects WHERE seen < ?", (int(oldest),)).rowcount
        self._leave_no_copy()
        return gone

    def close(self) -> None:
        """Close this process's connection."""
        self._database.close()

    def _leave_no_copy(self) -> None:
        if not self._database.empty_log():
            raise AuditError(
                f"a copy of the key is still in {self._database.path}-wal, because somebody reads the database: "
                "stop them and run `spanwise audit retain`"
            )


def _prepare(connection: sqlite3.Connection) -> None:
    """Deleted rows are overwritten; tables are made in an empty file."""
    connection.execute("PRAGMA secure_delete = ON")
    marked: int = connection.execute("PRAGMA application_id").fetchone()[0]
    if marked == _APPLICATION_ID:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        _create(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _create(connection: sqlite3.Connection) -> None:
    marked: int = connection.execute("PRAGMA application_id").fetchone()[0]
    if marked == _APPLICATION_ID:  # another process was first
        return
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise AuditError(
            "the database of subjects is another program's: choose another folder with SPANWISE_AUDIT_KEYS"
        )
    connection.execute("CREATE TABLE identity_key (key BLOB NOT NULL)")
    connection.execute(
        "CREATE TABLE subjects (lookup BLOB PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, key BLOB NOT NULL, "
        "seen INTEGER NOT NULL) WITHOUT ROWID"
    )
    connection.execute("INSERT INTO identity_key VALUES (?)", (secrets.token_bytes(32),))
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")


def _lookup(connection: sqlite3.Connection, identity: Identity) -> bytes:
    key: bytes = connection.execute("SELECT key FROM identity_key").fetchone()[0]
    return hmac.new(key, "\n".join(identity).encode("utf-8", "replace"), hashlib.sha256).digest()


def _found(connection: sqlite3.Connection, identity: Identity) -> Subject | None:
    lookup, today = _lookup(connection, identity), int(time.time() / _DAY_S)
    row = connection.execute("SELECT pseudonym, key, seen FROM subjects WHERE lookup = ?", (lookup,)).fetchone()
    if row is None:
        return None
    if row[2] < today:
        connection.execute("UPDATE subjects SET seen = ? WHERE lookup = ?", (today, lookup))
    return Subject(row[0], row[1])


def _made(connection: sqlite3.Connection, identity: Identity) -> Subject:
    subject = Subject(f"{identity.kind}-{secrets.token_hex(8)}", secrets.token_bytes(32))
    row = (_lookup(connection, identity), *subject, int(time.time() / _DAY_S))
    connection.execute("INSERT INTO subjects VALUES (?, ?, ?, ?)", row)
    return subject
