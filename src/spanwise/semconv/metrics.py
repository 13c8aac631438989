"""Every metric: name, instrument, unit, buckets, description. The conventions' names come in two generations.

`PROFILES["v1.41"]` is what libraries emit today, `PROFILES["main"]` what the conventions' main branch says.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = [
    "AUDIT_METRICS",
    "DURATION_BUCKETS",
    "JUDGE_METRICS",
    "MEASURING_SCOPES",
    "PROFILES",
    "SELF_METRICS",
    "SPANWISE_METRICS",
    "TOKEN_BUCKETS",
    "Metric",
    "Profile",
]


class Metric(NamedTuple):
    """One instrument. `unit` is UCUM; `buckets` advise histograms; `exemplar` is whether points link to traces."""

    name: str
    instrument: Literal["counter", "histogram", "gauge"]
    unit: str
    description: str
    buckets: tuple[float, ...] = ()
    exemplar: bool = True


class Profile(NamedTuple):
    """The metric names of one generation of the conventions. `None` is not emitted in that generation."""

    duration: Metric
    embeddings_duration: Metric
    time_to_first_chunk: Metric
    time_per_output_chunk: Metric
    token_usage: Metric | None
    input_tokens: Metric | None
    output_tokens: Metric | None
    cache_read_tokens: Metric
    cache_write_tokens: Metric
    reasoning_tokens: Metric


MEASURING_SCOPES = ("opentelemetry.instrumentation.genai", "opentelemetry.util.genai")
"""Scopes of instrumentors that record the conventions' own metrics themselves; recording them again counts twice."""

DURATION_BUCKETS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKEN_BUCKETS = tuple(float(4**n) for n in range(14))


def _seconds(name: str, description: str) -> Metric:
    return Metric(name, "histogram", "s", description, DURATION_BUCKETS)


def _tokens(name: str, description: str) -> Metric:
    return Metric(name, "counter", "{token}", description, exemplar=False)


_CACHE_READ = "Input tokens served from the provider's prompt cache"
_CACHE_WRITE = "Input tokens stored in the provider's prompt cache"
_REASONING = "Output tokens spent on reasoning"

PROFILES: dict[str, Profile] = {
    "v1.41": Profile(
        duration=_seconds("gen_ai.client.operation.duration", "Duration of GenAI calls"),
        embeddings_duration=_seconds("gen_ai.client.operation.duration", "Duration of GenAI calls"),
        time_to_first_chunk=_seconds(
            "gen_ai.client.operation.time_to_first_chunk", "Time to the first chunk of a streamed response"
        ),
        time_per_output_chunk=_seconds(
            "gen_ai.client.operation.time_per_output_chunk", "Mean time between the chunks of a streamed response"
        ),
        token_usage=Metric(
            "gen_ai.client.token.usage",
            "histogram",
            "{token}",
            "Input and output tokens used",
            TOKEN_BUCKETS,
            exemplar=False,
        ),
        input_tokens=None,
        output_tokens=None,
        cache_read_tokens=_tokens("spanwise.client.cache_read.tokens", _CACHE_READ),
        cache_write_tokens=_tokens("spanwise.client.cache_write.tokens", _CACHE_WRITE),
        reasoning_tokens=_tokens("spanwise.client.reasoning.tokens", _REASONING),
    ),
    "main": Profile(
        duration=_seconds("gen_ai.client.inference.duration", "Duration of inference calls"),
        embeddings_duration=_seconds("gen_ai.client.operation.duration", "Duration of other GenAI client calls"),
        time_to_first_chunk=_seconds(
            "gen_ai.client.inference.time_to_first_chunk", "Time to the first chunk of a streamed response"
        ),
        time_per_output_chunk=_seconds(
            "gen_ai.client.inference.time_per_output_chunk", "Mean time between the chunks of a streamed response"
        ),
        token_usage=None,
        input_tokens=_tokens("gen_ai.client.inference.usage.input_tokens", "Input tokens used, cached included"),
        output_tokens=_tokens("gen_ai.client.inference.usage.output_tokens", "Output tokens used, reasoning included"),
        cache_read_tokens=_tokens("gen_ai.client.inference.usage.cache_read.input_tokens", _CACHE_READ),
        cache_write_tokens=_tokens("gen_ai.client.inference.usage.cache_write.input_tokens", _CACHE_WRITE),
        reasoning_tokens=_tokens("gen_ai.client.inference.usage.reasoning.output_tokens", _REASONING),
    ),
}

