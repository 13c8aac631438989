"""What the gateway measures of spans that nobody has measured: exact, once, under the names of the process."""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import SpanContext, SpanKind, StatusCode

from spanwise.core.view import SpanView
from spanwise.processors.measure import MeasureSettings, MeasureStep
from stack.native.collectors import SHORT, Addresses, collector
from stack.native.otlp import attributes, call, post, send, span
from stack.native.prometheus import Prometheus, prometheus
from stack.native.waiting import eventually
from stack.receivers import grpc_receiver

pytestmark = pytest.mark.native

RESOURCE = {"service.namespace": "store", "service.version": "1.4", "deployment.environment.name": "test"}
CALLS = "spanwise_client_calls_total"
DURATION = "gen_ai_client_operation_duration_seconds"
TOKENS = "gen_ai_client_token_usage"
COST = "spanwise_client_cost_total"


@dataclass(frozen=True)
class Tier:
    """An agent before some gateways; what they measure is in `metrics`."""

    agent: Addresses
    gateways: tuple[Addresses, ...]
    metrics: Prometheus

    def settled(self, metric: str, expected: float) -> bool:
        """Whether a sum reaches a value, and stays there over some scrapes."""
        if not eventually(lambda: self.metrics.sum(metric) == pytest.approx(expected)):
            return False
        time.sleep(3)
        return self.metrics.sum(metric) == pytest.approx(expected)


@contextmanager
def tier(folder: Path, replicas: int = 1) -> Generator[Tier]:
    gateways = tuple(Addresses.free() for _ in range(replicas))
    agent = Addresses.free()
    with ExitStack() as running:
        tempo, _ = running.enter_context(grpc_receiver())
        metrics = running.enter_context(prometheus(folder, gateways))
        peers = {"tempo:4317": tempo.removeprefix("http://"), "prometheus:9090": metrics.address}
        for number, gateway in enumerate(gateways):
            name = f"gateway-{number}"
            running.enter_context(collector(folder, name, gateway, files=["gateway.yaml"], peers=peers, env=SHORT))
        hosts = ", ".join(gateway.grpc for gateway in gateways)
        settings = [f"exporters::load_balancing::resolver::static::hostnames: [{hosts}]"]
        running.enter_context(collector(folder, "agent", agent, files=["agent.yaml"], peers=peers, settings=settings))
        yield Tier(agent, gateways, metrics)


def some_calls(count: int) -> Iterator[Span]:
    """Calls that differ: every 10th fails, every 4th has a price."""
    for number in range(count):
        priced = {"spanwise.cost.amount": 0.25} if number % 4 == 0 else {}
        yield call(
            {"gen_ai.usage.input_tokens": 100 + number, "gen_ai.usage.output_tokens": number, **priced},
            error="no" if number % 10 == 0 else None,
            seconds=0.5,
        )


def test_derived_metrics_are_exact_over_two_gateways_and_concurrent_requests(tmp_path: Path) -> None:
    spans = list(some_calls(600))
    random.Random(4).shuffle(spans)
    with tier(tmp_path, replicas=2) as running, ThreadPoolExecutor(8) as pool:
        batches = [spans[start : start + 7] for start in range(0, 600, 7)]
        deliver = partial(send, running.agent.http, resource=RESOURCE)
        list(pool.map(deliver, batches))
        assert running.settled(CALLS, 600)
        metrics = running.metrics
        assert metrics.sum(f'{CALLS}{{spanwise_outcome="error", error_type="_OTHER"}}') == 60
        assert metrics.sum(f"{DURATION}_count") == 600
        assert metrics.sum(f"{DURATION}_sum") == pytest.approx(300)
        assert metrics.sum(f'{TOKENS}_sum{{gen_ai_token_type="input"}}') == sum(range(100, 700))
        assert metrics.sum(f'{TOKENS}_sum{{gen_ai_token_type="output"}}') == sum(range(600))
        assert metrics.sum(f'{TOKENS}_count{{gen_ai_token_type="input"}}') == 600
        assert metrics.sum(COST) == pytest.approx(150 * 0.25)
        writers = {labels["instance"] for labels, _ in metrics.query(CALLS)}
        assert writers == {"gateway/gateway-0", "gateway/gateway-1"}


def test_series_are_those_of_the_process(tmp_path: Path) -> None:
    given: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 30,
        "gen_ai.usage.cache_read.input_tokens": 64,
        "gen_ai.usage.cache_write.input_tokens": 8,
        "gen_ai.usage.reasoning.output_tokens": 4,
        "gen_ai.response.time_to_first_chunk": 0.3,
        "spanwise.cost.amount": 0.01,
        "spanwise.feature": "search",
        "error.type": "timeout",
        "user.id": "u1",
        "session.id": "s1",
    }
    with tier(tmp_path) as running:
        send(running.agent.http, [span("chat", given, seconds=1.0)], resource=RESOURCE)
        resource = {**RESOURCE, "service.name": "measured", "service.instance.id": "process-1"}
        exporter = OTLPMetricExporter(f"http://{running.agent.http}/v1/metrics")
        reader = PeriodicExportingMetricReader(exporter, export_interval_millis=1e9)
        provider = MeterProvider([reader], resource=Resource(resource))
        MeasureStep(provider.get_meter("spanwise"), MeasureSettings())(view({**given, "spanwise.outcome": "error"}))
        provider.force_flush()
        assert eventually(lambda: {"shop", "measured"} <= services(running.metrics))
        provider.shutdown()
        theirs, ours = series(running.metrics, "shop"), series(running.metrics, "measured")
    assert len(ours) > 20
    assert theirs == ours


