"""Scenes that the cases of alerts are made of: what programs send while something is well, bad, and well again.

A scene takes phases, pairs of a level and of minutes, and gives the series that Prometheus would receive. What a level
means is the scene's: calls per minute, seconds, USD per hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isnan

from catalogue.alert import Case, Series
from catalogue.promql import ENVIRONMENT, FEATURE, MODEL, OPERATION, OUTCOME, PROVIDER, SERVICE_NAME, series
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES, Metric

__all__ = [
    "MODEL_LABELS",
    "PROVIDER_LABELS",
    "SERVICE_LABELS",
    "Phases",
    "Scene",
    "TARGET_LABELS",
    "always",
    "both",
    "calls",
    "cases",
    "constant",
    "cost",
    "counting",
    "durations",
    "ended",
    "gauge",
    "happening",
    "increasing",
    "selector",
    "tokens",
]

Phases = Sequence[tuple[float, int]]
Scene = Callable[[Phases], tuple[Series, ...]]

SERVICE_LABELS = ((SERVICE_NAME, "shop"), (ENVIRONMENT, "production"))
PROVIDER_LABELS = (*SERVICE_LABELS, (PROVIDER, "openai"))
MODEL_LABELS = (*SERVICE_LABELS, (MODEL, "gpt-5"))
TARGET_LABELS = (("job", "gateway"), ("instance", "gateway:8888"))
_CALL = (*PROVIDER_LABELS, (MODEL, "gpt-5"), (OPERATION, "chat"), (FEATURE, "answer"))
_INSTANCE = ("instance", "a")
_OLD = PROFILES["v1.41"]
_PER_MINUTE = 60


def selector(name: str, *labels: tuple[str, str]) -> str:
    """A series as promtool names it."""
    matchers = ",".join(f'{key}="{value}"' for key, value in labels)
    return f"{name}{{{matchers}}}"


def increasing(phases: Phases) -> str:
    """A counter that grows by so much in each minute of a phase; NaN: it sends nothing."""
    value, parts = 0.0, ["0"]
    for step, minutes in phases:
        if isnan(step):
            parts.append(f"_x{minutes}")
            continue
        parts.append(f"{_number(value + step)}+{_number(step)}x{minutes - 1}")
        value += step * minutes
        # promtool adds up what cannot be written exactly; a value below its sum would be a restart of the counter
        value *= 1 if float(step).is_integer() else 1 + 1e-9
    return " ".join(parts)


def constant(phases: Phases) -> str:
    """A gauge that has a level in each minute of a phase."""
    parts = [f"_x{minutes}" if isnan(level) else f"{_number(level)}x{minutes - 1}" for level, minutes in phases]
    return " ".join([_number(phases[0][0]), *parts])


def _number(value: float) -> str:
    return f"{value:.12g}"


def _times(factor: float, phases: Phases) -> Phases:
    return [(level * factor, minutes) for level, minutes in phases]


def _of_calls(metric: Metric, *labels: tuple[str, str], part: str = "") -> str:
    return selector(series(metric, part), *_CALL, *labels, _INSTANCE)


def calls(outcome: str = "ok") -> Scene:
    """Level: calls per minute that end so."""
    return lambda phases: ((_of_calls(metrics.CALLS, (OUTCOME, outcome)), increasing(phases)),)


def ended(outcome: str, of: int = _PER_MINUTE) -> Scene:
    """Level: how many of the calls of a minute end so; the others are answered."""

    def scene(phases: Phases) -> tuple[Series, ...]:
        fine = [(of - level, minutes) for level, minutes in phases]
        return (*calls(outcome)(phases), *calls()(fine))

    return scene


def happening(metric: Metric, *labels: tuple[str, str], per_call: bool = True) -> Scene:
    """Level: how often a minute a counter counts, next to a call per second."""
    own = _CALL if per_call else SERVICE_LABELS
    name = selector(series(metric), *own, *labels, _INSTANCE)
    return lambda phases: ((name, increasing(phases)), *calls()([(_PER_MINUTE, sum(m for _, m in phases))]))


def cost(phases: Phases) -> tuple[Series, ...]:
    """Level: USD per hour, at a call per second."""
    spent = increasing(_times(1 / 60, phases))
    return ((_of_calls(metrics.COST), spent), *calls()([(_PER_MINUTE, sum(m for _, m in phases))]))


def tokens(direction: str) -> Scene:
    """Level: tokens per call, at a call per second; input next to it is 1000 tokens per call."""
    usage = _OLD.token_usage
    assert usage is not None

    def scene(phases: Phases) -> tuple[Series, ...]:
        minutes = sum(m for _, m in phases)
        levels = {"input": [(1000.0, minutes)], direction: phases}
        counters = {kind: increasing(_times(_PER_MINUTE, level)) for kind, level in levels.items()}
        made = [
            (_of_calls(_OLD.cache_read_tokens), values)
            if kind == "cache_read"
            else (_of_calls(usage, ("gen_ai_token_type", kind), part="sum"), values)
            for kind, values in counters.items()
        ]
        return (*made, *calls()([(_PER_MINUTE, minutes)]))

    return scene


def durations(metric: Metric = _OLD.duration, *, slow: float = 1.0, fast_s: float = 0.5) -> Scene:
    """Level: the seconds that a share `slow` of the calls takes, a call per second; the others take `fast_s`."""

    def bucket(bound: float, phases: Phases) -> str:
        quick = 1 - slow if fast_s <= bound else 0
        return increasing([(_PER_MINUTE * (quick + slow * (s <= bound)), minutes) for s, minutes in phases])

    def scene(phases: Phases) -> tuple[Series, ...]:
        bounds = [*((f"{bound:g}", bound) for bound in metric.buckets), ("+Inf", float("inf"))]
        made = [(_of_calls(metric, ("le", le), part="bucket"), bucket(bound, phases)) for le, bound in bounds]
        return (*made, *calls()([(_PER_MINUTE, sum(m for _, m in phases))]))

    return scene


def gauge(*names: str) -> Scene:
    """Level: the value of these gauges."""
    return lambda phases: tuple((name, constant(phases)) for name in names)


def counting(*names: str) -> Scene:
    """Level: by how much these counters grow in a minute."""
    return lambda phases: tuple((name, increasing(phases)) for name in names)


def always(scene: Scene, level: float) -> Scene:
    """A scene whose level stays as it is, as long as others last."""
    return lambda phases: scene([(level, sum(minutes for _, minutes in phases))])


def both(*scenes: Scene) -> Scene:
    """Scenes at once, with the same phases; of equal series the first holds."""
    return lambda phases: tuple(dict(pair for scene in reversed(scenes) for pair in scene(phases)).items())


def cases(
    scene: Scene,
    *,
    good: float,
    bad: float,
    almost: float,
    labels: Iterable[tuple[str, str]],
    summary: str,
    lead: int = 30,
    within: int = 15,
    gone: int = 40,
) -> tuple[Case, ...]:
    """One case of each kind.

    Args:
        good, bad, almost: levels of the scene; at `almost` the alert is still silent.
        lead: minutes of `good` before. within: minutes of `bad` after which the alert has to fire.
        gone: minutes after the end of `bad`, or of all data, after which it must not fire any more.
    """
    told = tuple(labels)
    worse, end = lead + within, lead + within + 10
    return (
        Case(
            "fires",
            f"{good:g}, then {bad:g}",
            scene([(good, lead), (bad, within + 10)]),
            fires=(worse, end),
            silent=(lead,),
            labels=told,
            summary=summary,
        ),
        Case(
            "silent",
            f"{good:g}, then {almost:g}",
            scene([(good, lead), (almost, within + 40)]),
            silent=(lead, worse, lead + within + 40),
        ),
        Case(
            "resolves",
            f"{bad:g}, then {good:g} again",
            scene([(good, lead), (bad, within + 10), (good, gone + 10)]),
            fires=(end,),
            silent=(end + gone,),
            labels=told,
        ),
        Case(
            "missing",
            f"{bad:g}, then nothing is sent any more",
            scene([(good, lead), (bad, within + 10)]),
            fires=(end,),
            silent=(end + gone,),
            labels=told,
        ),
    )
