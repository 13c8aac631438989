"""Goes through the log line by line and finds what does not fit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spanwise.exporters.audit.entry import (
    GENESIS,
    Entry,
    Line,
    Removed,
    canonical,
    parse,
    read_lines,
    run_digest,
    segment_number,
)
from spanwise.exporters.audit.head import stray_digest
from spanwise.exporters.audit.signing import Verifier
from spanwise.exporters.audit.verification import Problem, Verification

__all__ = ["Walk"]


@dataclass
class _Gap:
    """Numbers that were skipped; some may turn up later."""

    first: int
    last: int
    place: str
    found: set[int] = field(default_factory=set[int])


class Walk:
    """One pass over the log.

    Args:
        found: is filled.
        verifier: knows the keys to trust.
        expected: numbers and hashes of records that are known to have been written.
    """

    def __init__(self, found: Verification, verifier: Verifier, expected: Sequence[tuple[int, str]]) -> None:
        self.erased_keys: dict[str, Problem] = {}
        """Name of a destroyed key → the problem that it would be if it existed."""
        self._found = found
        self._verifier = verifier
        self._expected: dict[int, set[str]] = {}
        for number, hash_ in expected:
            self._expected.setdefault(number, set()).add(hash_)
        self._hash = GENESIS
        self._place = ""
        self._gaps: list[_Gap] = []
        self._stray: list[tuple[str, Line]] = []
        self._runs: dict[int, list[Removed]] = {}
        self._vouched: set[tuple[str, str]] = set()
        self._unsigned_vouched: list[tuple[str, str]] = []
        found.keys = verifier.keys

    def through(self, files: Sequence[Path]) -> None:
        """Read the files of the log, oldest first."""
        for wanted, path in enumerate(files, 1):
            if segment_number(path) != wanted:
                self._problem("missing", self._found.last + 1, "a file before this one is missing", path.name)
            for line in read_lines(path):
                self._place = f"{path.name}:{line.number}"
                self._take(line, segment_number(path))
        if self._stray and not self._stray[-1][1].raw.endswith(b"\n"):
            place, _ = self._stray.pop()
            self._found.notes.append(f"{place} is incomplete: its writer was killed, or is at it right now")
        self._finish()

    def _finish(self) -> None:
        if self._stray:
            self._damaged("lines that are no records")
        for gap in self._gaps:
            self._report(gap)
        for segment, runs in self._runs.items():
            if (str(segment), run_digest(runs)) not in self._vouched:
                numbers = _numbers(runs[0].first, runs[-1].last)
                place = f"{segment:06d}.jsonl"
                self._problem("removed", runs[0].first, f"among {numbers} some were removed, unsigned", place)
        self._found.problems.sort(key=lambda problem: problem.record)

    def _take(self, line: Line, segment: int) -> None:
        parsed = parse(line.raw)
        if parsed is None:
            self._stray.append((self._place, line))
        elif isinstance(parsed, Removed):
            self._settle_stray(None, parsed.first)
            self._runs.setdefault(segment, []).append(parsed)
            self._found.removed += parsed.last - parsed.first + 1
            self._follow(parsed.first, parsed.previous, parsed.last, parsed.hash)
        else:
            self._take_entry(parsed)

    def _take_entry(self, entry: Entry) -> None:
        self._settle_stray(entry, entry.number)
        self._found.records += 1
        intact = _digest(entry) == entry.digest and (entry.signature is not None) == (entry.type == "checkpoint")
        if not intact:
            self._problem("changed", entry.number, f"record {entry.number} was changed")
        if self._follow(entry.number, entry.previous, entry.number, entry.hash) and intact:
            self._note(entry)

    def _follow(self, first: int, previous: str, last: int, hash_: str) -> bool:
        """Go on to `last`; False where it stands in the wrong place."""
        at = self._found.last
        if first <= at:
            self._out_of_place(first)
            return False
        if first > at + 1:
            self._gaps.append(_Gap(at + 1, first - 1, self._place))
        elif previous != self._hash:
            self._problem("changed", at, f"record {at} is not the one that record {first} was written after")
        self._found.last, self._hash = last, hash_
        if self._expected.get(last, {hash_}) != {hash_}:
            self._problem("forged", last, f"record {last} is not the one that was written: the log was made anew")
        return True

    def _note(self, entry: Entry) -> None:
        """What a record in its place means for the whole."""
        body, found = entry.body, self._found
        if entry.type == "call":
            found.calls += 1
        elif entry.type == "checkpoint":
            self._check_signature(entry)
        elif entry.type == "gap":
            lost = body.get("records")
            found.lost += lost if isinstance(lost, int) else 0
        elif entry.type == "retention":
            self._unsigned_vouched.append((str(body.get("segment")), str(body.get("runs"))))
        elif entry.type == "recovered":  # what nobody noted may be anybody's; retention removes nothing before it signs
            self._unsigned_vouched.clear()
        elif entry.type == "erasure":
            found.erased += 1
            text = f"{body.get('subject')} was erased by record {entry.number}, but the key still exists"
            self.erased_keys[str(body.get("key"))] = Problem("key_alive", entry.number, self._place, text)

    def _check_signature(self, entry: Entry) -> None:
        key = entry.body.get("key")
        if not self._verifier.knows(key):
            self._problem("unknown_key", entry.number, f"checkpoint {entry.number} is signed with the key {key}")
        elif not self._verifier.verifies(key, entry.hash, entry.signature):
            self._problem("forged", entry.number, f"the signature of checkpoint {entry.number} is wrong")
        else:
            self._found.checkpoints += 1
            self._found.signed, self._found.signed_at = entry.number, str(entry.body.get("time"))
            self._vouched.update(self._unsigned_vouched)
            self._unsigned_vouched.clear()

    def _settle_stray(self, entry: Entry | None, number: int) -> None:
        """Lines that are no records are fine where the next record says that a writer was killed there."""
        if not self._stray:
            return
        data = b"".join(line.raw for _, line in self._stray)
        if entry is not None and entry.type == "recovered" and entry.body.get("sha256") == stray_digest(data):
            self._found.notes.append(f"{self._stray[0][0]}: a writer was killed here; record {number} says so")
            self._stray.clear()
            return
        self._damaged(f"{_numbers(self._found.last + 1, max(number - 1, self._found.last + 1))} cannot be read")
        if number > self._found.last + 1:
            self._found.last = number - 1
            self._hash = entry.previous if entry is not None else self._hash

    def _damaged(self, text: str) -> None:
        place, _ = self._stray[0]
        self._stray.clear()
        self._problem("damaged", self._found.last + 1, text, place)

    def _out_of_place(self, number: int) -> None:
        gap = next((gap for gap in self._gaps if gap.first <= number <= gap.last), None)
        if gap is None or number in gap.found:
            self._problem("reordered", number, f"record {number} stands here a second time")
        else:
            gap.found.add(number)
            self._problem("reordered", number, f"record {number} stands behind record {self._found.last}")

    def _report(self, gap: _Gap) -> None:
        first, last = gap.first, gap.last
        while first in gap.found:
            first += 1
        while last in gap.found:
            last -= 1
        if first <= last:
            verb = "is" if first == last else "are"
            self._problem("missing", first, f"{_numbers(first, last)} {verb} missing before this line", gap.place)

    def _problem(self, kind: str, record: int, text: str, place: str = "") -> None:
        self._found.problems.append(Problem(kind, record, place or self._place, text))


def _digest(entry: Entry) -> str:
    return hashlib.sha256(canonical(entry.body).encode("ascii")).hexdigest()


def _numbers(first: int, last: int) -> str:
    return f"record {first}" if first == last else f"records {first} to {last}"
