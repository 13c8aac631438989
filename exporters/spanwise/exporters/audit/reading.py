"""Reads records, for reports and for the persons they are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spanwise.exporters.audit.entry import Entry, parse, read_lines, segments
from spanwise.exporters.audit.settings import AuditError

__all__ = ["entries"]


def entries(log: Path, type_: str | None = None) -> Iterator[Entry]:
    """The records of the log, oldest first; those of one type where it is given. Lines that are none are left out.

    Raises:
        AuditError: there is no log.
        OSError: a file cannot be read.
    """
    files = segments(log)
    if not files:
        raise AuditError(f"there is no audit log in {log}")
    for path in files:
        for line in read_lines(path):
            entry = parse(line.raw)
            if isinstance(entry, Entry) and type_ in (None, entry.type):
                yield entry