def view(given: dict[str, str | int | float]) -> SpanView:
    return SpanView(
        name="chat",
        context=SpanContext(1, 2, False),
        parent=None,
        kind=SpanKind.CLIENT,
        start_ns=1_000_000_000,
        end_ns=2_000_000_000,
        attributes=dict(given),
        events=[],
        links=[],
        status=StatusCode.UNSET,
        status_description=None,
        scope="x",
    )


def services(metrics: Prometheus) -> set[str]:
    return {labels["service_name"] for labels, _ in metrics.query(CALLS)}


def series(metrics: Prometheus, service: str) -> dict[str, float]:
    """Value by name and labels, without those that tell who wrote."""
    found = metrics.query(f'{{__name__=~"(gen_ai|spanwise)_client_.*", service_name="{service}"}}')
    own = ("service_name", "job", "instance", "service_instance_id")
    return {
        str(sorted((name, text) for name, text in labels.items() if name not in own)): value for labels, value in found
    }


def test_only_calls_that_nobody_measured_are_counted(tmp_path: Path) -> None:
    measured = [
        call({"spanwise.outcome": "ok"}),
        call({"spanwise.redaction.policy": "7608ac9373b9"}),
        call({"spanwise.redaction.failed": True}),
    ]
    others = [span("invoke_agent", {"gen_ai.operation.name": "invoke_agent"}), span("GET /")]
    with tier(tmp_path) as running:
        send(running.agent.http, [*measured, *others, call()])
        send(running.agent.http, [call()], scope="opentelemetry.instrumentation.genai.openai")
        assert running.settled(CALLS, 2)
        # that scope records the conventions' metrics itself
        assert running.metrics.sum(f"{DURATION}_count") == 1
        assert running.metrics.sum(f"{TOKENS}_count") == 2


def test_span_around_a_call_of_the_vercel_sdk_is_no_second_call(tmp_path: Path) -> None:
    model = {"gen_ai.request.model": "gpt-4o-mini"}
    outer = span("ai.generateText", {"ai.operationId": "ai.generateText", **model})
    inner = span("inner", {"ai.operationId": "ai.generateText.doGenerate", "gen_ai.system": "openai.chat", **model})
    with tier(tmp_path) as running:
        send(running.agent.http, [outer, inner], scope="ai")
        assert running.settled(CALLS, 1)
        assert [labels["gen_ai_provider_name"] for labels, _ in running.metrics.query(CALLS)] == ["openai"]


def test_spans_of_a_sampled_application_count_for_those_that_are_missing(tmp_path: Path) -> None:
    quarter = [call(state="vendor=x,ot=rv:abcdefabcdefab;th:c") for _ in range(10)]
    tenth = [call({"spanwise.sampling.weight": 10.0}, state="ot=th:c") for _ in range(10)]
    thirds = [call(state="ot=th:aaaaaaaaaaaaab") for _ in range(900)]
    odd = [call(state="ot=th:zz"), call(state="ot=th:ffffffffffffff"), call({"spanwise.sampling.weight": -3})]
    with tier(tmp_path) as running:
        send(running.agent.http, [*quarter, *tenth])
        assert running.settled(CALLS, 140)
        assert running.metrics.sum(f"{DURATION}_count") == 140
        send(running.agent.http, thirds)
        assert running.settled(CALLS, 140 + 2700)
        send(running.agent.http, odd)
        # one, the most that is believed, one
        assert running.settled(CALLS, 140 + 2700 + 10_002)


def test_metrics_of_emitters_whose_spans_are_measured_are_left_out(tmp_path: Path) -> None:
    request = ExportMetricsServiceRequest()
    group = request.resource_metrics.add()
    group.resource.attributes.extend(attributes({"service.name": "shop"}))
    for scope in ("opentelemetry.instrumentation.openai.v1", "opentelemetry.util.genai.handler", "spanwise"):
        scoped = group.scope_metrics.add()
        scoped.scope.name = scope
        for name in ("gen_ai.client.operation.duration", "other.counter"):
            metric = scoped.metrics.add(name=name)
            metric.sum.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
            metric.sum.is_monotonic = True
            given = attributes({"from": scope})
            metric.sum.data_points.add(as_int=1, time_unix_nano=time.time_ns(), attributes=given)
    with tier(tmp_path) as running:
        post(running.agent.http, request)
        assert eventually(lambda: running.metrics.sum("other_counter_total") == 3)
        kept = {labels["from"] for labels, _ in running.metrics.query("gen_ai_client_operation_duration_total")}
    assert kept == {"opentelemetry.util.genai.handler", "spanwise"}


def test_series_are_there_between_calls(tmp_path: Path) -> None:
    with tier(tmp_path) as running:
        send(running.agent.http, [call()])
        assert running.settled(CALLS, 1)
        assert eventually(lambda: running.metrics.sum(f"count_over_time({CALLS}[10s])") >= 5)
        assert running.metrics.sum(f"changes({CALLS}[10s])") == 0
