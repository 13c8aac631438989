"""A person's rights: what is recorded about them, and to be forgotten."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from spanwise.exporters.audit.chain import Chain, timestamp
from spanwise.exporters.audit.entry import Body, Entry
from spanwise.exporters.audit.reading import entries
from spanwise.exporters.audit.record import content_place
from spanwise.exporters.audit.sealing import open_sealed
from spanwise.exporters.audit.settings import AuditError, AuditSettings
from spanwise.exporters.audit.subjects import Identity, Subject, Subjects

__all__ = ["Erasure", "erase", "export"]


@dataclass(frozen=True)
class Erasure:
    """What was erased, and the record that says so."""

    subject: str
    key: str
    record: int
    hash: str


def export(settings: AuditSettings, identity: Identity) -> Iterator[dict[str, object]]:
    """All records about a person, oldest first, each with its number and hash and with its content decrypted.

    That they were exported is recorded, too, before the first one is given.

    Raises:
        AuditError: nobody is known by this id, or there is no log.
        OSError, sqlite3.Error: the log or the keys cannot be used.
    """
    chain = Chain.existing(settings)
    subjects = Subjects(chain.folders.keys)
    try:
        subject = _known(subjects, identity)
    finally:
        subjects.close()
    with chain.turn() as turn:
        turn.append([_act("access", subject)])
    return (_opened(entry, subject) for entry in _about(chain, subject))


def erase(settings: AuditSettings, identity: Identity, reason: str = "") -> Erasure:
    """Destroy a person's key: first a record that says so, then the key, then a signed checkpoint.

    Their records stay in the chain with a pseudonym that belongs to nobody; their content can never be read again.

    Raises:
        AuditError: nobody is known by this id, there is no log; or a copy of the key could not be removed yet.
        OSError, sqlite3.Error: the log or the keys cannot be used; erase again.
    """
    chain = Chain.existing(settings)
    subjects = Subjects(chain.folders.keys)
    try:
        subject = _known(subjects, identity)
        with chain.turn() as turn:
            said = {**_act("erasure", subject), "key": subject.key_id, **({"reason": reason} if reason else {})}
            (entry,) = turn.append([said])
            subjects.erase(identity)
            turn.sign()
    finally:
        subjects.close()
    return Erasure(subject.pseudonym, subject.key_id, entry.number, entry.hash)


def _known(subjects: Subjects, identity: Identity) -> Subject:
    subject = subjects.known(identity)
    if subject is None:
        raise AuditError(f"the audit log knows no {identity.kind} by this id, or they were erased")
    return subject


def _act(type_: str, subject: Subject) -> Body:
    """What somebody did with a person's records."""
    return {"type": type_, "time": timestamp(), "subject": subject.pseudonym, "by": _operator()}


def _about(chain: Chain, subject: Subject) -> Iterator[Entry]:
    return (entry for entry in entries(chain.folders.log) if entry.body.get("subject") == subject.pseudonym)


def _opened(entry: Entry, subject: Subject) -> dict[str, object]:
    body = dict(entry.body)
    sealed = body.get("content")
    if isinstance(sealed, dict):
        opened = open_sealed(cast("Mapping[str, object]", sealed), subject, content_place(body))
        body["content"] = opened if opened is not None else "cannot be decrypted: it was changed or moved"
    return {"n": entry.number, "hash": entry.hash, "record": body}


def _operator() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "unknown"
