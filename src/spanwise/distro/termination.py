"""The last calls are not lost: what waits is processed at exit, and on SIGTERM where nobody handles it.

A process that `multiprocessing` forked ends without the interpreter's exit handlers; it has finalizers instead.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, ModuleType

from wrapt import register_post_import_hook

__all__ = ["on_exit"]

_LONGEST_FLUSH_S = 5.0
_kept_alive: list[Callable[[], object]] = []
"""`multiprocessing` refers to them weakly."""


def on_exit(drain: Callable[[], object], flush: Callable[[], object]) -> None:
    """Run `drain` when the interpreter exits, and `flush` where the SDK's own exit handlers do not run.

    At exit those flush the exporters after us. They do not before SIGTERM ends a process that has no handler of its
    own, nor in a process that `multiprocessing` forked.

    The process still dies of SIGTERM, with the same exit status. An application that sets its own handler, before
    or after, replaces ours.
    """
    atexit.register(_at_exit, drain)
    register_post_import_hook(lambda module: _finalize_forked(module, flush), "multiprocessing.util")
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _handler(flush))


def _at_exit(drain: Callable[[], object]) -> None:
    drain()
    if getattr(sys, "last_type", None) is KeyboardInterrupt:
        # CPython notes that an interrupt ended the program, for its exit status, and forgets it when a module is
        # imported meanwhile that compiles code of its own: many do
        with suppress(KeyboardInterrupt):
            exec("raise KeyboardInterrupt")


def _finalize_forked(multiprocessing_util: ModuleType, flush: Callable[[], object]) -> None:
    """In each forked child, run `flush` after the application's own finalizers."""

    def in_child(flush: Callable[[], object]) -> None:
        multiprocessing_util.Finalize(None, _bounded, (flush, _LONGEST_FLUSH_S), exitpriority=-1)

    _kept_alive.append(flush)
    multiprocessing_util.register_after_fork(flush, in_child)


def _handler(flush: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    installed_by = os.getpid()

    def terminate(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        try:
            if os.getpid() == installed_by or threading.active_count() > 1:
                _bounded(flush, _LONGEST_FLUSH_S)
        finally:
            os.kill(os.getpid(), number)
            signal.signal(number, terminate)  # still here: process 1 of a container ignores the default action

    return terminate


def _bounded(flush: Callable[[], object], seconds: float) -> None:
    """Flush on another thread: the main thread may hold any lock at the moment the signal came."""
    thread = threading.Thread(target=flush, name="spanwise-exit", daemon=True)
    thread.start()
    thread.join(seconds)
