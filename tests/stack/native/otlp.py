"""OTLP requests as other emitters send them, made by hand."""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Iterable, Mapping, Sequence

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

__all__ = ["attributes", "call", "new_trace", "post", "send", "span", "trace_request", "value"]

Plain = str | bool | int | float | Sequence["Plain"] | Mapping[str, "Plain"]
CLIENT = Span.SpanKind.SPAN_KIND_CLIENT


def value(plain: Plain) -> AnyValue:
    """A value of any type that OTLP has but bytes."""
    if isinstance(plain, str):
        return AnyValue(string_value=plain)
    if isinstance(plain, bool):
        return AnyValue(bool_value=plain)
    if isinstance(plain, int):
        return AnyValue(int_value=plain)
    if isinstance(plain, float):
        return AnyValue(double_value=plain)
    if isinstance(plain, Mapping):
        return AnyValue(kvlist_value=KeyValueList(values=attributes(plain)))
    return AnyValue(array_value=ArrayValue(values=[value(item) for item in plain]))


def attributes(plain: Mapping[str, Plain]) -> list[KeyValue]:
    """Attributes of anything."""
    return [KeyValue(key=key, value=value(item)) for key, item in plain.items()]


def new_trace() -> bytes:
    """A trace id."""
    return os.urandom(16)


def span(
    name: str,
    given: Mapping[str, Plain] | None = None,
    *,
    trace: bytes | None = None,
    parent: bytes = b"",
    seconds: float = 1.0,
    error: str | None = None,
    kind: Span.SpanKind.ValueType = CLIENT,
    state: str = "",
    events: Iterable[Span.Event] = (),
) -> Span:
    """A span that has just ended; `error` is the status's text and makes the status an error."""
    end = time.time_ns()
    status = Status() if error is None else Status(code=Status.StatusCode.STATUS_CODE_ERROR, message=error)
    return Span(
        trace_id=trace or new_trace(),
        span_id=os.urandom(8),
        parent_span_id=parent,
        trace_state=state,
        name=name,
        kind=kind,
        start_time_unix_nano=end - int(seconds * 1e9),
        end_time_unix_nano=end,
        attributes=attributes(given or {}),
        events=events,
        status=status,
    )


def call(given: Mapping[str, Plain] | None = None, **details: object) -> Span:
    """A call to a model, in the current names; see `span`."""
    usual: dict[str, Plain] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
    }
    return span("chat gpt-4o-mini", usual | dict(given or {}), **details)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def trace_request(
    spans: Iterable[Span], *, scope: str = "com.example.java", resource: Mapping[str, Plain] | None = None
) -> ExportTraceServiceRequest:
    """One application's spans."""
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.extend(attributes({"service.name": "shop", **(resource or {})}))
    scoped = group.scope_spans.add()
    scoped.scope.name = scope
    scoped.spans.extend(spans)
    return request


def send(
    http: str, spans: Iterable[Span], *, scope: str = "com.example.java", resource: Mapping[str, Plain] | None = None
) -> None:
    """Send spans of one application to `127.0.0.1:port` by OTLP over HTTP."""
    post(http, trace_request(spans, scope=scope, resource=resource))


def post(http: str, request: ExportTraceServiceRequest | ExportMetricsServiceRequest) -> None:
    """Send a request; an error of the receiver is raised."""
    signal = "traces" if isinstance(request, ExportTraceServiceRequest) else "metrics"
    headers = {"content-type": "application/x-protobuf"}
    sent = urllib.request.Request(f"http://{http}/v1/{signal}", request.SerializeToString(), headers)
    with urllib.request.urlopen(sent, timeout=30):
        return
