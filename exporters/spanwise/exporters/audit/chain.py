"""Appends to the chain: one writer at a time, whatever the number of threads and processes."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timezone

from spanwise.exporters.audit.entry import Body, Entry, segment_path, segments
from spanwise.exporters.audit.folder_lock import exclusive
from spanwise.exporters.audit.head import Head, Resumed, load_head, resume, save_head, stray_digest
from spanwise.exporters.audit.settings import AuditError, AuditSettings, Folders, folders
from spanwise.exporters.audit.signing import PRIVATE_KEY_FILE, PUBLIC_KEY_FILE, Signer, write_once

__all__ = ["Chain", "Turn", "timestamp"]

VERSION = 1
_DAY_S = 86_400.0


def timestamp(time_ns: int | None = None) -> str:
    """RFC 3339 in UTC, with microseconds."""
    seconds, nanoseconds = divmod(time.time_ns() if time_ns is None else time_ns, 10**9)
    whole = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{nanoseconds // 1000:06d}Z"


class Chain:
    """The log as those see it who add to it. Holds nothing open between two turns, so a fork does not matter.

    Raises:
        AuditError: no folder is named.
    """

    def __init__(self, settings: AuditSettings) -> None:
        self.settings = settings
        self.folders: Folders = folders(settings)
        self._signer: Signer | None = None

    @staticmethod
    def existing(settings: AuditSettings) -> Chain:
        """A log that is there, with its keys: nothing new is begun by who mistypes a folder.

        Raises:
            AuditError: no folder is named; or there is no log, or no key beside it.
            OSError: a folder cannot be read.
        """
        log, keys = folders(settings)
        if not segments(log):
            raise AuditError(f"there is no audit log in {log}")
        if not (keys / PRIVATE_KEY_FILE).exists():
            raise AuditError(f"the keys of the audit log are not in {keys}: name their folder with SPANWISE_AUDIT_KEYS")
        return Chain(settings)

    @contextmanager
    def turn(self, wait_s: float = 10.0) -> Generator[Turn]:
        """Have the log for oneself; folders and keys are made where they are missing.

        Raises:
            AuditError: somebody else has it for longer than `wait_s` seconds, or a key cannot be used.
            OSError: a folder or file cannot be written.
        """
        for folder in self.folders:
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with exclusive(self.folders.keys / "lock", wait_s):
            self._signer = self._signer or Signer(self.folders.keys)
            yield Turn(self.folders, self.settings, self._signer)


class Turn:
    """One writer's turn: what it appends is on the chain when the method returns."""

    def __init__(self, places: Folders, settings: AuditSettings, signer: Signer) -> None:
        self._log, self._keys = places
        self._settings = settings
        self._signer = signer
        self.head = self._resumed(resume(self._log, load_head(self._keys)))
        """Where the chain stands."""
        if self.head.key != signer.key:
            self._open()

    @property
    def unsigned(self) -> int:
        """Records since the last checkpoint."""
        return self.head.number - self.head.signed

    def append(self, bodies: Sequence[Body]) -> list[Entry]:
        """Add records in this order, all or none; then a checkpoint, where one is due.

        Raises:
            OSError: they cannot be written; the log is as it was.
        """
        entries = self._append(bodies)
        with suppress(OSError):  # it stays due
            self.sign_if_due()
        return entries

    def sign_if_due(self) -> None:
        """Add a checkpoint where there are enough new records, or some and the last one is old enough."""
        age_s = abs(time.time() - self.head.signed_at)
        if self.unsigned >= self._settings.checkpoint_records or (
            self.unsigned and age_s >= self._settings.checkpoint_interval
        ):
            self.sign()

    def sign(self) -> Entry:
        """Add a checkpoint; what is before it is on the disk then."""
        body = {"type": "checkpoint", "time": timestamp(), "key": self._signer.key}
        entry = Entry.of(self.head.number + 1, self.head.hash, body)
        entry = replace(entry, signature=self._signer.sign(entry.hash))
        self._write([entry], replace(self._after(entry), signed=entry.number, signed_at=time.time()), sync=True)
        return entry

    def begin_segment(self) -> None:
        """Let the next record go into a new file."""
        if self.head.offset:
            self.head = replace(self.head, segment=self.head.segment + 1, offset=0, since=time.time())

    def _append(self, bodies: Sequence[Body]) -> list[Entry]:
        if self.head.offset >= self._settings.segment_bytes or time.time() - self.head.since >= _DAY_S:
            self.begin_segment()
        entries: list[Entry] = []
        head = self.head
        for body in bodies:
            entries.append(Entry.of(head.number + 1, head.hash, body))
            head = replace(head, number=entries[-1].number, hash=entries[-1].hash)
        self._write(entries, head, sync=self._settings.sync == "record")
        return entries

    def _after(self, entry: Entry) -> Head:
        return replace(self.head, number=entry.number, hash=entry.hash)

    def _write(self, entries: Sequence[Entry], head: Head, *, sync: bool, before: bytes = b"") -> None:
        data = before + b"".join(entry.line() for entry in entries)
        head = replace(head, offset=self.head.offset + len(data), since=head.since or time.time())
        path = segment_path(self._log, self.head.segment)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _write_all(descriptor, data)
            save_head(self._keys, head)
            if sync:
                os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, self.head.offset)
            raise
        finally:
            os.close(descriptor)
        self.head = head

    def _resumed(self, found: Resumed) -> Head:
        """Go on after a writer that was killed, or after somebody who cut the log, and say so on the chain."""
        self.head = found.head
        if found.reason:
            stray = _ended(found.stray)
            said = {"reason": found.reason, "records": found.unnoted}
            torn = {"bytes": len(stray), "sha256": stray_digest(stray)}
            body = {"type": "recovered", "time": timestamp(), **said, **torn}
            entry = Entry.of(self.head.number + 1, self.head.hash, body)
            self._write([entry], self._after(entry), sync=True, before=stray[len(found.stray) :])
        return self.head

    def _open(self) -> None:
        pem = self._signer.public_pem
        self._publish(pem)
        said = {"version": VERSION, "key": self._signer.key, "public_key": pem.decode("ascii")}
        self.head = replace(self.head, key=self._signer.key)
        self._append([{"type": "opened", "time": timestamp(), **said}])
        self.sign()

    def _publish(self, pem: bytes) -> None:
        path = self._log / PUBLIC_KEY_FILE
        if path.exists() and path.read_bytes() != pem:
            path.unlink()
        write_once(path, pem, 0o644)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _ended(stray: bytes) -> bytes:
    """As a line of its own, so that what follows is one, too."""
    return stray if not stray or stray.endswith(b"\n") else stray + b"\n"
