"""One writer at a time, among the threads and the processes of a machine."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from spanwise.exporters.audit.settings import AuditError

__all__ = ["exclusive"]

_PAUSE_S = 0.002
_turn = threading.Lock()
"""Locks on files are between processes only."""


@contextmanager
def exclusive(path: Path, wait_s: float) -> Generator[None]:
    """Hold the lock file `path` for the block.

    A record lock, which a forked child does not inherit, so a child can never keep it from everybody else.

    Raises:
        AuditError: somebody else held it for `wait_s` seconds; or the system is Windows, which has no such locks.
        OSError: the file cannot be opened.
    """
    turn, deadline = _turn, time.monotonic() + wait_s
    if not turn.acquire(timeout=wait_s):
        raise _busy(path)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _wait_for(descriptor, path, deadline)
            yield
        finally:
            os.close(descriptor)
    finally:
        turn.release()


def _wait_for(descriptor: int, path: Path, deadline: float) -> None:
    while not _taken(descriptor):
        if time.monotonic() >= deadline:
            raise _busy(path)
        time.sleep(_PAUSE_S)


if sys.platform == "win32":

    def _taken(descriptor: int) -> bool:
        raise AuditError("the audit log needs the file locks of POSIX systems; it does not work on Windows")
else:
    import fcntl

    def _taken(descriptor: int) -> bool:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True


def _busy(path: Path) -> AuditError:
    return AuditError(f"another process has held {path} for too long; find it with `fuser {path}`")


def _forget() -> None:
    """In a forked child: whoever held the lock is the parent's."""
    global _turn
    _turn = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
