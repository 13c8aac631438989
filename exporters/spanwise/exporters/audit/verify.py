"""Proves that the log is what was written, or says what was done to it and where.

The log and the public key are enough. With the folder of keys, it also finds a log that was cut short at its end and
keys that outlived the erasure of their person; with checkpoints that were kept elsewhere, a log that was made anew by
somebody who has the private key.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from spanwise.exporters.audit.entry import Entry, parse, read_lines, segments
from spanwise.exporters.audit.head import load_head
from spanwise.exporters.audit.settings import AuditError
from spanwise.exporters.audit.signing import PUBLIC_KEY_FILE, Verifier
from spanwise.exporters.audit.subjects import Subjects
from spanwise.exporters.audit.verification import Problem, Verification
from spanwise.exporters.audit.walk import Walk

__all__ = ["verify"]


def verify(
    log: Path, keys: Path | None = None, public_keys: Sequence[Path] = (), checkpoints: Path | None = None
) -> Verification:
    """Read the whole log and prove it.

    Args:
        log: folder of the log.
        keys: folder of the keys, where the verifier has it.
        public_keys: files of the keys to trust; by default that of `keys`, and without it the log's own, which
            whoever rewrote the log may have replaced.
        checkpoints: file with lines of checkpoints that were kept elsewhere.

    Raises:
        AuditError: there is no log, or a key or the file of checkpoints cannot be read.
        OSError: a file of the log cannot be read.
    """
    keys = keys if keys is not None and keys.is_dir() else None
    head = load_head(keys) if keys is not None else None
    files = segments(log)
    if not files and head is None:
        raise AuditError(f"there is no audit log in {log}")
    found = Verification()
    verifier = Verifier(public_keys or [_own_key(log, keys, found)])
    written = list(_kept_elsewhere(checkpoints, verifier)) + ([(head.number, head.hash)] if head else [])
    walk = Walk(found, verifier, written)
    walk.through(files)
    _compare_end(found, max((number for number, _ in written), default=0))
    if keys is not None and walk.erased_keys:
        _find_living(walk, keys, found)
    return found


def _own_key(log: Path, keys: Path | None, found: Verification) -> Path:
    if keys is not None and (keys / PUBLIC_KEY_FILE).exists():
        return keys / PUBLIC_KEY_FILE
    own = log / PUBLIC_KEY_FILE
    found.notes.append(
        f"the public key that lies beside the log is trusted ({own}), and who rewrote the log may have replaced it: "
        "compare its fingerprint, or name a key that you have from elsewhere"
    )
    return own


def _kept_elsewhere(path: Path | None, verifier: Verifier) -> Iterator[tuple[int, str]]:
    for line in read_lines(path) if path is not None else ():
        entry = parse(line.raw if line.raw.endswith(b"\n") else line.raw + b"\n")
        if not isinstance(entry, Entry) or entry.type != "checkpoint":
            raise AuditError(f"{path}:{line.number} is not a line that `spanwise audit checkpoint` printed")
        if not verifier.verifies(entry.body.get("key"), entry.hash, entry.signature):
            raise AuditError(f"{path}:{line.number} is not signed with a key that is trusted")
        yield entry.number, entry.hash


def _compare_end(found: Verification, written: int) -> None:
    """The chain alone does not show that its end was cut off."""
    if written > found.last:
        text = f"the log ends with record {found.last}, but {written} were written"
        found.problems.append(Problem("truncated", found.last + 1, "end of the log", text))


def _find_living(walk: Walk, keys: Path, found: Verification) -> None:
    """Erased is who has no key any more."""
    subjects = Subjects(keys)
    try:
        living = subjects.key_ids()
    except (sqlite3.Error, OSError, AuditError) as error:
        found.notes.append(f"whether erased keys are gone was not checked: {error}")
        return
    finally:
        subjects.close()
    found.problems += [problem for key, problem in walk.erased_keys.items() if key in living]