CALLS = Metric("spanwise.client.calls", "counter", "{call}", "GenAI calls, by how they ended", exemplar=False)
COST = Metric("spanwise.client.cost", "counter", "{USD}", "Cost of GenAI calls whose price is known", exemplar=False)
UNPRICED = Metric("spanwise.client.unpriced", "counter", "{call}", "GenAI calls whose price is not known, by reason")
ESTIMATED = Metric(
    "spanwise.client.estimated", "counter", "{call}", "GenAI calls whose tokens were estimated: the provider gave none"
)
ATTEMPTS = Metric("spanwise.client.retries", "counter", "{attempt}", "Attempts that failed and were tried again")
SCREENED = Metric("spanwise.screen.flagged", "counter", "{call}", "GenAI calls flagged by screening, by category")
ABUSE_FLAGS = Metric(
    "spanwise.abuse.flags", "counter", "{flag}", "Times that a user, tenant or key went over a limit", exemplar=False
)
ACTIVE_USERS = Metric(
    "spanwise.client.active_users", "gauge", "{user}", "Distinct users in the last five minutes, within about 2 %"
)
REDACTED = Metric("spanwise.redact.findings", "counter", "{finding}", "Values redacted before export, by type")

JUDGE_SCORE = Metric(
    "spanwise.judge.score",
    "histogram",
    "1",
    "How sure the judge is that a call has a fault, from 0 to 1, by fault and by whether that is a pass or a fail",
    tuple(tenth / 10 for tenth in range(1, 11)),
    exemplar=False,
)
JUDGE_COST = Metric("spanwise.judge.cost", "counter", "{USD}", "What the judge itself cost", exemplar=False)
JUDGE_SKIPPED = Metric(
    "spanwise.judge.skipped", "counter", "{call}", "Calls that were to be judged and were not, by reason"
)

SPANWISE_METRICS = (CALLS, COST, UNPRICED, ESTIMATED, ATTEMPTS, SCREENED, ABUSE_FLAGS, ACTIVE_USERS, REDACTED)
"""What no convention covers."""

PIPELINE_SPANS = Metric("spanwise.pipeline.spans", "counter", "{span}", "Spans that entered the pipeline")
PIPELINE_EXPORTED = Metric("spanwise.pipeline.exported", "counter", "{span}", "Spans handed on to exporters")
PIPELINE_SAMPLED_OUT = Metric("spanwise.pipeline.sampled_out", "counter", "{span}", "Spans that sampling left out")
PIPELINE_KEPT = Metric("spanwise.pipeline.kept_traces", "counter", "{trace}", "Traces kept by sampling, by reason")
PIPELINE_MERGED = Metric("spanwise.pipeline.merged", "counter", "{span}", "Duplicate spans merged into another one")
PIPELINE_DROPPED = Metric("spanwise.pipeline.dropped", "counter", "{span}", "Spans lost, by reason")
PIPELINE_BLANKED = Metric(
    "spanwise.pipeline.content_dropped", "counter", "{span}", "Spans sent without content because redaction failed"
)
PIPELINE_TRUNCATED = Metric("spanwise.pipeline.truncated", "counter", "{value}", "Values cut to the length limit")
PIPELINE_UNPARSED = Metric("spanwise.pipeline.unparsed", "counter", "{call}", "Calls not fully readable, by part")
PIPELINE_INLINE = Metric("spanwise.pipeline.inline", "counter", "{span}", "Spans processed on the caller: queue full")
PIPELINE_QUEUE = Metric("spanwise.pipeline.queue", "gauge", "{span}", "Spans waiting in the pipeline's queue")
AUDIT_RECORDS = Metric("spanwise.audit.records", "counter", "{record}", "Calls that left a record in the audit log")
AUDIT_LOST = Metric("spanwise.audit.lost", "counter", "{record}", "Calls that left no record in the audit log")
AUDIT_WAITING = Metric("spanwise.audit.waiting", "gauge", "{record}", "Records that the audit log could not take yet")
PIPELINE_ERRORS = Metric("spanwise.internal.errors", "counter", "{error}", "Faults of Spanwise itself, by site")

SELF_METRICS = (
    PIPELINE_SPANS,
    PIPELINE_EXPORTED,
    PIPELINE_SAMPLED_OUT,
    PIPELINE_KEPT,
    PIPELINE_MERGED,
    PIPELINE_DROPPED,
    PIPELINE_BLANKED,
    PIPELINE_TRUNCATED,
    PIPELINE_UNPARSED,
    PIPELINE_INLINE,
    PIPELINE_QUEUE,
    PIPELINE_ERRORS,
)
"""The pipeline's own health."""

JUDGE_METRICS = (JUDGE_SCORE, JUDGE_COST, JUDGE_SKIPPED)
"""Only where a share of the calls is judged."""

AUDIT_METRICS = (AUDIT_RECORDS, AUDIT_LOST, AUDIT_WAITING)
"""Only where there is an audit log."""
