"""A bounded queue and one thread that empties it in small slices, so that the application's threads keep the GIL.

Waking a thread costs more than queueing (4 µs against 0.03), so the worker wakes per batch or per interval. When
the queue is full the caller handles its own item: slower, never lost. Only where the worker hangs as well (an
exporter that blocks) is an item dropped, and counted.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import Counter, deque
from collections.abc import Callable
from typing import Generic, TypeVar

from spanwise.core.guard import failed

__all__ = ["Worker"]

T = TypeVar("T")

_SLICE = 6
"""Items between two offers of the GIL."""
_BACKLOG = 1024
"""Queued items from which the worker stops being polite."""
_INLINE_WAIT_S = 0.1
_FORK_WAIT_S = 0.5


class Worker(Generic[T]):
    """Calls `handle` for each item, in order, on one thread at a time.

    Args:
        handle: does the work; what it raises is counted and swallowed.
        prepare: called before each drain; may queue items. Its argument says whether it is a flush.
        tick: called after each drain, at least every `interval_s`, with the same argument.
        size: items that may wait.
        max_bytes: bytes that waiting items may pin, as told to `put`.
        wake: waiting items that wake the thread before the interval is over.
        interval_s: longest wait of an item, in seconds.
    """

    def __init__(
        self,
        handle: Callable[[T], None],
        *,
        prepare: Callable[[bool], None],
        tick: Callable[[bool], None],
        size: int = 2048,
        max_bytes: int = 64 * 1024 * 1024,
        wake: int = 64,
        interval_s: float = 1.0,
    ) -> None:
        self._handle = handle
        self._prepare = prepare
        self._tick = tick
        self._size = size
        self._max_bytes = max_bytes
        self._wake = min(wake, size)
        self._interval_s = interval_s
        self.dropped: Counter[str] = Counter()
        """Items lost since the start, by reason."""
        self.inline = 0
        """Items that a caller handled itself because the queue was full."""
        self._lock = threading.RLock()
        self._paused_by: int | None = None
        self._reset()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=_weakly(self._pause), after_in_parent=_weakly(self._resume), after_in_child=_weakly(self._reset)
            )

    def _pause(self) -> None:
        """Before a fork: let the thread come to rest, so that no lock is held for ever in the child."""
        if self._lock.acquire(timeout=_FORK_WAIT_S):
            self._paused_by = threading.get_ident()

    def _resume(self) -> None:
        if self._paused_by == threading.get_ident():
            self._paused_by = None
            self._lock.release()

    def _reset(self) -> None:
        self.dropped.clear()
        self.inline = 0
        self._paused_by = None
        self._queue: deque[tuple[T, int]] = deque()
        self._bytes = 0
        self._lock = threading.RLock()
        self._event = threading.Event()
        self._thread: threading.Thread | None = None
        self._stalled = False
        self._closed = False

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, item: T, weight: int = 0) -> None:
        """Queue an item that pins `weight` bytes; never blocks for longer than 0.1 s, and raises nothing."""
        if len(self._queue) >= self._size or self._bytes > self._max_bytes:
            self._put_full(item)
            return
        self._bytes += weight
        self._queue.append((item, weight))
        self.start()
        if len(self._queue) >= self._wake and not self._event.is_set():
            self._event.set()

    def flush(self, timeout_s: float = 30.0) -> bool:
        """Handle everything that waits, on the calling thread; False where time ran out."""
        if not self._lock.acquire(timeout=timeout_s):
            return False
        try:
            self._round(flush=True)
        finally:
            self._lock.release()
        return True

    def close(self, timeout_s: float = 30.0) -> bool:
        """Flush and let the thread end; items that come later are handled by their callers."""
        done = self.flush(timeout_s)
        self._closed = True
        self._event.set()
        return done

    def start(self) -> None:
        """Start the thread, unless it runs already."""
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._loop, name="spanwise-pipeline", daemon=True)
        self._thread = thread
        try:
            thread.start()
        except RuntimeError:  # the interpreter is shutting down: the last flush handles what waits
            self._closed = True

    def _put_full(self, item: T) -> None:
        self._event.set()
        if self._stalled or not self._lock.acquire(timeout=_INLINE_WAIT_S):
            self._stalled = True
            self.dropped["stalled"] += 1
            return
        try:
            self.inline += 1
            self._run_handle(item)
        finally:
            self._lock.release()

    def _loop(self) -> None:
        while not self._closed:
            self._event.wait(self._interval_s)
            self._event.clear()
            with self._lock:
                self._round(flush=False)

    def _round(self, *, flush: bool) -> None:
        self._run(self._prepare, flush)
        self._drain(polite=not flush)
        self._run(self._tick, flush)

    def _drain(self, *, polite: bool) -> None:
        handled = 0
        while self._queue:
            try:
                item, weight = self._queue.popleft()
            except IndexError:
                break
            self._bytes -= weight
            self._run_handle(item)
            self._stalled = False
            handled += 1
            if polite and handled % _SLICE == 0 and len(self._queue) < _BACKLOG:
                time.sleep(0)

    def _run_handle(self, item: T) -> None:
        try:
            self._handle(item)
        except Exception as error:
            self.dropped["error"] += 1
            failed("pipeline.handle", error)

    def _run(self, hook: Callable[[bool], None], flush: bool) -> None:
        try:
            hook(flush)
        except Exception as error:
            failed("pipeline.tick", error)


def _weakly(method: Callable[[], None]) -> Callable[[], None]:
    """`method` while its object lives: what is registered with the interpreter stays registered."""
    reference = weakref.WeakMethod(method)

    def call() -> None:
        if (alive := reference()) is not None:
            alive()

    return call
