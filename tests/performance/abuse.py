"""What it costs to watch users: memory and time per call, for few users and for a million."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator

from opentelemetry.metrics import NoOpMeter

from spanwise.core.abuse import is_flagged
from spanwise.core.view import SpanView
from spanwise.processors.abuse import AbuseSettings, AbuseStep
from spanwise.semconv import attributes as names
from unit.views import call_view

__all__ = ["lines"]

_START = 1_763_640_000
_CALLS = 20_000


def lines() -> Iterator[str]:
    """One line per fact."""
    for users in (1_000, 10_000, 1_000_000):
        yield _with_users(users)


def _with_users(users: int) -> str:
    now = [_START]
    tracemalloc.start()
    step = AbuseStep(NoOpMeter("bench"), AbuseSettings(), lambda: float(now[0]))
    view = _view()
    dice = random.Random(1)
    before = tracemalloc.get_traced_memory()[0]
    for number in range(users):
        _call(step, view, number, now)
    gc.collect()
    held = (tracemalloc.get_traced_memory()[0] - before) / 1e6
    tracemalloc.stop()
    added = min(_added(step, view, [dice.randrange(users) for _ in range(_CALLS)], now) for _ in range(5))
    asked = _asked(users, dice)
    return f"{users:>9,} users: {held:5.1f} MB, {added:4.1f} µs per call, {asked:4.1f} µs to ask".replace(",", " ")


def _view() -> SpanView:
    view = call_view()
    view.key_hash = 12345
    return view


def _call(step: Callable[[SpanView], None], view: SpanView, user: int, now: list[int]) -> None:
    """A call of one of fifty tenants, a hundred a second; nobody is over a limit."""
    now[0] += user % 100 == 0
    view.attributes[names.USER_ID] = f"user-{user}"
    view.attributes[names.TENANT] = f"tenant-{user % 50}"
    view.end_ns = now[0] * 1_000_000_000
    step(view)


def _added(step: AbuseStep, view: SpanView, users: list[int], now: list[int]) -> float:
    """Microseconds per call of user, tenant and key, without what the loop costs."""
    started = time.process_time()
    for user in users:
        _call(step, view, user, now)
    whole = time.process_time() - started
    started = time.process_time()
    for user in users:
        _call(_nothing, view, user, now)
    return (whole - (time.process_time() - started)) / len(users) * 1e6


def _nothing(_: SpanView) -> None:
    return None


def _asked(users: int, dice: random.Random) -> float:
    asked = [f"user-{dice.randrange(users)}" for _ in range(_CALLS)]
    started = time.process_time()
    for user in asked:
        is_flagged(user=user)
    return (time.process_time() - started) / _CALLS * 1e6
