"""The second line of redaction: planted secrets do not leave the agent, nor a gateway that is reached directly."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from stack.native.collectors import SHORT, Addresses, collector
from stack.native.otlp import Plain, attributes, call, post, send, span, trace_request
from stack.native.waiting import eventually
from stack.receivers import grpc_receiver, http_receiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.native

SECRETS = (
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "4012888888881881",
    "378282246310005",
    "bob.miller@example.org",
    "carol%40example.org",
    "sk-proj-abcDEF0123456789abcDEF0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "xoxb-123456789012-abcdefABCDEF",
    "AIzaSyA0123456789abcdefghijklmnopqrstuvw",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "hunter2hunter2",
)
RAW = (*SECRETS, "MIIEowIBAAKCAQEA7", "admin:letmein1")
TEXT = f"pay with {SECRETS[0]} or {SECRETS[1]},{SECRETS[2]} or {SECRETS[3]}; write {SECRETS[4]} (?u={SECRETS[5]}) " + (
    " ".join(SECRETS[6:12]) + f" password: {SECRETS[12]} https://admin:letmein1@example.com/ "
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----"
)


def planted() -> list[Span]:
    """Spans with everything in every place that a span has."""
    event = Span.Event(name=f"said {TEXT}", attributes=attributes({"exception.message": TEXT, "deep": [{"a": [TEXT]}]}))
    return [
        call({"gen_ai.input.messages": f'[{{"role": "user", "content": "{SECRETS[2]}"}}]', "note": TEXT}),
        call({"nested": {"list": [TEXT, {"deeper": TEXT}]}, "number": 4012888888881881}),
        call({"http.request.header.authorization": "opaque-but-secret", "x-api-key": "opaque-but-secret"}),
        span(f"GET /{TEXT}", error=TEXT, state="vendor=bob.miller@example.org", events=[event]),
    ]


def raw_in(received: Telemetry) -> list[str]:
    """What of the secrets stands in the bytes that arrived."""
    return [secret for secret in (*RAW, "opaque-but-secret") if received.holds(secret)]


def test_no_secret_leaves_the_agent(tmp_path: Path) -> None:
    agent = Addresses.free()
    with grpc_receiver() as (gateway, received):
        peers = {"gateway:4317": gateway.removeprefix("http://")}
        with collector(tmp_path, "agent", agent, files=["agent.yaml"], peers=peers):
            send(agent.http, planted(), scope=f"scope {TEXT}", resource={"process.command_args": ["run", TEXT]})
            assert eventually(lambda: len(received.spans) == 4)
    assert raw_in(received) == []


def test_no_secret_leaves_a_gateway_that_is_reached_directly(tmp_path: Path) -> None:
    gateway = Addresses.free()
    with grpc_receiver() as (tempo, received):
        peers = {"tempo:4317": tempo.removeprefix("http://")}
        with collector(tmp_path, "gateway", gateway, files=["gateway.yaml"], peers=peers, env=SHORT):
            send(gateway.http, planted(), scope=f"scope {TEXT}", resource={"process.command_args": ["run", TEXT]})
            assert eventually(lambda: len(received.spans) == 4)
    assert raw_in(received) == []


def test_no_secret_waits_on_the_disk_of_an_agent(tmp_path: Path) -> None:
    agent = Addresses.free()
    with collector(tmp_path, "agent", agent, files=["agent.yaml"], peers={"gateway:4317": "127.0.0.1:9"}):
        send(agent.http, planted())
        queue = tmp_path / "agent" / "queue"
        assert eventually(lambda: any(b"gpt-4o-mini" in path.read_bytes() for path in queue.iterdir()))
        kept = b"".join(path.read_bytes() for path in queue.iterdir() if path.is_file())
    assert [secret for secret in RAW if secret.encode() in kept] == []


def test_no_secret_leaves_with_metrics(tmp_path: Path) -> None:
    agent = Addresses.free()
    request = ExportMetricsServiceRequest()
    group = request.resource_metrics.add()
    group.resource.attributes.extend(attributes({"service.name": "shop", "owner": TEXT}))
    metric = group.scope_metrics.add().metrics.add(name="requests")
    metric.sum.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
    metric.sum.is_monotonic = True
    point = metric.sum.data_points.add(as_int=7, time_unix_nano=1, attributes=attributes({"user": TEXT}))
    point.exemplars.add(as_int=1, filtered_attributes=attributes({"user": TEXT}), trace_id=b"t" * 16, span_id=b"s" * 8)
    with http_receiver() as prometheus:
        settings = [f"exporters::otlp_http/prometheus::endpoint: {prometheus.url}"]
        with collector(tmp_path, "agent", agent, files=["agent.yaml"], settings=settings):
            post(agent.http, request)
            assert eventually(lambda: bool(prometheus.received.points))
        received = prometheus.received
    assert raw_in(received) == []
    assert received.holds("t" * 16)
    assert [set(point.attributes) for point in received.points] == [{"user"}]


def test_what_is_no_secret_stays_as_it_is(tmp_path: Path) -> None:
    given: dict[str, Plain] = {
        "spanwise.screen.score": 0.4111111111111111,
        "embedding": [0.4012888888881881, 0.5555555555554444],
        "gen_ai.usage.input_tokens": 4111,
        "gen_ai.request.max_tokens": 512,
        "db.rows": 1763734512000000000,
        "service.instance": "4111a111-1111-4111-8111-111111111111",
        "gen_ai.response.id": "chatcmpl-4012888888881881abc",
        "gen_ai.output.messages": '[{"parts": [{"content": "the token count is: 5120, see RFC 4111"}]}]',
        "masked": "mail [EMAIL], password: [SECRET]",
    }
    agent = Addresses.free()
    with grpc_receiver() as (gateway, received):
        peers = {"gateway:4317": gateway.removeprefix("http://")}
        with collector(tmp_path, "agent", agent, files=["agent.yaml"], peers=peers):
            sent = trace_request([span("chat", given, state="ot=th:c")], scope="my.scope")
            post(agent.http, sent)
            assert eventually(lambda: bool(received.spans))
    (arrived,) = received.spans
    assert arrived.attributes == given
    assert (arrived.name, arrived.scope) == ("chat", "my.scope")
    assert b"ot=th:c" in received.raw
