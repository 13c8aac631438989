"""A made-up application's telemetry, built with the SDK: GenAI spans as the pipeline leaves them, and its metrics."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AnyValue

from spanwise.semconv import attributes as names
from spanwise.semconv import metrics as metric_names

SECOND = 10**9
RESOURCE = Resource({"service.name": "checkout-assistant", "service.instance.id": "i-1"})
SCOPE = InstrumentationScope("spanwise.instrumentation", "0.1.0")


def span(
    name: str,
    trace: int,
    number: int,
    parent: int | None = None,
    start: int = 1_700_000_000 * SECOND,
    seconds: float = 1.0,
    attributes: Mapping[str, AnyValue] | None = None,
    error: str | None = None,
    kind: SpanKind = SpanKind.CLIENT,
    events: Sequence[Event] = (),
) -> ReadableSpan:
    """A finished span with fixed ids."""
    flags = TraceFlags(TraceFlags.SAMPLED)
    return ReadableSpan(
        name,
        context=SpanContext(trace, number, False, flags),
        parent=SpanContext(trace, parent, False, flags) if parent is not None else None,
        resource=RESOURCE,
        attributes=dict(attributes or {}),
        events=events,
        kind=kind,
        status=Status(StatusCode.ERROR, error) if error else Status(StatusCode.UNSET),
        start_time=start,
        end_time=start + int(seconds * SECOND),
        instrumentation_scope=SCOPE,
    )


def chat_attributes(model: str = "gpt-5.2", **more: AnyValue) -> dict[str, AnyValue]:
    """The attributes of a priced chat call; keywords override by short name, `None` removes."""
    found: dict[str, AnyValue] = {
        names.OPERATION_NAME: "chat",
        names.PROVIDER_NAME: "openai",
        names.REQUEST_MODEL: model,
        names.RESPONSE_MODEL: model,
        names.RESPONSE_ID: "resp_1",
        names.RESPONSE_FINISH_REASONS: ["stop"],
        names.USAGE_INPUT_TOKENS: 1200,
        names.USAGE_OUTPUT_TOKENS: 300,
        names.COST_AMOUNT: 0.0125,
        names.COST_CURRENCY: "USD",
        names.OUTCOME: "ok",
        names.SAMPLING_WEIGHT: 1.0,
    }
    for short, value in more.items():
        found[getattr(names, short.upper())] = value
    return {name: value for name, value in found.items() if value is not None}


def collect(reader: InMemoryMetricReader, exporter: MetricExporter, start: int, now: int) -> None:
    """Export what was measured as if it had begun at `start` and were collected at `now` (epoch, ns)."""
    data = reader.get_metrics_data()
    for resource in data.resource_metrics if data else ():
        for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
            for point in metric.data.data_points:
                object.__setattr__(point, "start_time_unix_nano", start)
                object.__setattr__(point, "time_unix_nano", now)
    if data:
        exporter.export(data)  # pyright: ignore[reportUnknownMemberType]  # the SDK leaves **kwargs untyped


@dataclass
class Application:
    """An assistant with an agent, a tool and calls to three models; the same seed gives the same telemetry."""

    seed: int = 1
    end: int = field(default_factory=time.time_ns)
    hours: float = 6.0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def run(self, requests: int, spans: SpanExporter, metrics: MetricExporter | None = None) -> None:
        """Handle requests that are spread over the hours before the end, and export all of their telemetry."""
        reader = InMemoryMetricReader()
        provider = MeterProvider([reader], RESOURCE, shutdown_on_exit=False)
        instruments = Instruments(provider)
        step = int(self.hours * 3600 * SECOND / max(requests, 1))
        batch: list[ReadableSpan] = []
        for number in range(requests):
            start = self.end - (requests - number) * step + int(self.random.random() * step)
            batch += self.request(start, instruments)
            if len(batch) >= 512:
                spans.export(batch)
                batch = []
            if metrics and (number % max(1, requests // 200) == 0 or number == requests - 1):
                collect(reader, metrics, self.end - int(self.hours * 3600 * SECOND), start + step)
        if batch:
            spans.export(batch)
        provider.shutdown()
        if metrics:
            metrics.shutdown()  # pyright: ignore[reportUnknownMemberType]

    def request(self, start: int, instruments: Instruments | None = None) -> list[ReadableSpan]:
        """One trace: an HTTP request, an agent, one to three model calls, perhaps a tool."""
        trace, root, agent = self._id(128), self._id(64), self._id(64)
        made: list[ReadableSpan] = []
        now = start + 2_000_000
        for turn in range(self.random.choice((1, 1, 2, 3))):
            call = self._call(trace, agent, now, instruments)
            made.append(call)
            now = (call.end_time or now) + 1_000_000
            if turn == 0 and self.random.random() < 0.4:
                tool = self._tool(trace, agent, now)
                made.append(tool)
                now = (tool.end_time or now) + 1_000_000
        seconds = (now - start) / SECOND
        agent_attributes: dict[str, AnyValue] = {names.OPERATION_NAME: "invoke_agent", names.AGENT_NAME: "checkout"}
        made.append(
            span("invoke_agent checkout", trace, agent, root, start + 10**6, seconds, agent_attributes,
                 kind=SpanKind.INTERNAL)
        )  # fmt: skip
        made.append(
            span("POST /chat", trace, root, None, start, seconds + 0.004, {"http.route": "/chat"}, kind=SpanKind.SERVER)
        )
        return made

    def _call(self, trace: int, parent: int, start: int, instruments: Instruments | None) -> ReadableSpan:
        dice = self.random
        provider, model, price, speed = dice.choices(_MODELS, (5, 3, 2, 1))[0]
        outcome, error = dice.choices(_OUTCOMES, (90, 3, 2, 1, 1, 1, 1))[0]
        tokens_in, tokens_out = int(dice.lognormvariate(7, 0.8)), int(dice.lognormvariate(5.5, 0.9))
        first = 0.15 + dice.expovariate(3) * speed
        seconds = first + tokens_out * 0.006 * speed
        if outcome == "timeout":
            seconds = 30.0
        attributes = chat_attributes(
            model,
            provider_name=provider,
            request_stream=True,
            usage_input_tokens=tokens_in,
            usage_output_tokens=None if error else tokens_out,
            usage_cache_read_tokens=int(tokens_in * dice.choice((0, 0, 0.5, 0.9))) or None,
            response_time_to_first_chunk=None if error else round(first, 4),
            cost_amount=None if error or price is None else (tokens_in + 5 * tokens_out) * price / 1e6,
            cost_unpriced="model_unknown" if price is None and not error else None,
            outcome=outcome,
            attempts=dice.choice((None, None, None, None, None, 2, 3)),
            user_id=f"user-{int(dice.paretovariate(1.2)) % 40}",
            feature=dice.choice(("search", "checkout", "returns")),
            sampling_weight=1.0,
            sampling_reason="baseline" if outcome == "ok" else "error",
            error_type=error,
        )
        self._screen(attributes)
        if instruments:
            instruments.record(attributes, seconds)
        return span(f"chat {model}", trace, self._id(64), parent, start, seconds, attributes, error and f"HTTP {error}")

    def _screen(self, attributes: dict[str, AnyValue]) -> None:
        dice = self.random
        if dice.random() < 0.02:
            category = dice.choice(("injection", "jailbreak", "indirect_injection"))
            attributes |= {names.SCREEN_FLAGGED: True, names.SCREEN_SCORE: 0.93, names.SCREEN_CATEGORY: category}
        if dice.random() < 0.08:
            attributes |= {names.REDACTION_COUNT: 2, names.REDACTION_TYPES: ["email", "phone"]}

    def _tool(self, trace: int, parent: int, start: int) -> ReadableSpan:
        attributes: dict[str, AnyValue] = {names.OPERATION_NAME: "execute_tool", names.TOOL_NAME: "stock_lookup"}
        seconds = 0.02 + self.random.random() * 0.2
        return span("execute_tool stock_lookup", trace, self._id(64), parent, start, seconds, attributes,
                    kind=SpanKind.INTERNAL)  # fmt: skip

    def _id(self, bits: int) -> int:
        return self.random.getrandbits(bits) or 1


_MODELS: tuple[tuple[str, str, float | None, float], ...] = (
    ("openai", "gpt-5.2-mini", 0.25, 0.7),
    ("openai", "gpt-5.2", 1.75, 1.2),
    ("anthropic", "claude-sonnet-4-6", 3.0, 1.0),
    ("vllm", "in-house-7b", None, 0.5),
)
_OUTCOMES: tuple[tuple[str, str | None], ...] = (
    ("ok", None),
    ("rate_limit", "429"),
    ("timeout", "timeout"),
    ("unavailable", "503"),
    ("truncated", None),
    ("refusal", None),
    ("abandoned", None),
)


class Instruments:
    """Records the metrics that the pipeline would, in one generation of the conventions' names."""

    def __init__(self, provider: MeterProvider, profile: str = "v1.41") -> None:
        meter = provider.get_meter("spanwise")
        chosen = metric_names.PROFILES[profile]
        listed = [metric for metric in chosen if metric is not None]
        listed += [*metric_names.SPANWISE_METRICS, *metric_names.SELF_METRICS, *metric_names.JUDGE_METRICS]
        self.profile = chosen
        self.histograms = {
            m.name: meter.create_histogram(m.name, m.unit, explicit_bucket_boundaries_advisory=list(m.buckets))
            for m in {m.name: m for m in listed if m.instrument == "histogram"}.values()
        }
        self.counters = {m.name: meter.create_counter(m.name, m.unit) for m in listed if m.instrument == "counter"}

    def record(self, attributes: Mapping[str, AnyValue], seconds: float) -> None:
        """What one call adds."""
        labels = {name: str(attributes[name]) for name in _LABELS if name in attributes}
        outcome = {names.OUTCOME: str(attributes[names.OUTCOME])}
        self.histograms[self.profile.duration.name].record(seconds, labels | outcome)
        self.add(metric_names.CALLS, 1, labels | outcome)
        self._tokens(attributes, labels)
        first = attributes.get(names.RESPONSE_TIME_TO_FIRST_CHUNK)
        if isinstance(first, float):
            self.histograms[self.profile.time_to_first_chunk.name].record(first, labels)
        cost = attributes.get(names.COST_AMOUNT)
        if isinstance(cost, float):
            self.add(metric_names.COST, cost, labels)
        attempts = attributes.get(names.ATTEMPTS)
        if isinstance(attempts, int):
            self.add(metric_names.ATTEMPTS, attempts - 1, labels)
        self._findings(attributes, labels)
        self.add(metric_names.PIPELINE_SPANS, 1, {})

    def add(self, metric: metric_names.Metric, amount: float, labels: Mapping[str, str]) -> None:
        """Add to one of the counters."""
        self.counters[metric.name].add(amount, dict(labels))

    def _tokens(self, attributes: Mapping[str, AnyValue], labels: Mapping[str, str]) -> None:
        profile = self.profile
        for kind, name, counter in (
            ("input", names.USAGE_INPUT_TOKENS, profile.input_tokens),
            ("output", names.USAGE_OUTPUT_TOKENS, profile.output_tokens),
        ):
            amount = attributes.get(name)
            if not isinstance(amount, int):
                continue
            if counter is not None:
                self.add(counter, amount, labels)
            elif profile.token_usage is not None:
                self.histograms[profile.token_usage.name].record(amount, {**labels, "gen_ai.token.type": kind})
        cached = attributes.get(names.USAGE_CACHE_READ_TOKENS)
        if isinstance(cached, int):
            self.add(profile.cache_read_tokens, cached, labels)

    def _findings(self, attributes: Mapping[str, AnyValue], labels: Mapping[str, str]) -> None:
        if names.COST_UNPRICED in attributes:
            reason = {names.COST_UNPRICED: str(attributes[names.COST_UNPRICED])}
            self.add(metric_names.UNPRICED, 1, {**labels, **reason})
        if names.SCREEN_CATEGORY in attributes:
            category = {names.SCREEN_CATEGORY: str(attributes[names.SCREEN_CATEGORY])}
            self.add(metric_names.SCREENED, 1, {**labels, **category})
        types = attributes.get(names.REDACTION_TYPES)
        for kind in types if isinstance(types, (list, tuple)) else ():
            self.add(metric_names.REDACTED, 1, {"spanwise.redaction.type": str(kind)})


_LABELS = (
    names.OPERATION_NAME,
    names.PROVIDER_NAME,
    names.REQUEST_MODEL,
    names.RESPONSE_MODEL,
    names.ERROR_TYPE,
    names.FEATURE,
)
