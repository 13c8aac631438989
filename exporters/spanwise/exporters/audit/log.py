"""The audit log at work in an application: a record of each call, and never a reason for the application to notice.

Records are written by the pipeline's worker, whenever it has nothing else to do. What cannot be written (a full disk, a
lock that somebody holds) waits in memory and is tried again; what no longer fits there is lost, counted, and the log
itself says so as soon as it can be written to.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping

from spanwise.core.guard import guarded
from spanwise.core.view import SpanView
from spanwise.exporters.audit.chain import Chain, timestamp
from spanwise.exporters.audit.entry import Body
from spanwise.exporters.audit.record import Draft, Who, draft, finished, who
from spanwise.exporters.audit.settings import AuditError, AuditSettings
from spanwise.exporters.audit.subjects import Subjects

__all__ = ["AuditLog"]

_logger = logging.getLogger("spanwise")

_LONGEST_WAIT_S = 0.2
"""For other processes, on the pipeline's worker."""
_PAUSE_S = 1.0
"""After a failure, before the next try."""
_ENOUGH = 64
"""Records that do not wait for the next tick."""
_BATCH = 256


class AuditLog:
    """Writes the records of one process.

    Args:
        settings: with a path.
        policy: version of the redaction policy in force.
        origin: what every record of this process says of where it comes from, such as the service's name.

    Raises:
        AuditError: no folder is named.
    """

    def __init__(
        self, settings: AuditSettings, policy: str, origin: Callable[[], Mapping[str, str]] = dict[str, str]
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._origin = origin
        self._chain = Chain(settings)
        self._subjects = Subjects(self._chain.folders.keys)
        self.forget()

    def forget(self) -> None:
        """At first, and in a forked child: what waits, and what is counted, is the parent's."""
        self._waiting: deque[Draft] = deque()
        self._lost_since_written = 0
        self._lost_from = ""
        self._unsigned = False
        self._complained = False
        self._next_try = 0.0
        self.written = 0
        """Records of this process on the chain."""
        self.lost = 0
        """Calls of this process that left no record."""

    @property
    def waiting(self) -> int:
        """Records that could not be written yet."""
        return len(self._waiting)

    @guarded("audit.identify", None)
    def identify(self, view: SpanView) -> Who:
        """Whom a call is for, before redaction."""
        return who(view)

    def record(self, view: SpanView, identity: Who | None) -> None:
        """Keep the record of a call until the next tick; many are written at once, because a turn has its price."""
        if not self._keep(view, identity or Who(None, {})):
            self._lose()
        if len(self._waiting) >= _ENOUGH and time.monotonic() >= self._next_try:
            self._try_to_write()

    def tick(self, flush: bool) -> None:
        """Write what waits and sign what is due; with `flush`, all of it now."""
        to_do = self._waiting or self._unsigned or self._lost_since_written
        if to_do and (flush or time.monotonic() >= self._next_try):
            self._try_to_write(sign=flush)

    @guarded("audit.draft", False)
    def _keep(self, view: SpanView, identity: Who) -> bool:
        if len(self._waiting) >= self._settings.pending:
            return False
        self._waiting.append(draft(view, identity, policy=self._policy, content=self._settings.content))
        return True

    @guarded("audit.write", None)
    def _try_to_write(self, *, sign: bool = False) -> None:
        self._write(sign=sign)

    def _write(self, *, sign: bool = False) -> None:
        try:
            with self._chain.turn(_LONGEST_WAIT_S) as turn:
                while self._waiting or self._lost_since_written:
                    batch = [self._waiting[number] for number in range(min(_BATCH, len(self._waiting)))]
                    turn.append([*self._gap(), *self._finished(batch)])
                    self._note_written(len(batch))
                if sign and turn.unsigned:
                    turn.sign()
                turn.sign_if_due()
                self._unsigned = turn.unsigned > 0
        except (OSError, sqlite3.Error, AuditError) as error:
            self._failed(error)
        else:
            self._complained = False

    def _finished(self, batch: list[Draft]) -> list[Body]:
        """With pseudonyms and encrypted content."""
        identities = {identity for made in batch if (identity := made.identity)}
        subjects = self._subjects.of(identities) if identities else {}
        origin = self._origin()
        return [{**origin, **finished(made, subjects[made.identity] if made.identity else None)} for made in batch]

    def _gap(self) -> list[Body]:
        """What the log says of calls that left no record."""
        if not self._lost_since_written:
            return []
        said = {"records": self._lost_since_written, "from": self._lost_from, "process": os.getpid()}
        return [{"type": "gap", "time": timestamp(), **said}]

    def _note_written(self, count: int) -> None:
        self._lost_since_written = 0
        for _ in range(count):
            self._waiting.popleft()
        self.written += count

    def _lose(self) -> None:
        self._lost_from = self._lost_from if self._lost_since_written else timestamp()
        self._lost_since_written += 1
        self.lost += 1

    def _failed(self, error: Exception) -> None:
        self._next_try = time.monotonic() + _PAUSE_S
        if not self._complained:
            self._complained = True
            _logger.warning(
                "spanwise: the audit log %s cannot be written: %s; up to %d records wait in memory, further ones are "
                "lost and counted, your application is not affected",
                self._chain.folders.log,
                _explained(error),
                self._settings.pending,
            )


def _explained(error: Exception) -> str:
    """The system's own words; they hold paths of the log and nothing of the application."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"{error} (database of subjects)" if isinstance(error, sqlite3.Error) else str(error)
