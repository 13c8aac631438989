"""A bounded queue and one thread that empties it in small slices, so that the application's threads keep the GIL.

Items are handled in batches, and `Worker.each` lets others run within one. Code that has just run is still in the
processor's cache, so a step over many items costs half of what it costs between other steps.

Waking a thread costs more than queueing (4 µs against 0.03), so the worker wakes per batch or per interval. When
the queue is full the caller handles its own item: slower, never lost. Only where nothing moves any more (an exporter
that blocks) is an item dropped, and counted.

`put` may be called from anywhere, a destructor in the middle of the worker's own code included: it takes no lock that
is not reentrant.
"""

from __future__ import annotations

import math
import os
import threading
import time
import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from spanwise.core.guard import failed

__all__ = ["Worker"]

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")

_SLICE_S = 0.0003
"""Seconds of work between two offers of the GIL: what a thread of the application may have to wait."""
_BACKLOG = 1024
"""Queued items from which the worker stops being polite."""
_BATCH = 32
"""Most items of a batch."""
_BATCH_BYTES = 1 << 20
"""Bytes of items from which no further one is added to a batch."""
_INLINE_WAIT_S = 0.1
_TURN_S = 0.0005
"""Pause in which a waiting caller gets the lock."""
_FORK_WAIT_S = 0.5


