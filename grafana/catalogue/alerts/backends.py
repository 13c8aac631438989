"""The programs behind the dashboards: Collector, Tempo, Prometheus, Alertmanager."""

from __future__ import annotations

from itertools import product

from catalogue.alert import Alert, Case
from catalogue.promql import sum_by, total
from catalogue.scenes import TARGET_LABELS, always, both, cases, counting, gauge, selector
from catalogue.wording import COUNT, DURATION, PERCENT, RATE, TARGET

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


def _lost() -> str:
    """Spans, points and records that could not be queued or sent."""
    kinds = product(("send_failed", "enqueue_failed"), ("spans", "metric_points", "log_records"), ("", "_total"))
    return total(
        (*_WHICH, "exporter"), *(f"rate(otelcol_exporter_{'_'.join(kind[:2])}{kind[2]}[5m])" for kind in kinds)
    )


_EXPORTER = ("exporter", "otlp_grpc/tempo")
_GROUP = ("rule_group", "genai-rates")
_REASON = ("reason", "trace_too_large")


def _of(name: str, *labels: tuple[str, str]) -> str:
    return selector(name, *TARGET_LABELS, *labels)


def _down_cases(job: str, said: str) -> tuple[Case, ...]:
    target = (("job", job), ("instance", f"{job}:80"))
    up = selector("up", *target)
    return (
        *cases(
            gauge(up),
            good=1,
            bad=0,
            almost=1,
            labels=target,
            summary=f"{said} {job} ({job}:80) does not answer",
            gone=90,
        ),
        Case(
            "missing", "it is no target any more", gauge(up)([(1, 30)]), fires=(50, 80), silent=(30, 120), labels=target
        ),
    )


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
        cases=_down_cases("gateway", "The Collector"),
        hold="2m",
    ),
    Alert(
        name="GenAICollectorRefusing",
        expr=f"{sum_by(_WHICH, _either('otelcol_receiver_refused_spans'))} > 0",
        summary=f"The Collector {TARGET} refuses {RATE} spans per second",
        description="It is at its memory limit. Senders try again, then drop.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector spans",
        cases=(
            *cases(
                counting(_of("otelcol_receiver_refused_spans", ("receiver", "otlp"))),
                good=0,
                bad=60,
                almost=0,
                labels=TARGET_LABELS,
                summary="The Collector gateway (gateway:8888) refuses 1.00 spans per second",
            ),
            Case(
                "fires",
                "sent by OTLP, where counters end in _total",
                counting(_of("otelcol_receiver_refused_spans_total"))([(0, 30), (60, 30)]),
                fires=(45,),
                labels=TARGET_LABELS,
            ),
        ),
    ),
    Alert(
        name="GenAICollectorExportFailing",
        expr=f"{_lost()} > 0",
        summary=f"The Collector {TARGET} loses {RATE} items a second on the way to {{{{ .Labels.exporter }}}}",
        description="All attempts failed, or the queue is full: what was to be sent is gone.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector spans",
        cases=(
            *cases(
                counting(_of("otelcol_exporter_send_failed_spans", ("exporter", "otlp_grpc/tempo"))),
                good=0,
                bad=120,
                almost=0,
                labels=(*TARGET_LABELS, _EXPORTER),
                summary="The Collector gateway (gateway:8888) loses 2.00 items a second on the way to otlp_grpc/tempo",
            ),
            Case(
                "fires",
                "points of metrics find the queue full",
                counting(_of("otelcol_exporter_enqueue_failed_metric_points", _EXPORTER))([(0, 30), (60, 30)]),
                fires=(45,),
                labels=(*TARGET_LABELS, _EXPORTER),
            ),
        ),
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
        cases=cases(
            both(
                gauge(_of("otelcol_exporter_queue_size", _EXPORTER)),
                always(gauge(_of("otelcol_exporter_queue_capacity", _EXPORTER)), 1000),
            ),
            good=10,
            bad=900,
            almost=700,
            labels=(*TARGET_LABELS, _EXPORTER),
            summary="The queue of gateway (gateway:8888) to otlp_grpc/tempo is 90% full",
        ),
    ),
    Alert(
        name="GenAICollectorTracesCut",
        expr=f"{sum_by(_WHICH, _either('otelcol_processor_tail_sampling_sampling_trace_dropped_too_early'))} > 0",
        summary=f"The Collector {TARGET} forgets {RATE} traces per second before they are complete",
        description="More traces at once than `num_traces` of tail sampling: errors and slow calls may be missing.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Collector spans",
        cases=cases(
            counting(_of("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early")),
            good=0,
            bad=60,
            almost=0,
            labels=TARGET_LABELS,
            summary="The Collector gateway (gateway:8888) forgets 1.00 traces per second before they are complete",
        ),
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
        cases=_down_cases("tempo", "Tempo"),
    ),
    Alert(
        name="GenAITempoDiscardsSpans",
        expr=f"{sum_by((*_WHICH, 'reason'), 'rate(tempo_discarded_spans_total[5m])')} > 0",
        summary=f"Tempo {TARGET} discards {RATE} spans per second: {{{{ .Labels.reason }}}}",
        description="Its limits are reached: too many traces at once, traces too large, or too many bytes per second.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Tempo spans",
        cases=cases(
            counting(_of("tempo_discarded_spans_total", _REASON)),
            good=0,
            bad=60,
            almost=0,
            labels=(*TARGET_LABELS, _REASON),
            summary="Tempo gateway (gateway:8888) discards 1.00 spans per second: trace_too_large",
        ),
    ),
    Alert(
        name="GenAIRulesFailing",
        expr=f"{sum_by((*_WHICH, 'rule_group'), 'increase(prometheus_rule_evaluation_failures_total[10m])')} > 0",
        summary=f"{_PROMETHEUS} fails to evaluate {COUNT} rules of {{{{ .Labels.rule_group }}}}",
        description="What these rules make is missing: dashboards show gaps, alerts stay silent.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Rule evaluation",
        cases=cases(
            counting(_of("prometheus_rule_evaluation_failures_total", _GROUP)),
            good=0,
            bad=1,
            almost=0,
            labels=(*TARGET_LABELS, _GROUP),
            summary="Prometheus gateway:8888 fails to evaluate 10 rules of genai-rates",
        ),
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
        cases=cases(
            both(
                gauge(_of("prometheus_rule_group_last_duration_seconds", _GROUP)),
                always(gauge(_of("prometheus_rule_group_interval_seconds", _GROUP)), 30),
            ),
            good=1,
            bad=45,
            almost=25,
            labels=(*TARGET_LABELS, _GROUP),
            summary="Prometheus gateway:8888 needs 45s for the rules of genai-rates",
            within=20,
        ),
        hold="10m",
    ),
    Alert(
        name="GenAIMetricsRejected",
        expr=f"{sum_by(_WHICH, f'rate({_REQUESTS}[5m])')} > 0",
        summary=f"{_PROMETHEUS} rejects {RATE} metric requests per second",
        description="Points too old, out of order or of delta temporality: numbers on the dashboards are too low.",
        priority="P2",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Metrics received",
        cases=cases(
            counting(_of("prometheus_http_requests_total", ("handler", "/api/v1/otlp/v1/metrics"), ("code", "400"))),
            good=0,
            bad=60,
            almost=0,
            labels=TARGET_LABELS,
            summary="Prometheus gateway:8888 rejects 1.00 metric requests per second",
        ),
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
        cases=_down_cases("alertmanager", "Alertmanager"),
    ),
    Alert(
        name="GenAINotificationsFailing",
        expr=f"{sum_by((*_WHICH, 'integration'), 'increase(alertmanager_notifications_failed_total[15m])')} > 0",
        summary=f"{COUNT} notifications by {{{{ .Labels.integration }}}} failed",
        description="Alertmanager cannot deliver: an address, a key or a limit of the receiver.",
        priority="P1",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Notifications",
        cases=cases(
            counting(_of("alertmanager_notifications_failed_total", ("integration", "slack"))),
            good=0,
            bad=1,
            almost=0,
            labels=(*TARGET_LABELS, ("integration", "slack")),
            summary="5 notifications by slack failed",
            within=5,
        ),
        hold="0s",
    ),
)
