"""Where the chain stands: kept beside the keys, so that a log that was cut short does not fit it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import NamedTuple, cast

from spanwise.exporters.audit.entry import (
    GENESIS,
    Entry,
    Line,
    parse,
    read_lines,
    segment_number,
    segment_path,
    segments,
)

__all__ = ["HEAD_FILE", "Head", "Resumed", "load_head", "resume", "save_head", "stray_digest"]

HEAD_FILE = "head"
_SIZE = 512
"""Bytes of the file: written in one piece and in place."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last record, and where the next one goes."""

    number: int = 0
    hash: str = GENESIS
    segment: int = 1
    offset: int = 0
    since: float = 0.0
    """When the segment was begun, in seconds since the epoch."""
    signed: int = 0
    """Number of the last checkpoint."""
    signed_at: float = 0.0
    key: str = ""
    """Fingerprint of the key that the log says it is signed with."""


class Resumed(NamedTuple):
    """Where the chain goes on after whatever happened to its last writer."""

    head: Head
    reason: str = ""
    """Why the log has to say something about it; empty where all is in order."""
    stray: bytes = b""
    """What stands at the end of the segment and is no record: a write that was cut off."""
    unnoted: int = 0
    """Records behind the head: those of a writer that was killed before it noted them, or anybody's."""


def load_head(keys: Path) -> Head | None:
    """None where there is none, or one that cannot be read."""
    try:
        found: object = json.loads((keys / HEAD_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    values = cast("dict[str, object]", found)
    known = {field.name: values.get(field.name) for field in fields(Head)}
    if any(type(value) is not type(getattr(Head(), name)) for name, value in known.items()):
        return None
    return Head(**known)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - just checked


def save_head(keys: Path, head: Head) -> None:
    """Write it in place.

    Raises:
        OSError: it cannot be written.
    """
    descriptor = os.open(keys / HEAD_FILE, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        os.write(descriptor, json.dumps(asdict(head)).encode("ascii").ljust(_SIZE - 1) + b"\n")
    finally:
        os.close(descriptor)


def resume(log: Path, head: Head | None) -> Resumed:
    """Find the end of the chain: usually where the head says; further where its last writer was killed."""
    if head is None:
        files = segments(log)
        if not files:
            return Resumed(Head())
        found = _followed(log, Head(segment=segment_number(files[-1])), trusting=True)
        return found._replace(reason=found.reason or "head_lost")
    path = segment_path(log, head.segment)
    size = path.stat().st_size if path.exists() else 0
    if size < head.offset:
        return Resumed(replace(head, offset=size), "truncated", _unfinished(path) if size else b"")
    if size == head.offset and not segment_path(log, head.segment + 1).exists():
        return Resumed(head)
    return _followed(log, head)


def stray_digest(stray: bytes) -> str:
    """SHA-256 of what is no record."""
    return hashlib.sha256(stray).hexdigest()


def _unfinished(path: Path) -> bytes:
    """What stands behind the last end of a line."""
    *_, last = read_lines(path)
    return b"" if last.raw.endswith(b"\n") else last.raw


def _followed(log: Path, head: Head, *, trusting: bool = False) -> Resumed:
    """Follow the chain from the head; with `trusting`, from the first record of the segment."""
    noted = None if trusting else head.number
    for path in segments(log):
        if segment_number(path) < head.segment:
            continue
        if segment_number(path) > head.segment:
            head = replace(head, segment=segment_number(path), offset=0)
        stray = b""
        for line in read_lines(path, head.offset):
            follower = None if stray else _follower(head, line, trusting=trusting)
            if follower is None:
                stray += line.raw
            else:
                head, trusting = follower, False
        head = replace(head, offset=path.stat().st_size)
        if stray:
            return Resumed(head, "torn", stray, _behind(head, noted))
    unnoted = _behind(head, noted)
    return Resumed(head, "unnoted" if unnoted else "", unnoted=unnoted)


def _behind(head: Head, noted: int | None) -> int:
    return head.number - noted if noted is not None else 0


def _follower(head: Head, line: Line, *, trusting: bool) -> Head | None:
    entry = parse(line.raw)
    if not isinstance(entry, Entry):
        if entry is None or not (trusting or (entry.first, entry.previous) == (head.number + 1, head.hash)):
            return None
        return replace(head, number=entry.last, hash=entry.hash)
    if not trusting and (entry.number, entry.previous) != (head.number + 1, head.hash):
        return None
    signed = entry.number if entry.type == "checkpoint" else head.signed
    return replace(head, number=entry.number, hash=entry.hash, signed=signed, since=head.since)
