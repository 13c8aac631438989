"""The lines of the log: how a record is written, hashed and read back.

A line is canonical JSON: keys sorted, no blanks, ASCII only, numbers as Python's `json` writes them. `digest` is the
SHA-256 of the canonical body, `previous` the hash of the record before. The hash of a record is the SHA-256 of
`{"digest":…,"n":…,"previous":…}`; a checkpoint has a `signature` over its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

__all__ = [
    "GENESIS",
    "Body",
    "Entry",
    "Line",
    "Removed",
    "canonical",
    "parse",
    "read_lines",
    "run_digest",
    "segment_number",
    "segment_path",
    "segments",
]

Body = Mapping[str, object]
"""What a record says: JSON, with a `type`."""

GENESIS = "0" * 64
"""What stands for the hash before the first record."""

_HASH = re.compile(r"[0-9a-f]{64}")
_SEGMENT = re.compile(r"(\d{6,})\.jsonl")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record in its place in the chain."""

    number: int
    previous: str
    digest: str
    body: Body
    signature: str | None = None

    @staticmethod
    def of(number: int, previous: str, body: Body) -> Entry:
        """The record that follows the one with the hash `previous`."""
        return Entry(number, previous, _sha256(canonical(body)), body)

    @property
    def hash(self) -> str:
        """Of this record and so of all before it."""
        return _sha256(f'{{"digest":"{self.digest}","n":{self.number},"previous":"{self.previous}"}}')

    @property
    def type(self) -> object:
        """What kind of record it is: `call`, `checkpoint`, `erasure`, …"""
        return self.body.get("type")

    def line(self) -> bytes:
        """The line, with its end."""
        signature = f',"signature":{json.dumps(self.signature)}' if self.signature is not None else ""
        return (
            f'{{"body":{canonical(self.body)},"digest":"{self.digest}","n":{self.number},'
            f'"previous":"{self.previous}"{signature}}}\n'
        ).encode("ascii")


@dataclass(frozen=True, slots=True)
class Removed:
    """A run of records that retention removed: the hashes at its two ends are left."""

    first: int
    last: int
    previous: str
    hash: str

    def line(self) -> bytes:
        """The line, with its end."""
        return f"{canonical({name: getattr(self, name) for name in self.__slots__})}\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a segment, as it is on the disk."""

    number: int
    """Counted from one."""
    offset: int
    raw: bytes

    @property
    def end(self) -> int:
        """Offset of what follows."""
        return self.offset + len(self.raw)


def canonical(value: object) -> str:
    """The one way to write a JSON value.

    Raises:
        ValueError: a number that JSON does not have.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def parse(raw: bytes) -> Entry | Removed | None:
    """What a line holds; None where it is no line of ours, byte for byte. Its digest is not checked."""
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, object]", value)
    return _checked_entry(fields, raw) if "body" in fields else _checked_run(fields, raw)


def read_lines(path: Path, offset: int = 0) -> Iterator[Line]:
    """The lines of a segment from an offset on; the last one may lack its end."""
    with path.open("rb") as file:
        file.seek(offset)
        for number, raw in enumerate(file, 1):
            yield Line(number, offset, raw)
            offset += len(raw)


def run_digest(runs: list[Removed]) -> str:
    """Of all the runs in one segment; what a `retention` record vouches for."""
    return _sha256(b"".join(run.line() for run in runs).decode("ascii"))


def segments(log: Path) -> list[Path]:
    """The files of the log, oldest first."""
    found = [path for path in log.iterdir() if _SEGMENT.fullmatch(path.name)] if log.is_dir() else []
    return sorted(found, key=segment_number)


def segment_number(path: Path) -> int:
    """Which of the log's files this is, from one."""
    return int(path.stem)


def segment_path(log: Path, number: int) -> Path:
    """The file with this number."""
    return log / f"{number:06d}.jsonl"


def _checked_entry(fields: Mapping[str, object], raw: bytes) -> Entry | None:
    number, previous, digest = fields.get("n"), fields.get("previous"), fields.get("digest")
    body, signature = fields["body"], fields.get("signature")
    if not (_is_number(number) and _is_hash(previous) and _is_hash(digest) and isinstance(body, dict)):
        return None
    entry = Entry(
        cast("int", number),
        cast("str", previous),
        cast("str", digest),
        cast("Body", body),
        signature if isinstance(signature, str) else None,
    )
    return entry if _written(entry) == raw else None


def _written(entry: Entry) -> bytes:
    try:
        return entry.line()
    except (ValueError, RecursionError):
        return b""


def _checked_run(fields: Mapping[str, object], raw: bytes) -> Removed | None:
    first, last, previous, hash_ = (fields.get(name) for name in ("first", "last", "previous", "hash"))
    if not (_is_number(first) and _is_number(last) and _is_hash(previous) and _is_hash(hash_)):
        return None
    run = Removed(cast("int", first), cast("int", last), cast("str", previous), cast("str", hash_))
    return run if run.first <= run.last and run.line() == raw else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
