"""What Spanwise itself loses or cannot read."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.promql import SERVICE, occurred, series, sum_by
from catalogue.scenes import SERVICE_LABELS, always, both, cases, happening
from catalogue.wording import COUNT, PERCENT, TIMES, WHO
from spanwise.semconv import metrics

__all__ = ["ALERTS"]


_CALLS = sum_by(SERVICE, "rate(genai:calls:total[30m])")


def _rate(metric: metrics.Metric, window: str = "10m") -> str:
    return sum_by(SERVICE, f"rate({series(metric)}[{window}])")


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAITelemetryLost",
        expr=occurred(series(metrics.PIPELINE_DROPPED)),
        summary=f"{COUNT} spans of {WHO} were lost in the process",
        description="The pipeline gave spans up: a step that blocks or fails. Their traces have holes.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Spans lost",
        cases=cases(
            happening(metrics.PIPELINE_DROPPED, ("reason", "stalled"), per_call=False),
            good=0,
            bad=10,
            almost=0,
            labels=SERVICE_LABELS,
            summary="50 spans of shop (production) were lost in the process",
            within=5,
        ),
        hold="0s",
    ),
    Alert(
        name="GenAIPipelineSaturated",
        expr=f"{_rate(metrics.PIPELINE_INLINE)} / ({_rate(metrics.PIPELINE_SPANS)} > 0) > 0.01",
        summary=f"{PERCENT} of the spans of {WHO} are processed on the caller",
        description="The pipeline's queue is full: calls wait for their telemetry. Nothing is lost, latency grows.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Spans processed inline",
        cases=cases(
            both(
                happening(metrics.PIPELINE_INLINE, per_call=False),
                always(happening(metrics.PIPELINE_SPANS, per_call=False), 200),
            ),
            good=0,
            bad=20,
            almost=1,
            labels=SERVICE_LABELS,
            summary="10% of the spans of shop (production) are processed on the caller",
            within=20,
        ),
    ),
    Alert(
        name="GenAIUnparsedCalls",
        expr=f"{_rate(metrics.PIPELINE_UNPARSED, '30m')} / ({_CALLS} > 20 / 1800) > 0.05",
        summary=f"{PERCENT} of the calls of {WHO} cannot be read fully",
        description="Requests or answers that do not parse: a new API of a provider, or bodies above the size limit. "
        "Tokens and cost of such calls may be missing.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Unparsed calls",
        cases=cases(
            happening(metrics.PIPELINE_UNPARSED, ("part", "stream"), per_call=False),
            good=0,
            bad=12,
            almost=2,
            labels=SERVICE_LABELS,
            summary="20% of the calls of shop (production) cannot be read fully",
            within=50,
            gone=60,
        ),
        hold="15m",
    ),
    Alert(
        name="GenAIInternalErrors",
        expr=occurred(series(metrics.PIPELINE_ERRORS)),
        summary=f"Spanwise failed {TIMES} inside {WHO}",
        description="A fault of Spanwise itself. The application does not notice; telemetry may be incomplete.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Internal errors",
        cases=cases(
            happening(metrics.PIPELINE_ERRORS, ("site", "screen"), per_call=False),
            good=0,
            bad=1,
            almost=0,
            labels=SERVICE_LABELS,
            summary="Spanwise failed 5 times inside shop (production)",
            within=5,
        ),
        hold="0s",
    ),
)