class Worker(Generic[T]):
    """Calls `handle` for all items, in order, on one thread at a time.

    Args:
        handle: does the work for a batch, which `each` makes safe: what `handle` itself raises costs the batch.
        prepare: called before each drain; may queue items. Its argument says whether it is a flush.
        tick: called after each drain, at least every `interval_s`, with the same argument.
        size: items that may wait.
        start_size: items that may wait until the first one was handled; `size` where that is larger.
        max_bytes: bytes that waiting items may pin, as told to `put`.
        wake: waiting items that wake the thread before the interval is over.
        interval_s: longest wait of an item, in seconds.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[T]], None],
        *,
        prepare: Callable[[bool], None],
        tick: Callable[[bool], None],
        size: int = 2048,
        start_size: int = 0,
        max_bytes: int = 64 * 1024 * 1024,
        wake: int = 64,
        interval_s: float = 1.0,
    ) -> None:
        self._handle = handle
        self._prepare = prepare
        self._tick = tick
        self._size = size
        self._start_size = start_size
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
        self._waiters: deque[None] = deque()
        self._handled = 0
        self._loaded = False
        self._polite = False
        self._until = 0.0
        self._alarm = threading.Lock()
        self._alarm.acquire()
        self._unstarted = threading.Lock()
        self._stalled = False
        self._closed = False

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, item: T, weight: int = 0) -> None:
        """Queue an item that pins `weight` bytes; raises nothing, and does not wait for anything that hangs."""
        full = len(self._queue) >= self._size or self._bytes > self._max_bytes
        if self._closed or (full and not self._has_room_at_start()):
            self._handle_inline(item)
            return
        self._bytes += weight
        self._queue.append((item, weight))
        self.start()
        if len(self._queue) >= self._wake:
            self._ring()
        if self._closed:  # in the meantime
            self.catch_up()

    def _has_room_at_start(self) -> bool:
        """The first item takes as long as it takes to load what handles it: nothing hangs, and more may wait for it."""
        return not self._loaded and len(self._queue) < self._start_size and self._bytes <= self._max_bytes

    def flush(self, timeout_s: float = 30.0) -> bool:
        """Handle everything that waits, on the calling thread; False where time ran out."""
        return self._finish(timeout_s, flush=True)

    def catch_up(self, timeout_s: float = 30.0) -> bool:
        """Handle what is queued, on the calling thread, and leave alone what waits for more to come."""
        return self._finish(timeout_s, flush=False)

    def close(self, timeout_s: float = 30.0) -> bool:
        """Flush and let the thread end; items that come later are handled by their callers."""
        done = self.flush(timeout_s)
        self._closed = True
        self._ring()
        return done

    def start(self) -> None:
        """Start the thread, unless it runs already."""
        if not self._unstarted.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._loop, name="spanwise-pipeline", daemon=True).start()
        except RuntimeError:  # the interpreter is shutting down: the last flush handles what waits
            self._closed = True

    def _finish(self, timeout_s: float, *, flush: bool) -> bool:
        """A round with an end; where an item hangs, only the first of several waits for it."""
        handled = self._handled
        wait_s = min(timeout_s, _INLINE_WAIT_S) if self._stalled else timeout_s
        done = self._round(flush=flush, deadline=time.monotonic() + wait_s)
        if not done and handled == self._handled:
            self._stalled = True
        return done

    def _ring(self) -> None:
        """Wake the thread."""
        if self._alarm.locked():
            with suppress(RuntimeError):  # somebody else has just done it
                self._alarm.release()

    def _handle_inline(self, item: T) -> None:
        self._ring()
        if self._stalled or not self._take_turn():
            self._stalled = True
            self.dropped["stalled"] += 1
            return
        try:
            self.inline += 1
            self._polite = False
            self._run_handle((item,))
        finally:
            self._lock.release()

    def _take_turn(self) -> bool:
        """Wait for the lock while items are being handled; False where none was for `_INLINE_WAIT_S`."""
        self._waiters.append(None)
        try:
            handled = -1
            while handled != self._handled:
                handled = self._handled
                if self._lock.acquire(timeout=_INLINE_WAIT_S):
                    return True
            return False
        finally:
            self._waiters.pop()

    def _loop(self) -> None:
        while not self._closed:
            self._alarm.acquire(timeout=self._interval_s)
            self._round(flush=False, deadline=math.inf, polite=True)

    def _round(self, *, flush: bool, deadline: float, polite: bool = False) -> bool:
        done = self._locked(lambda: self._run(self._prepare, flush), deadline)
        while done and self._queue:
            done = self._locked(lambda: self._handle_slice(polite=polite), deadline)
            if time.monotonic() > deadline:
                return False
            if self._waiters or (polite and len(self._queue) < _BACKLOG):
                time.sleep(_TURN_S if self._waiters else 0)
        return done and self._locked(lambda: self._run(self._tick, flush), deadline)

    def _locked(self, run: Callable[[], None], deadline: float) -> bool:
        wait_s = min(max(deadline - time.monotonic(), 0.0), threading.TIMEOUT_MAX)
        if not self._lock.acquire(timeout=wait_s):
            return False
        try:
            run()
        finally:
            self._lock.release()
        return True

    def _handle_slice(self, *, polite: bool) -> None:
        """Handle some batches; few where others want to run, and one item where they wait for their turn."""
        self._polite = polite and len(self._queue) < _BACKLOG
        self._until = time.perf_counter() + _SLICE_S
        until = self._until if self._polite else math.inf
        for _ in range(_BACKLOG // _BATCH):
            batch = self._next_batch()
            if not batch:
                return
            self._run_handle(batch)
            if self._waiters or time.perf_counter() > until:
                return

    def _next_batch(self) -> Sequence[T]:
        batch: list[T] = []
        held, most = 0, 1 if self._waiters else _BATCH
        while len(batch) < most and held < _BATCH_BYTES:
            try:
                item, weight = self._queue.popleft()
            except IndexError:
                break
            self._bytes -= weight
            held += weight
            batch.append(item)
        return batch

    def _run_handle(self, batch: Sequence[T]) -> None:
        try:
            self._handle(batch)
        except Exception as error:
            self.dropped["error"] += len(batch)
            failed("pipeline.handle", error)
        finally:
            self._loaded = True
            self._handled += 1
            self._stalled = False

    def each(self, work: Callable[[A], B], items: Iterable[A]) -> list[B]:
        """What `work` makes of each item of a batch; what it raises is counted, and costs that item alone."""
        made: list[B] = []
        for item in items:
            try:
                made.append(work(item))
            except Exception as error:
                self.dropped["error"] += 1
                failed("pipeline.handle", error)
            if time.perf_counter() > self._until:
                self._progressed()
        return made

    def _progressed(self) -> None:
        """A slice is over: nothing hangs, and others may run."""
        self._handled += 1
        self._stalled = False
        if self._polite:
            time.sleep(0)
        self._until = time.perf_counter() + _SLICE_S

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
