"""Every query of every runbook, as it stands there, put to the real Prometheus and Tempo."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator

import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from catalogue.alerts import ALERTS
from native.programs import Stack
from spanwise.distro.incident.fetch import Server
from stack.native.otlp import attributes, post
from unit.incident_telemetry import call
from unit.query_names import metrics_read
from unit.test_grafana_runbooks import queries, text_of

pytestmark = [pytest.mark.native, pytest.mark.stack]

_OF_PROGRAM = {
    "prometheus": ("prometheus_", "process_"),
    "tempo": ("tempo_", "go_"),
    "alertmanager": ("alertmanager_",),
}
_METRICS = re.compile(r"\|\s*(?:rate|count_over_time|sum_over_time)\(")
_SERVICE = re.compile(r"\$(?:service|model|user)")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack"), ["prometheus", "tempo", "alertmanager"]) as stack:
        otlp = OTLPSpanExporter(stack.url("tempo", 4317).removeprefix("http://"), insecure=True)
        otlp.export([call(time.time() - 1)])
        otlp.shutdown()  # pyright: ignore[reportUnknownMemberType]
        prometheus = stack.url("prometheus").removeprefix("http://") + "/api/v1/otlp"
        post(prometheus, counted(time.time()))
        with pytest.raises(urllib.error.HTTPError, match="400"):
            post(prometheus, counted(time.time() - 7200))
        yield stack


def counted(at: float) -> ExportMetricsServiceRequest:
    """A counter at a time."""
    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add()
    resource.resource.attributes.extend(attributes({"service.name": "shop"}))
    metric = resource.scope_metrics.add().metrics.add()
    metric.name, metric.sum.is_monotonic = "spanwise.client.calls", True
    metric.sum.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    metric.sum.data_points.add(time_unix_nano=int(at * 1e9), as_int=1)
    return request


def asked(language: str) -> Iterator[tuple[str, str]]:
    for alert in ALERTS:
        yield from ((alert.name, _SERVICE.sub("shop", query)) for query in queries(text_of(alert), language))


def test_prometheus_takes_every_query(stack: Stack) -> None:
    prometheus = Server("Prometheus", stack.url("prometheus"))
    for _, query in asked("promql"):
        prometheus.get("/api/v1/query", {"query": query})


def test_tempo_takes_every_query(stack: Stack) -> None:
    tempo = Server("Tempo", stack.url("tempo"))
    for _, query in asked("traceql"):
        if _METRICS.search(query):
            tempo.get("/api/metrics/query_range", {"q": query, "since": "1h", "step": "60s"})
        else:
            tempo.get("/api/search", {"q": query, "limit": "1"})


@pytest.mark.parametrize("program", _OF_PROGRAM)
def test_series_of_the_programs_themselves_are_those_they_have(stack: Stack, program: str) -> None:
    with urllib.request.urlopen(f"{stack.url(program)}/metrics", timeout=10) as answer:
        declared = set(re.findall(r"^# TYPE (\w+)", answer.read().decode(), re.MULTILINE))
    read = {metric for _, query in asked("promql") for metric in metrics_read(query)}
    wanted = {metric.removesuffix("_bucket") for metric in read if metric.startswith(_OF_PROGRAM[program])}
    assert wanted - declared == set()
