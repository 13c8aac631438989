"""The figures of a store: exact counts from metrics, which are recorded before sampling, never from spans."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spanwise.exporters.database import open_for_reading
from spanwise.exporters.distribution import Distribution
from spanwise.exporters.encoding import decode_mapping
from spanwise.exporters.rows import FINE_OUTCOMES
from spanwise.exporters.series import Readings, read_series
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["FeatureUse", "Health", "Judgement", "Latency", "ModelUse", "Summary", "Tokens", "read_summary", "summarise"]

_TOKEN_TYPE = "gen_ai.token.type"
_PROFILES = tuple(metrics.PROFILES.values())


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in seconds, interpolated from histogram buckets; `None` where nothing was measured."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, distribution: Distribution) -> Latency:
        """The percentiles of a distribution."""
        found = (distribution.quantile(share) for share in (0.5, 0.95, 0.99))
        return cls(round(distribution.count), *found)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens by kind. `input` includes what was read from and written to a cache, `output` includes reasoning."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    reasoning: int

    @property
    def total(self) -> int:
        """Input and output."""
        return self.input + self.output


@dataclass(frozen=True, slots=True)
class ModelUse:
    """One model of one provider. `cost` (USD) leaves out the `unpriced` calls."""

    provider: str
    model: str
    calls: int
    errors: int
    tokens: Tokens
    cost: float
    unpriced: int
    latency: Latency
    first_chunk: Latency


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """One feature of the application."""

    feature: str
    calls: int
    errors: int
    cost: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge said of one fault: of how many calls, and how many have it."""

    fault: str
    judged: int
    failed: int


