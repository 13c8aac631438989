"""Runs of agents as a framework's instrumentation reports them: the sample shop has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from stack.native.otlp import Plain, new_trace, send, span

__all__ = ["send_agent_runs"]

INTERNAL = Span.SpanKind.SPAN_KIND_INTERNAL
_AGENTS = ("order desk", "returns desk", "product adviser")
_TOOLS = ("look_up_order", "search_catalogue", "refund")


def send_agent_runs(http: str, runs: int, *, service: str = "helpdesk", environment: str = "demo") -> None:
    """Send runs of three agents with three tools, of which one fails now and then, by OTLP to `127.0.0.1:port`."""
    resource = {"service.name": service, "deployment.environment.name": environment, "service.version": "2.1.0"}
    spans = [span for number in range(runs) for span in _run(number)]
    send(http, spans, scope="com.example.agents", resource=resource)


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
