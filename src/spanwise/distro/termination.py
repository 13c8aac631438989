"""The last calls are not lost: what waits is processed at exit, and on SIGTERM where nobody handles it."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

__all__ = ["on_exit"]


def on_exit(drain: Callable[[], object], flush: Callable[[], object]) -> None:
    """Run `drain` when the interpreter exits, and `flush` before SIGTERM ends a process without a handler of its own.

    At exit the SDK's own handlers flush the exporters after us; a signal runs none of them.

    The process still dies of SIGTERM, with the same exit status. An application that sets its own handler, before
    or after, replaces ours.
    """
    atexit.register(drain)
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _handler(flush))


def _handler(flush: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    installed_by = os.getpid()

    def terminate(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        try:
            if os.getpid() == installed_by or threading.active_count() > 1:
                _bounded(flush, 5.0)
        finally:
            os.kill(os.getpid(), number)
            signal.signal(number, terminate)  # still here: process 1 of a container ignores the default action

    return terminate


def _bounded(flush: Callable[[], object], seconds: float) -> None:
    """Flush on another thread: the main thread may hold any lock at the moment the signal came."""
    thread = threading.Thread(target=flush, name="spanwise-exit", daemon=True)
    thread.start()
    thread.join(seconds)
