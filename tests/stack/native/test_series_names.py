"""Each metric through a real Collector into a real Prometheus: its series have the names that the catalogue reads."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.metrics.v1 import metrics_pb2 as otlp
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from catalogue.judging import FAULT, JUDGE, REASON, VERDICT
from catalogue.promql import ENVIRONMENT, MODEL, SERVICE_NAME
from catalogue.promql import series as series_name
from native.programs import Stack
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES, Metric
from stack.native.otlp import attributes, post
from stack.native.prometheus import Prometheus
from stack.native.waiting import eventually

pytestmark = pytest.mark.native

_CUMULATIVE = otlp.AGGREGATION_TEMPORALITY_CUMULATIVE
_RESOURCE = {"service.name": "shop", "deployment.environment.name": "test", "service.instance.id": "a"}
_JUDGED = {
    metrics.JUDGE_SCORE: {names.EVALUATION_NAME: "prompt_injection", names.EVALUATION_LABEL: "fail"},
    metrics.JUDGE_COST: {names.REQUEST_MODEL: "gpt-5-nano"},
    metrics.JUDGE_SKIPPED: {names.JUDGE_SKIPPED: "budget"},
}
_OF_CALLS = (metric for profile in PROFILES.values() for metric in profile if isinstance(metric, Metric))
_OWN = (metrics.SPANWISE_METRICS, metrics.JUDGE_METRICS, metrics.SELF_METRICS, metrics.AUDIT_METRICS)
METRICS = tuple({metric.name: metric for metric in chain(_OF_CALLS, *_OWN)}.values())


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder: Path = tmp_path_factory.mktemp("names")
    with Stack(folder, ["agent", "prometheus"]) as running:
        post(urlsplit(running.otlp_url).netloc, _request())
        yield Prometheus(urlsplit(running.url("prometheus")).netloc)


def _request() -> ExportMetricsServiceRequest:
    """Each metric once."""
    sent = [_counted(metric, _JUDGED.get(metric, {})) for metric in METRICS]
    scoped = otlp.ScopeMetrics(scope=InstrumentationScope(name="spanwise"), metrics=sent)
    of_shop = otlp.ResourceMetrics(resource=Resource(attributes=attributes(_RESOURCE)), scope_metrics=[scoped])
    return ExportMetricsServiceRequest(resource_metrics=[of_shop])


def _counted(metric: Metric, labels: Mapping[str, str]) -> otlp.Metric:
    """A metric that has seen one value."""
    sent = otlp.Metric(name=metric.name, unit=metric.unit, description=metric.description)
    now = time.time_ns()
    given, begin = attributes(labels), now - 60_000_000_000
    if metric.instrument == "histogram":
        counts = [1] + [0] * len(metric.buckets)
        point = otlp.HistogramDataPoint(
            attributes=given, start_time_unix_nano=begin, time_unix_nano=now, count=1, sum=metric.buckets[0]
        )
        point.bucket_counts.extend(counts)
        point.explicit_bounds.extend(metric.buckets)
        sent.histogram.CopyFrom(otlp.Histogram(data_points=[point], aggregation_temporality=_CUMULATIVE))
        return sent
    number = otlp.NumberDataPoint(attributes=given, start_time_unix_nano=begin, time_unix_nano=now, as_int=1)
    if metric.instrument == "gauge":
        sent.gauge.CopyFrom(otlp.Gauge(data_points=[number]))
    else:
        summed = otlp.Sum(data_points=[number], aggregation_temporality=_CUMULATIVE, is_monotonic=True)
        sent.sum.CopyFrom(summed)
    return sent


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_series_of_a_metric_have_the_names_that_the_catalogue_reads(prometheus: Prometheus, metric: Metric) -> None:
    parts = ("bucket", "count", "sum") if metric.instrument == "histogram" else ("",)
    for name in (series_name(metric, part) for part in parts):
        assert eventually(partial(prometheus.query, f'{name}{{{SERVICE_NAME}="shop"}}')), name


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("genai:judged:total", {FAULT: "prompt_injection", VERDICT: "fail"}),
        ("genai:judge_skipped:total", {REASON: "budget"}),
        ("genai:judge_cost_usd:total", {JUDGE: "gpt-5-nano"}),
    ],
)
def test_rule_keeps_what_a_judge_says_and_of_whom(prometheus: Prometheus, rule: str, kept: dict[str, str]) -> None:
    ((labels, value),) = eventually(partial(prometheus.query, rule))
    assert value == 1
    assert kept.items() <= labels.items()
    assert (labels[SERVICE_NAME], labels[ENVIRONMENT]) == ("shop", "test")
    assert MODEL not in labels