@dataclass(frozen=True, slots=True)
class Health:
    """The pipeline's own figures, in spans unless said otherwise."""

    spans: int
    exported: int
    sampled_out: int
    kept_traces: Mapping[str, int]
    """Traces kept by sampling, by reason."""
    dropped: Mapping[str, int]
    """Spans lost, by reason."""
    internal_errors: Mapping[str, int]
    """Faults of Spanwise itself, by site."""
    content_dropped: int
    merged: int
    unparsed: int
    inline: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a store holds about a time window. Counts are exact where the application exports metrics to the store."""

    path: Path
    since_ns: int | None
    first_ns: int | None
    """When the first thing in the window happened; `None` for an empty store."""
    last_ns: int | None
    services: tuple[str, ...]
    processes: int
    calls: int
    errors: int
    """Calls whose outcome is none of `FINE_OUTCOMES`."""
    outcomes: Mapping[str, int]
    error_types: Mapping[str, int]
    latency: Latency
    first_chunk: Latency
    tokens: Tokens
    estimated_tokens: Tokens
    """The part of `tokens` that no provider reported: those of the `estimated` calls."""
    cost: float
    """USD, without the calls in `unpriced`."""
    unpriced: Mapping[str, int]
    """Calls whose price is not known, by reason."""
    estimated: int
    """Calls whose tokens were estimated, because the provider gave none."""
    retries: int
    redacted: Mapping[str, int]
    flagged: Mapping[str, int]
    abuse: Mapping[str, int]
    """Times that somebody went over a limit, by who and which: `user requests`."""
    judgements: tuple[Judgement, ...]
    judge_cost: float
    """USD, not part of `cost`."""
    judge_skipped: Mapping[str, int]
    """Calls that were to be judged and were not, by reason."""
    models: tuple[ModelUse, ...]
    features: tuple[FeatureUse, ...]
    health: Health
    stored_traces: int
    stored_spans: int
    has_metrics: bool

    @property
    def error_share(self) -> float:
        """Errors by calls; 0 without calls."""
        return self.errors / self.calls if self.calls else 0.0

    @property
    def unpriced_calls(self) -> int:
        """Calls that `cost` leaves out."""
        return sum(self.unpriced.values())

    @property
    def empty(self) -> bool:
        """Whether the window holds nothing at all."""
        return not self.calls and not self.stored_spans


def summarise(path: str | Path, since_ns: int | None = None) -> Summary:
    """Read the figures of a store, since a time (epoch, ns) or over all that is kept.

    Raises:
        StoreError: there is no store at the path, or it cannot be read; the text is for people.
    """
    with open_for_reading(Path(path)) as connection:
        return read_summary(connection, Path(path), since_ns)


def read_summary(connection: sqlite3.Connection, path: Path, since_ns: int | None = None) -> Summary:
    """The same over an open connection."""
    readings = read_series(connection, since_ns)
    calls = _calls(readings)
    outcomes = _outcomes(calls)
    spans, traces, first, last = _stored(connection, since_ns)
    series_times = [time for one in readings.series for time in (max(one.start_ns, since_ns or 0), one.state.time_ns)]
    times = [time for time in (first, last, *series_times) if time is not None]
    count = round(_count(calls))
    return Summary(
        path=path,
        since_ns=since_ns,
        first_ns=min(times, default=None),
        last_ns=max(times, default=None),
        services=_services(connection),
        processes=len({one.writer for one in readings.series}),
        calls=count,
        errors=_errors(calls),
        outcomes=outcomes,
        error_types={kind: n for kind, n in _counts(calls, names.ERROR_TYPE).items() if kind},
        latency=Latency.of(_durations(readings).distribution()),
        first_chunk=Latency.of(_first_chunks(readings).distribution()),
        tokens=_tokens(readings),
        estimated_tokens=_tokens(readings.by(names.USAGE_ESTIMATED).get(("true",), Readings([]))),
        cost=readings.named(metrics.COST).total(),
        unpriced=readings.named(metrics.UNPRICED).totals(names.COST_UNPRICED),
        estimated=round(readings.named(metrics.ESTIMATED).total()),
        retries=round(readings.named(metrics.ATTEMPTS).total()),
        redacted=readings.named(metrics.REDACTED).totals("spanwise.redaction.type"),
        flagged=readings.named(metrics.SCREENED).totals(names.SCREEN_CATEGORY),
        abuse=_abuse(readings.named(metrics.ABUSE_FLAGS)),
        judgements=_judgements(readings.named(metrics.JUDGE_SCORE)),
        judge_cost=readings.named(metrics.JUDGE_COST).total(),
        judge_skipped=readings.named(metrics.JUDGE_SKIPPED).totals(names.JUDGE_SKIPPED),
        models=_models(readings),
        features=_features(readings),
        health=_health(readings),
        stored_traces=traces,
        stored_spans=spans,
        has_metrics=bool(readings.series),
    )


def _calls(readings: Readings) -> Readings:
    """The series that count calls: our counter, or the duration histogram where another library measures."""
    return readings.named(metrics.CALLS) if readings.named(metrics.CALLS).series else _durations(readings)


def _durations(readings: Readings) -> Readings:
    return readings.named(*(metric for p in _PROFILES for metric in (p.duration, p.embeddings_duration)))


def _first_chunks(readings: Readings) -> Readings:
    return readings.named(*(profile.time_to_first_chunk for profile in _PROFILES))


def _count(calls: Readings) -> float:
    return sum(one.distribution.count if one.distribution.counts else one.value for one in calls.series)


def _counts(calls: Readings, label: str) -> dict[str, int]:
    sums = {key[0]: round(_count(found)) for key, found in calls.by(label).items()}
    return dict(sorted(((k, n) for k, n in sums.items() if n), key=lambda item: (-item[1], item[0])))


def _outcomes(calls: Readings) -> dict[str, int]:
    """Calls by outcome; where a library knows none, by whether there was an error."""
    found: dict[str, int] = {}
    for (outcome, error), group in calls.by(names.OUTCOME, names.ERROR_TYPE).items():
        word = outcome or ("error" if error else "ok")
        found[word] = found.get(word, 0) + round(_count(group))
    return dict(sorted(((k, n) for k, n in found.items() if n), key=lambda item: (-item[1], item[0])))


def _errors(calls: Readings) -> int:
    return sum(n for outcome, n in _outcomes(calls).items() if outcome not in FINE_OUTCOMES)


def _tokens(readings: Readings) -> Tokens:
    def total(pick: Callable[[metrics.Profile], metrics.Metric | None]) -> int:
        return round(readings.named(*(pick(profile) for profile in _PROFILES)).total())

    usage = readings.named(*(profile.token_usage for profile in _PROFILES))
    kinds = {key[0]: round(found.total()) for key, found in usage.by(_TOKEN_TYPE).items()}
    return Tokens(
        kinds.get("input", 0) + total(lambda profile: profile.input_tokens),
        kinds.get("output", 0) + total(lambda profile: profile.output_tokens),
        total(lambda profile: profile.cache_read_tokens),
        total(lambda profile: profile.cache_write_tokens),
        total(lambda profile: profile.reasoning_tokens),
    )


def _abuse(flags: Readings) -> dict[str, int]:
    groups = flags.by("spanwise.abuse.subject", "spanwise.abuse.reason").items()
    sums = {f"{subject} {reason}": round(found.total()) for (subject, reason), found in groups}
    return dict(sorted(((key, count) for key, count in sums.items() if count), key=lambda item: (-item[1], item[0])))


def _judgements(scores: Readings) -> tuple[Judgement, ...]:
    found: list[Judgement] = []
    for (fault,), group in scores.by(names.EVALUATION_NAME).items():
        failed = group.by(names.EVALUATION_LABEL).get(("fail",), Readings([]))
        found.append(Judgement(fault, round(_count(group)), round(_count(failed))))
    return tuple(sorted(found, key=lambda judgement: (-judgement.failed, judgement.fault)))


def _models(readings: Readings) -> tuple[ModelUse, ...]:
    """Use by provider and model, the dearest first."""
    groups = _with_model(readings).by(names.PROVIDER_NAME, "model")
    found = [_model_use(provider, model, group) for (provider, model), group in groups.items() if provider or model]
    return tuple(sorted((use for use in found if use.calls), key=lambda use: (-use.cost, -use.calls, use.model)))


def _with_model(readings: Readings) -> Readings:
    """The series with one label `model`: the response's where known, or what was asked for."""
    return Readings([one.relabelled("model", names.RESPONSE_MODEL, names.REQUEST_MODEL) for one in readings.series])


