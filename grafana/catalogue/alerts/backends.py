"""The programs behind the dashboards: Collector, Tempo, Prometheus, Alertmanager."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.promql import sum_by
from catalogue.wording import DURATION, NUMBER, PERCENT, TARGET

__all__ = ["ALERTS"]

_COLLECTORS = 'job=~".*(collector|otelcol|agent|gateway).*"'
_WHICH = ("job", "instance")
_PROMETHEUS = "Prometheus {{ .Labels.instance }}"
_REQUESTS = 'prometheus_http_requests_total{handler="/api/v1/otlp/v1/metrics",code!~"2.."}'


def _either(name: str, window: str = "5m") -> str:
    """Scraped from a Collector a counter has no suffix, sent by OTLP it has."""
    return f"(rate({name}[{window}]) or rate({name}_total[{window}]))"


def _down(jobs: str) -> str:
    """Does not answer, or was a target in the last hour and is none any more."""
    return f"up{{{jobs}}} == 0 or 0 * (max_over_time(up{{{jobs}}}[1h]) unless up{{{jobs}}})"


def _lost(kind: str) -> str:
    return sum_by((*_WHICH, "exporter"), f"{_either(f'otelcol_exporter_{kind}_spans')}")


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAICollectorDown",
        expr=_down(_COLLECTORS),
        summary=f"The Collector {TARGET} does not answer",
        description="Applications hold their telemetry for a while, then drop it. What is derived from it is blind.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Backends up",
        cases=(),
        hold="2m",
    ),
    Alert(
        name="GenAICollectorRefusing",
        expr=f"{sum_by(_WHICH, _either('otelcol_receiver_refused_spans'))} > 0",
        summary=f"The Collector {TARGET} refuses {NUMBER} spans per second",
        description="It is at its memory limit. Senders try again, then drop.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector spans",
        cases=(),
    ),
    Alert(
        name="GenAICollectorExportFailing",
        expr=f"{_lost('send_failed')} > 0 or {_lost('enqueue_failed')} > 0",
        summary=f"The Collector {TARGET} loses {NUMBER} spans per second on the way to {{{{ .Labels.exporter }}}}",
        description="All attempts failed, or the queue is full: these spans are gone.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector spans",
        cases=(),
    ),
    Alert(
        name="GenAICollectorQueueFilling",
        expr="otelcol_exporter_queue_size / (otelcol_exporter_queue_capacity > 0) > 0.8",
        summary=f"The queue of {TARGET} to {{{{ .Labels.exporter }}}} is {PERCENT} full",
        description="The backend is slow or away. When it is full, spans are lost.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector queue",
        cases=(),
    ),
    Alert(
        name="GenAICollectorTracesCut",
        expr=f"{sum_by(_WHICH, _either('otelcol_processor_tail_sampling_sampling_trace_dropped_too_early'))} > 0",
        summary=f"The Collector {TARGET} forgets {NUMBER} traces per second before they are complete",
        description="More traces at once than `num_traces` of tail sampling: errors and slow calls may be missing.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector spans",
        cases=(),
    ),
    Alert(
        name="GenAITempoDown",
        expr=_down('job=~".*tempo.*"'),
        summary=f"Tempo {TARGET} does not answer",
        description="No trace can be looked at. The Collector's queue holds new ones until it is full.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Backends up",
        cases=(),
    ),
    Alert(
        name="GenAITempoDiscardsSpans",
        expr=f"{sum_by((*_WHICH, 'reason'), 'rate(tempo_discarded_spans_total[5m])')} > 0",
        summary=f"Tempo {TARGET} discards {NUMBER} spans per second: {{{{ .Labels.reason }}}}",
        description="Its limits are reached: too many traces at once, traces too large, or too many bytes per second.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Tempo spans",
        cases=(),
    ),
    Alert(
        name="GenAIRulesFailing",
        expr=f"{sum_by((*_WHICH, 'rule_group'), 'increase(prometheus_rule_evaluation_failures_total[10m])')} > 0",
        summary=f"{_PROMETHEUS} fails to evaluate {NUMBER} rules of {{{{ .Labels.rule_group }}}}",
        description="What these rules make is missing: dashboards show gaps, alerts stay silent.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Rule evaluation",
        cases=(),
    ),
    Alert(
        name="GenAIRulesSlow",
        expr="prometheus_rule_group_last_duration_seconds > prometheus_rule_group_interval_seconds",
        summary=f"{_PROMETHEUS} needs {DURATION} for the rules of {{{{ .Labels.rule_group }}}}",
        description="Longer than their interval: evaluations are skipped, alerts come late.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Rule evaluation",
        cases=(),
        hold="10m",
    ),
    Alert(
        name="GenAIMetricsRejected",
        expr=f"{sum_by(_WHICH, f'rate({_REQUESTS}[5m])')} > 0",
        summary=f"{_PROMETHEUS} rejects {NUMBER} metric requests per second",
        description="Points too old, out of order or of delta temporality: numbers on the dashboards are too low.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Metrics received",
        cases=(),
    ),
    Alert(
        name="GenAIAlertmanagerDown",
        expr=_down('job=~".*alertmanager.*"'),
        summary=f"Alertmanager {TARGET} does not answer",
        description="No alert of Prometheus reaches anybody; those of Grafana still do.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Backends up",
        cases=(),
    ),
    Alert(
        name="GenAINotificationsFailing",
        expr=f"{sum_by((*_WHICH, 'integration'), 'increase(alertmanager_notifications_failed_total[15m])')} > 0",
        summary=f"{NUMBER} notifications by {{{{ .Labels.integration }}}} failed",
        description="Alertmanager cannot deliver: an address, a key or a limit of the receiver.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Notifications",
        cases=(),
        hold="0s",
    ),
)
