"""What Spanwise itself loses or cannot read."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.promql import SERVICE, occurred, series, sum_by
from catalogue.wording import NUMBER, PERCENT, WHO
from spanwise.semconv import metrics

__all__ = ["ALERTS"]


_CALLS = sum_by(SERVICE, "rate(genai:calls:total[30m])")


def _rate(metric: metrics.Metric, window: str = "10m") -> str:
    return sum_by(SERVICE, f"rate({series(metric)}[{window}])")


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAITelemetryLost",
        expr=occurred(series(metrics.PIPELINE_DROPPED)),
        summary=f"{NUMBER} spans of {WHO} were lost in the process",
        description="The pipeline gave spans up: a step that blocks or fails. Their traces have holes.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Spans lost",
        cases=(),
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
        cases=(),
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
        cases=(),
        hold="15m",
    ),
    Alert(
        name="GenAIInternalErrors",
        expr=occurred(series(metrics.PIPELINE_ERRORS)),
        summary=f"Spanwise failed {NUMBER} times inside {WHO}",
        description="A fault of Spanwise itself. The application does not notice; telemetry may be incomplete.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Internal errors",
        cases=(),
        hold="0s",
    ),
)
