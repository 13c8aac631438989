"""Nine days of traffic in which nothing is wrong: days and nights, a weekend and a Saturday, noise, a few errors.

It begins on a Friday. All counters grow by whole numbers, or by multiples of 1/128, in a minute: promtool adds them
up without rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random

from catalogue.alert import Series
from catalogue.judging import FAULT, REASON, VERDICT
from catalogue.promql import ENVIRONMENT, FEATURE, MODEL, OPERATION, OUTCOME, PROVIDER, SERVICE_NAME, label, series
from catalogue.scenes import increasing, selector
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES

__all__ = ["DAYS", "normal_days"]

DAYS = 9
_STEP = 10  # minutes in which the pace is the same
_STEPS = range(0, DAYS * 24 * 60, _STEP)
_PROFILE = PROFILES["v1.41"]
_WEEKEND = (1, 2, 8)
_PER_MINUTE = Callable[[int], float]

_BUSY = (
    0.1,
    0.08,
    0.06,
    0.05,
    0.06,
    0.1,
    0.2,
    0.4,
    0.7,
    0.9,
    1,
    1,
    0.9,
    0.95,
    1,
    1,
    0.9,
    0.8,
    0.6,
    0.5,
    0.4,
    0.3,
    0.2,
    0.15,
)
"""How busy an hour of the day is."""

_FIRST_CHUNK = ((0.32, 0.3), (0.64, 0.75), (1.28, 0.94), (2.56, 0.985), (5.12, 0.995), (10.24, 1.0), (math.inf, 1.0))
_SPREAD = ((0.32, 0.03), (0.64, 0.22), (1.28, 0.55), (2.56, 0.82), (5.12, 0.97), (10.24, 0.998), (math.inf, 1.0))
"""Duration in seconds → share of the calls that take no longer."""


def _day_and_night(minute: int) -> float:
    """A shop: two calls a second at noon, half of that at weekends, slow changes between the hours."""
    hour, rest = divmod(minute / 60 % 24, 1)
    busy = _BUSY[int(hour)] * (1 - rest) + _BUSY[(int(hour) + 1) % 24] * rest
    return 120 * busy * (0.5 if minute // (24 * 60) in _WEEKEND else 1)


def _nightly(minute: int) -> float:
    """A batch that runs from two to four, and not always begins on the minute."""
    day, now = divmod(minute, 24 * 60)
    begin = 120 + 10 * (day % 2)
    return 300 if begin <= now < begin + 120 else 0


def _rarely(minute: int) -> float:
    """A tool that few use: a call in ten minutes."""
    return 1 if minute // _STEP % 10 == 3 else 0


def normal_days() -> tuple[Series, ...]:
    """What three services send that are well."""
    shapes = (("shop", _day_and_night), ("batch", _nightly), ("tool", _rarely))
    return tuple(pair for service, shape in shapes for pair in _service(service, shape))


def _service(service: str, shape: _PER_MINUTE) -> Iterator[Series]:
    noise = Random(service)
    pace = [round(shape(minute) * noise.uniform(0.85, 1.15)) for minute in _STEPS]
    own = ((SERVICE_NAME, service), (ENVIRONMENT, "production"), ("instance", f"{service}-1"))
    call = (*own, (PROVIDER, "openai"), (MODEL, "gpt-5"), (OPERATION, "chat"), (FEATURE, "answer"))

    def counter(name: str, *labels: tuple[str, str], share: float, spread: float, unit: float = 1) -> Series:
        """What is rare happens within one of the ten minutes."""
        steps: list[tuple[float, int]] = []
        for calls in pace:
            expected = calls * share * noise.uniform(1 - spread, 1 + spread)
            rare = expected < unit
            times = _STEP if rare else 1
            steps += [(_rounded(times * expected, unit, noise), _STEP // times), *([(0, _STEP - 1)] if rare else [])]
        return selector(name, *call, *labels), increasing(steps)

    yield counter(series(metrics.CALLS), (OUTCOME, "ok"), share=0.97, spread=0)
    for outcome, share in (("unavailable", 0.004), ("rate_limit", 0.003), ("truncated", 0.02), ("refusal", 0.004)):
        yield counter(series(metrics.CALLS), (OUTCOME, outcome), share=share, spread=0.5)
    yield counter(series(metrics.COST), share=0.004, spread=0.2, unit=1 / 128)
    yield counter(series(metrics.ATTEMPTS), share=0.02, spread=0.5)
    yield counter(series(metrics.SCREENED), (label(names.SCREEN_CATEGORY), "jailbreak"), share=0.001, spread=1)
    yield counter(series(metrics.REDACTED), ("spanwise_redaction_type", "EMAIL"), share=0.05, spread=0.5)
    yield counter(series(_PROFILE.cache_read_tokens), share=600, spread=0.1)
    assert _PROFILE.token_usage is not None
    for kind, share in (("input", 1000), ("output", 250)):
        name = series(_PROFILE.token_usage, "sum")
        yield counter(name, ("gen_ai_token_type", kind), share=share, spread=0.15)
    yield from _durations(call, pace, noise)
    for fault in ("prompt_injection", "system_prompt_leak"):
        for verdict, share in (("pass", 0.1), ("fail", 0.001)):
            judged = series(metrics.JUDGE_SCORE, "count")
            yield counter(judged, (FAULT, fault), (VERDICT, verdict), share=share, spread=0.5)
    for reason, share in (("budget", 0.05), ("unavailable", 0.003)):
        yield counter(series(metrics.JUDGE_SKIPPED), (REASON, reason), share=share, spread=0.5)


def _durations(call: tuple[tuple[str, str], ...], pace: list[int], noise: Random) -> Iterator[Series]:
    slowness = [noise.uniform(0.9, 1.1) for _ in pace]
    for metric, spread in ((_PROFILE.duration, _SPREAD), (_PROFILE.time_to_first_chunk, _FIRST_CHUNK)):
        for bound, share in spread:
            le = "+Inf" if math.isinf(bound) else f"{bound:g}"
            counts = [
                round(calls * (share if share > 0.99 else share**slow) * 16) / 16
                for calls, slow in zip(pace, slowness, strict=True)
            ]
            values = increasing([(count, _STEP) for count in counts])
            yield selector(series(metric, "bucket"), *call, ("le", le)), values


def _rounded(value: float, unit: float, noise: Random) -> float:
    """To a multiple of `unit`, up or down by chance, so that the sum is right."""
    return math.floor(value / unit + noise.random()) * unit
