"""The worker: a bounded queue that is slow rather than lossy, and never in the application's way."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import pytest

from spanwise.core import guard
from spanwise.processors.worker import Worker


def nothing(_: object) -> None:
    """Neither prepares nor ticks."""


@contextmanager
def working(
    handle: Callable[[int], None], *, prepare: Callable[[bool], None] = nothing, tick: Callable[[bool], None] = nothing,
    size: int = 2048, max_bytes: int = 1 << 30, interval_s: float = 0.05,
) -> Generator[Worker[int]]:  # fmt: skip
    def handle_all(items: Sequence[int]) -> None:
        worker.each(handle, items)

    worker: Worker[int] = Worker(
        handle_all, prepare=prepare, tick=tick, size=size, max_bytes=max_bytes, interval_s=interval_s
    )
    try:
        yield worker
    finally:
        worker.close(1.0)


def in_threads(count: int, run: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_items_are_handled_in_order() -> None:
    handled: list[int] = []
    with working(handled.append) as worker:
        for item in range(2000):
            worker.put(item)
        assert worker.flush()
    assert handled == list(range(2000))


def test_items_are_handled_without_a_flush() -> None:
    done = threading.Event()
    with working(lambda _: done.set()) as worker:
        worker.put(1)
        assert done.wait(5)


def test_many_items_wake_the_thread_before_its_interval() -> None:
    done = threading.Event()
    with working(lambda _: done.set(), interval_s=60) as worker:
        for item in range(64):
            worker.put(item)
        assert done.wait(5)


def test_nothing_is_lost_when_callers_are_faster_than_the_worker() -> None:
    handled: list[int] = []

    def handle(item: int) -> None:
        time.sleep(0.0005)
        handled.append(item)

    def put(first: int) -> None:
        for item in range(first * 1000, first * 1000 + 400):
            worker.put(item)

    with working(handle, size=512) as worker:
        in_threads(8, put)
        worker.flush()
        assert not worker.dropped
        assert worker.inline > 0
    assert len(handled) == len(set(handled)) == 3200


def test_one_item_at_a_time_is_handled() -> None:
    inside: list[int] = []
    together: list[int] = []

    def handle(item: int) -> None:
        inside.append(item)
        time.sleep(0)
        together.append(len(inside))
        inside.remove(item)

    def put(first: int) -> None:
        for item in range(first * 1000, first * 1000 + 200):
            worker.put(item)
            if item % 50 == 0:
                worker.flush()

    with working(handle, size=16) as worker:
        in_threads(4, put)
        worker.flush()
    assert len(together) == 800
    assert set(together) == {1}


def test_hanging_handler_costs_a_caller_one_short_wait_and_drops_are_counted() -> None:
    release, hangs = threading.Event(), threading.Event()

    def handle(_: int) -> None:
        hangs.set()
        release.wait(30)

    with working(handle, size=4) as worker:
        worker.put(0)
        assert hangs.wait(5)
        waits: list[float] = []
        for item in range(200):
            before = time.monotonic()
            worker.put(item)
            waits.append(time.monotonic() - before)
        release.set()
        assert worker.dropped["stalled"] >= 190
        assert sum(wait > 0.05 for wait in waits) == 1
        assert max(waits) < 0.5


def test_worker_that_hung_takes_items_again() -> None:
    release, hangs = threading.Event(), threading.Event()
    handled: list[int] = []

    def handle(item: int) -> None:
        hangs.set()
        release.wait(30)
        handled.append(item)

    with working(handle, size=4) as worker:
        worker.put(0)
        assert hangs.wait(5)
        for item in range(1, 20):
            worker.put(item)
        assert worker.dropped["stalled"] > 0
        release.set()
        assert worker.flush()
        for item in range(100, 120):
            worker.put(item)
        assert worker.flush()
    assert sorted(handled)[-20:] == list(range(100, 120))


def test_heavy_items_fill_the_queue_by_their_weight() -> None:
    blocked, release = threading.Event(), threading.Event()

    def handle(_: int) -> None:
        blocked.set()
        release.wait(30)

    with working(handle, max_bytes=1000) as worker:
        worker.put(0)
        assert blocked.wait(5)
        worker.put(1, weight=2000)
        worker.put(2, weight=1)
        assert worker.dropped["stalled"] == 1
        release.set()
        assert worker.flush()
        worker.put(3, weight=1)
        assert not worker.inline


def test_weights_do_not_drift_under_threads() -> None:
    def put(_: int) -> None:
        for item in range(2000):
            worker.put(item, 1000)

    previous = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with working(nothing, size=20_000, max_bytes=10_000_000) as worker:
            in_threads(4, put)
            worker.flush()
            worker.put(1, 9_999_999)
            worker.put(1)
            assert worker.inline == 0
    finally:
        sys.setswitchinterval(previous)


def test_handler_may_put_items() -> None:
    handled: list[int] = []

    def handle(item: int) -> None:
        handled.append(item)
        if item < 100:
            worker.put(item + 1)

    with working(handle, size=1) as worker:
        worker.put(0)
        assert worker.flush()
    assert handled == list(range(101))


def test_handler_may_flush() -> None:
    handled: list[int] = []

    def handle(item: int) -> None:
        if item == 0:
            worker.put(1)
            worker.flush()
        handled.append(item)

    with working(handle) as worker:
        worker.put(0)
        assert worker.flush()
    assert handled == [1, 0]


def test_put_from_a_destructor_inside_the_handler_does_not_deadlock() -> None:
    handled: list[int] = []

    class Late:
        def __del__(self) -> None:
            worker.put(99)

    def handle(item: int) -> None:
        if item != 99:
            late: list[object] = [Late()]
            del late
        handled.append(item)

    with working(handle, size=1) as worker:
        for item in range(10):
            worker.put(item)
        assert worker.flush(5)
    assert handled.count(99) == 10
    assert len(handled) == 20


def test_flush_returns_when_everything_that_was_put_is_handled() -> None:
    handled: list[int] = []

    def handle(item: int) -> None:
        time.sleep(0.0002)
        handled.append(item)

    with working(handle) as worker:
        for item in range(300):
            worker.put(item)
        assert worker.flush()
        assert len(handled) == 300


def test_flush_gives_up_when_its_time_is_over() -> None:
    release, hangs = threading.Event(), threading.Event()

    def handle(_: int) -> None:
        hangs.set()
        release.wait(30)

    with working(handle) as worker:
        worker.put(0)
        assert hangs.wait(5)
        assert not worker.flush(0.05)
        release.set()
        assert worker.flush()


def test_flush_and_catching_up_say_which_they_are() -> None:
    seen: list[tuple[str, bool]] = []
    with working(
        nothing, prepare=lambda flush: seen.append(("prepare", flush)), tick=lambda flush: seen.append(("tick", flush)),
        interval_s=60,
    ) as worker:  # fmt: skip
        worker.flush()
        worker.catch_up()
    assert seen[:4] == [("prepare", True), ("tick", True), ("prepare", False), ("tick", False)]


def test_closing_twice_is_as_closing_once() -> None:
    handled: list[int] = []
    with working(handled.append) as worker:
        worker.put(1)
        assert worker.close()
        assert worker.close()
    assert handled == [1]


def test_items_that_come_after_the_end_are_handled_by_their_callers() -> None:
    handled: list[int] = []
    with working(handled.append) as worker:
        worker.close()
        worker.put(1)
        worker.put(2)
        assert handled == [1, 2]
        assert worker.inline == 2


def test_items_that_come_during_the_end_are_not_lost() -> None:
    handled: list[int] = []

    def put(first: int) -> None:
        for item in range(first * 1000, first * 1000 + 500):
            worker.put(item)

    def close() -> None:
        for _ in range(20):
            worker.close()

    with working(handled.append) as worker:
        closing = threading.Thread(target=close)
        closing.start()
        in_threads(4, put)
        closing.join()
        worker.catch_up()
        assert len(handled) == 2000


def test_thread_ends_when_the_worker_is_closed() -> None:
    with working(nothing) as worker:
        worker.put(1)
        thread = next(each for each in threading.enumerate() if each.name == "spanwise-pipeline" and each.is_alive())
        worker.close()
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.usefixtures("swallowed_faults")
def test_item_that_cannot_be_handled_is_counted_and_the_next_one_is() -> None:
    handled: list[int] = []

    def handle(item: int) -> None:
        if item == 1:
            raise ValueError(item)
        handled.append(item)

    with working(handle) as worker:
        for item in range(3):
            worker.put(item)
        assert worker.flush()
        assert worker.dropped["error"] == 1
    assert handled == [0, 2]
    assert guard.failures["pipeline.handle"] == 1


def test_items_come_in_batches_that_pin_little() -> None:
    sizes: list[int] = []
    worker: Worker[int] = Worker(
        lambda items: sizes.append(len(items)), prepare=nothing, tick=nothing, wake=1 << 30, interval_s=60
    )
    for number in range(40):
        worker.put(number)
    for number in range(3):
        worker.put(number, 1 << 20)
    assert worker.flush()
    worker.close(1.0)
    assert sizes == [32, 9, 1, 1]


@pytest.mark.usefixtures("swallowed_faults")
def test_batch_whose_handling_raises_is_counted_whole() -> None:
    def handle(_: Sequence[int]) -> None:
        raise ValueError

    worker: Worker[int] = Worker(handle, prepare=nothing, tick=nothing, wake=1 << 30, interval_s=60)
    for number in range(40):
        worker.put(number)
    assert worker.flush()
    worker.close(1.0)
    assert worker.dropped["error"] == 40


def test_only_one_thread_is_started() -> None:
    before = set(threading.enumerate())
    with working(nothing, interval_s=60) as worker:
        in_threads(8, worker.put)
        started = set(threading.enumerate()) - before
        assert [thread.name for thread in started] == ["spanwise-pipeline"]