def _model_use(provider: str, model: str, group: Readings) -> ModelUse:
    calls = _calls(group)
    return ModelUse(
        provider,
        model,
        calls=round(_count(calls)),
        errors=_errors(calls),
        tokens=_tokens(group),
        cost=group.named(metrics.COST).total(),
        unpriced=round(group.named(metrics.UNPRICED).total()),
        latency=Latency.of(_durations(group).distribution()),
        first_chunk=Latency.of(_first_chunks(group).distribution()),
    )


def _features(readings: Readings) -> tuple[FeatureUse, ...]:
    """Use by feature, the dearest first."""
    groups = readings.by(names.FEATURE).items()
    found = [
        FeatureUse(key[0], round(_count(_calls(group))), _errors(_calls(group)), group.named(metrics.COST).total())
        for key, group in groups
        if key[0]
    ]
    return tuple(sorted(found, key=lambda use: (-use.cost, -use.calls, use.feature)))


def _health(readings: Readings) -> Health:
    def total(metric: metrics.Metric) -> int:
        return round(readings.named(metric).total())

    return Health(
        spans=total(metrics.PIPELINE_SPANS),
        exported=total(metrics.PIPELINE_EXPORTED),
        sampled_out=total(metrics.PIPELINE_SAMPLED_OUT),
        kept_traces=readings.named(metrics.PIPELINE_KEPT).totals(names.SAMPLING_REASON),
        dropped=readings.named(metrics.PIPELINE_DROPPED).totals("reason"),
        internal_errors=readings.named(metrics.PIPELINE_ERRORS).totals("site"),
        content_dropped=total(metrics.PIPELINE_BLANKED),
        merged=total(metrics.PIPELINE_MERGED),
        unparsed=total(metrics.PIPELINE_UNPARSED),
        inline=total(metrics.PIPELINE_INLINE),
    )


def _stored(connection: sqlite3.Connection, since_ns: int | None) -> tuple[int, int, int | None, int | None]:
    """Spans, traces, and the first start and last end among them."""
    row: Sequence[int | None] = connection.execute(
        "SELECT COUNT(*), COUNT(DISTINCT trace_id), MIN(start_ns), MAX(end_ns) FROM spans WHERE start_ns >= ?",
        (since_ns or 0,),
    ).fetchone()
    return row[0] or 0, row[1] or 0, row[2], row[3]


def _services(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT attributes FROM resources").fetchall()
    found = [decode_mapping(str(text)).get("service.name") for (text,) in rows]
    return tuple(sorted({name for name in found if isinstance(name, str)}))
