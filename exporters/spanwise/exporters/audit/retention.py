"""Removes records that are older than their retention class allows, and leaves a log that can still be proved.

A run of removed records becomes one line with the hashes at its ends. What was removed is said by a record of its own,
under a signed checkpoint, before anything is removed: a run for which there is none is somebody else's work.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from spanwise.exporters.audit.chain import Chain, Turn, timestamp
from spanwise.exporters.audit.entry import Entry, Removed, parse, read_lines, run_digest, segment_number, segments
from spanwise.exporters.audit.settings import AuditError, AuditSettings
from spanwise.exporters.audit.subjects import Subjects
from spanwise.exporters.audit.verify import verify

__all__ = ["Retained", "retain"]

_DAY_S = 86_400


@dataclass
class Retained:
    """What was removed."""

    records: Counter[str] = field(default_factory=Counter[str])
    """By retention class."""
    segments: int = 0
    """Files that were written anew."""
    subjects: int = 0
    """Persons without any call in the longest retention, whose keys were destroyed."""


def retain(settings: AuditSettings, now: datetime | None = None) -> Retained:
    """Remove what is too old at `now`.

    Raises:
        AuditError: there is no log, another process has the log for too long, or the log is not intact: to remove
            anything would be to remove evidence.
        OSError, sqlite3.Error: the log or the keys cannot be used; what is done stays done, do it again.
    """
    chain = Chain.existing(settings)
    now = now or datetime.now(timezone.utc)
    retained = Retained()
    if not (found := verify(*chain.folders)).ok:
        raise AuditError(f"the audit log is not intact ({found.problems[0].text}): nothing is removed")
    for path in segments(chain.folders.log):
        if _oldest_due(path, settings, now):
            with chain.turn() as turn:
                _clean(path, turn, settings, now, retained)
    subjects = Subjects(chain.folders.keys)
    try:
        retained.subjects = subjects.forget_unseen(max(settings.retention.values()))
    finally:
        subjects.close()
    return retained


def _oldest_due(path: Path, settings: AuditSettings, now: datetime) -> bool:
    """Whether anything in a segment may be too old; cheap where all of it is young."""
    return any(
        _is_due(entry, settings, now) for line in read_lines(path) if isinstance(entry := parse(line.raw), Entry)
    )


def _clean(path: Path, turn: Turn, settings: AuditSettings, now: datetime, retained: Retained) -> None:
    if segment_number(path) == turn.head.segment:
        turn.begin_segment()
    rewritten = _Rewritten()
    for line in read_lines(path):
        parsed = parse(line.raw)
        if isinstance(parsed, Entry) and _is_due(parsed, settings, now):
            rewritten.classes[_class(parsed)] += 1
            rewritten.remove(Removed(parsed.number, parsed.number, parsed.previous, parsed.hash))
        elif isinstance(parsed, Removed):
            rewritten.remove(parsed)
        else:
            rewritten.keep(line.raw)
    said = {"segment": segment_number(path), "runs": run_digest(rewritten.runs), "classes": dict(rewritten.classes)}
    turn.append([{"type": "retention", "time": timestamp(), **said}])
    turn.sign()
    _replace(path, rewritten.lines())
    retained.records.update(rewritten.classes)
    retained.segments += 1


class _Rewritten:
    """A segment without what is too old."""

    def __init__(self) -> None:
        self.classes: Counter[str] = Counter()
        self._parts: list[bytes | Removed] = []

    @property
    def runs(self) -> list[Removed]:
        return [part for part in self._parts if isinstance(part, Removed)]

    def remove(self, run: Removed) -> None:
        """Neighbours become one run."""
        before = self._parts[-1] if self._parts else b""
        if isinstance(before, Removed) and before.last + 1 == run.first:
            self._parts[-1] = Removed(before.first, run.last, before.previous, run.hash)
        else:
            self._parts.append(run)

    def keep(self, raw: bytes) -> None:
        self._parts.append(raw)

    def lines(self) -> Iterable[bytes]:
        return (part.line() if isinstance(part, Removed) else part for part in self._parts)


def _is_due(entry: Entry, settings: AuditSettings, now: datetime) -> bool:
    """Only calls get too old: what was done to the log stays on record."""
    if entry.type != "call":
        return False
    days = settings.days(entry.body.get("retention", settings.default_class))
    return (now - _time(entry)).total_seconds() > days * _DAY_S


def _time(entry: Entry) -> datetime:
    """When the call began; of a record that does not say it, long ago."""
    try:
        return datetime.strptime(str(entry.body.get("time")), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return datetime.fromtimestamp(0, timezone.utc)


def _class(entry: Entry) -> str:
    return str(entry.body.get("retention", ""))


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    """The new file is complete on the disk before it takes the place of the old one."""
    unfinished = path.with_name(f"{path.name}.new")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
