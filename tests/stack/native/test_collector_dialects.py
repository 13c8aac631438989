"""Spans of other emitters leave the gateway under the current names, as they leave Spanwise in the process."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.trace import SpanContext, SpanKind, StatusCode

from spanwise.core.view import SpanView
from spanwise.processors.normalise import NormaliseStep
from stack.native.collectors import SHORT, Addresses, collector
from stack.native.otlp import Plain, attributes, send, span
from stack.native.waiting import eventually
from stack.receivers import grpc_receiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.native

INTERNAL = Span.SpanKind.SPAN_KIND_INTERNAL

OPENLLMETRY_OLD: dict[str, Plain] = {
    "gen_ai.system": "Azure",
    "llm.request.type": "chat",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.usage.prompt_tokens": 1200,
    "gen_ai.usage.completion_tokens": 340,
    "gen_ai.usage.cache_read_input_tokens": 1024,
    "llm.usage.total_tokens": 1540,
    "llm.is_streaming": True,
    "llm.user": "u1",
    "llm.top_k": 40.0,
    "llm.response.finish_reason": "stop",
    "gen_ai.openai.api_base": "http://127.0.0.1:8000/v1/",
    "gen_ai.openai.response.system_fingerprint": "fp_1",
    "traceloop.association.properties.session_id": "s1",
}
OPENLLMETRY_NEW: dict[str, Plain] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-sonnet-4-5",
    # the cached part stands beside the input, as the total shows
    "gen_ai.usage.input_tokens": 176,
    "gen_ai.usage.output_tokens": 340,
    "gen_ai.usage.cache_read.input_tokens": 1024,
    "gen_ai.usage.cache_creation.input_tokens": 100,
    "gen_ai.usage.total_tokens": 1640,
    "gen_ai.is_streaming": False,
}
OPENINFERENCE: dict[str, Plain] = {
    "openinference.span.kind": "LLM",
    "llm.system": "openai",
    "llm.model_name": "gpt-4o-mini-2024-07-18",
    "llm.invocation_parameters": '{"model": "gpt-4o-mini", "temperature": 0.2, "max_tokens": 512, "stream": true}',
    "llm.token_count.prompt": 1200,
    "llm.token_count.completion": 340,
    "llm.token_count.total": 1540,
    "llm.token_count.prompt_details.cache_read": 1024,
    "llm.token_count.completion_details.reasoning": 64,
    "llm.finish_reason": "tool_calls",
}
CASES: dict[str, tuple[str, dict[str, Plain]]] = {
    "OpenLLMetry before 0.50": ("opentelemetry.instrumentation.openai.v1", OPENLLMETRY_OLD),
    "OpenLLMetry": ("opentelemetry.instrumentation.anthropic", OPENLLMETRY_NEW),
    "OpenLLMetry's agent": ("traceloop.tracer", {"traceloop.span.kind": "agent", "traceloop.entity.name": "planner"}),
    "OpenInference": ("openinference.instrumentation.openai", OPENINFERENCE),
    "OpenInference's embeddings": (
        "openinference.instrumentation.openai",
        {
            "openinference.span.kind": "EMBEDDING",
            "embedding.model_name": "text-embedding-3-small",
            "llm.token_count.prompt": 8,
        },
    ),
    "OpenInference's tool": (
        "openinference.instrumentation.langchain",
        {"openinference.span.kind": "TOOL", "tool.name": "get_weather", "tool.id": "call_1"},
    ),
    "OpenInference's chain": (
        "openinference.instrumentation.langchain",
        # of the calls inside it: they must not count again
        {"openinference.span.kind": "CHAIN", "llm.token_count.prompt": 1200, "metadata": "{}"},
    ),
    "Vertex by an old name": (
        "x",
        {"gen_ai.system": "vertex_ai", "gen_ai.request.model": "gemini-2.5-pro", "gen_ai.operation.name": "completion"},
    ),
    "no provider": ("x", {"gen_ai.request.model": "claude-haiku-4-5", "gen_ai.response.finish_reason": "stop"}),
    "something else": ("x", {"http.request.method": "GET", "tool.name": "hammer", "agent.name": "bond"}),
}
NOT_MAPPED = ("spanwise.", "llm.invocation_parameters", "embedding.dimension")


@contextmanager
def gateway(folder: Path) -> Generator[tuple[str, Telemetry]]:
    """Its address for OTLP over HTTP, and what it hands on."""
    addresses = Addresses.free()
    with grpc_receiver() as (tempo, received):
        peers = {"tempo:4317": tempo.removeprefix("http://")}
        with collector(folder, "gateway", addresses, files=["gateway.yaml"], peers=peers, env=SHORT):
            yield addresses.http, received


def in_process(scope: str, given: Mapping[str, Plain]) -> SpanView:
    """The same span after Spanwise's own step."""
    view = SpanView(
        name="call",
        context=SpanContext(1, 2, False),
        parent=None,
        kind=SpanKind.INTERNAL,
        start_ns=1,
        end_ns=2,
        attributes=dict(given),  # pyright: ignore[reportArgumentType] - what OTLP has is wider
        events=[],
        links=[],
        status=StatusCode.UNSET,
        status_description=None,
        scope=scope,
    )
    NormaliseStep()(view)
    return view


