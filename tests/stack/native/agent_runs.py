"""What the sample shop does not have: runs of agents, as a framework's instrumentation reports them; and lost spans."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from spanwise.semconv.metrics import PIPELINE_DROPPED
from stack.native.otlp import Plain, attributes, new_trace, post, send, span

__all__ = ["send_agent_runs", "send_lost_spans"]

INTERNAL = Span.SpanKind.SPAN_KIND_INTERNAL
_AGENTS = ("order desk", "returns desk", "product adviser")
_TOOLS = ("look_up_order", "search_catalogue", "refund")
_HELPDESK: dict[str, Plain] = {
    "service.name": "helpdesk",
    "deployment.environment.name": "demo",
    "service.version": "2.1.0",
}


def send_lost_spans(http: str, lost: int) -> None:
    """Say that the application of the agents lost so many spans since it began: one alert that waits for nothing."""
    request = ExportMetricsServiceRequest()
    resource = request.resource_metrics.add()
    resource.resource.attributes.extend(attributes(_HELPDESK))
    metric = resource.scope_metrics.add().metrics.add()
    metric.name, metric.sum.is_monotonic = PIPELINE_DROPPED.name, True
    metric.sum.aggregation_temporality = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    point = metric.sum.data_points.add(time_unix_nano=time.time_ns(), as_int=lost)
    point.attributes.extend(attributes({"reason": "stalled"}))
    post(http, request)


def send_agent_runs(http: str, runs: int) -> None:
    """Send runs of three agents with three tools, of which one fails now and then, by OTLP to `127.0.0.1:port`."""
    spans = [span for number in range(runs) for span in _run(number)]
    send(http, spans, scope="com.example.agents", resource=_HELPDESK)


def _run(number: int) -> Sequence[Span]:
    trace, agent = new_trace(), _AGENTS[number % 3]
    seconds = 3.5 + number % 5
    run = span(
        f"invoke_agent {agent}",
        {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent, "user.id": f"customer-{number % 7}"},
        trace=trace,
        seconds=seconds,
        kind=INTERNAL,
    )
    return [run, *_steps(trace, run.span_id, number, seconds)]


def _steps(trace: bytes, parent: bytes, number: int, seconds: float) -> Iterator[Span]:
    for step in range(2 + number % 2):
        tool = _TOOLS[(number + step) % 3]
        called: dict[str, Plain] = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": tool}
        failed = "no such order" if tool == "refund" and number % 4 == 0 else None
        yield span(
            f"execute_tool {tool}",
            called,
            trace=trace,
            parent=parent,
            seconds=0.2 + step * 0.1,
            error=failed,
            kind=INTERNAL,
        )
        asked: dict[str, Plain] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "anthropic",
            "gen_ai.request.model": "claude-sonnet-4-6",
            "gen_ai.usage.input_tokens": 900 + 150 * step,
            "gen_ai.usage.output_tokens": 120,
            "spanwise.feature": _feature(number),
            "spanwise.cost.amount": 0.0045,
        }
        yield span("chat claude-sonnet-4-6", asked, trace=trace, parent=parent, seconds=seconds / 3)


def _feature(number: int) -> str:
    """What the application says that a run is for."""
    return ("orders", "returns", "advice")[number % 3]