def shown(found: Mapping[str, object]) -> dict[str, object]:
    """What both give, lists as OTLP has them."""
    return {key: plain(text) for key, text in found.items() if not key.startswith(NOT_MAPPED)}


def plain(text: object) -> object:
    return list(cast("tuple[object, ...]", text)) if isinstance(text, tuple) else text


def test_names_are_those_that_the_process_gives(tmp_path: Path) -> None:
    with gateway(tmp_path) as (http, received):
        for scope, given in CASES.values():
            send(http, [span("call", given, kind=INTERNAL)], scope=scope)
            sent = len(received.spans) + 1
            assert eventually(lambda sent=sent: len(received.spans) >= sent)  # type: ignore[misc]
    arrived = dict(zip(CASES, received.spans, strict=True))
    for case, (scope, given) in CASES.items():
        assert shown(arrived[case].attributes) == shown(in_process(scope, given).attributes), case


def test_events_say_when_the_first_chunk_came_and_how_a_call_failed(tmp_path: Path) -> None:
    now = time.time_ns()
    first = Span.Event(name="llm.content.completion.chunk", time_unix_nano=now - 750_000_000)
    second = Span.Event(name="llm.content.completion.chunk", time_unix_nano=now - 500_000_000)
    raised = Span.Event(name="exception", attributes=attributes({"exception.type": "RateLimitError"}))
    given: dict[str, Plain] = {"gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o-mini"}
    streamed = span("streamed", given, events=[first, second])
    streamed.start_time_unix_nano = now - 1_000_000_000
    with gateway(tmp_path) as (http, received):
        send(http, [streamed, span("failed", given, error="no", events=[raised]), span("unknown", given, error="no")])
        assert eventually(lambda: len(received.spans) == 3)
    by_name = {found.name: found.attributes for found in received.spans}
    assert by_name["streamed"]["gen_ai.response.time_to_first_chunk"] == pytest.approx(0.25)
    assert by_name["streamed"]["gen_ai.request.stream"] is True
    assert by_name["failed"]["error.type"] == "RateLimitError"
    assert by_name["unknown"]["error.type"] == "_OTHER"


def test_value_of_a_wrong_type_stays_where_it_is(tmp_path: Path) -> None:
    given: dict[str, Plain] = {"gen_ai.system": "openai", "gen_ai.usage.prompt_tokens": "many"}
    with gateway(tmp_path) as (http, received):
        send(http, [span("call", given)])
        assert eventually(lambda: bool(received.spans))
    (arrived,) = received.spans
    assert arrived.attributes["gen_ai.usage.prompt_tokens"] == "many"
    assert arrived.attributes["gen_ai.provider.name"] == "openai"


def test_span_that_spanwise_has_seen_is_not_touched(tmp_path: Path) -> None:
    given: dict[str, Plain] = {"spanwise.outcome": "ok", "gen_ai.operation.name": "chat", "gen_ai.system": "mine"}
    with gateway(tmp_path) as (http, received):
        send(http, [span("call", given)])
        assert eventually(lambda: bool(received.spans))
    assert received.spans[0].attributes == given
