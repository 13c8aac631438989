"""Tail sampling keeps what matters whole, and a share of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from stack.native.collectors import SHORT, Addresses, collector, self_metric
from stack.native.otlp import Plain, call, new_trace, send, span
from stack.native.waiting import eventually
from stack.receivers import grpc_receiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.native

KEPT: dict[str, dict[str, Plain]] = {
    "costly": {"spanwise.cost.amount": 0.10},
    "flagged": {"spanwise.screen.flagged": True},
    "leaking": {"spanwise.screen.leak": 0.93},
    "judged": {"spanwise.judge.faults": ["harmful_content"]},
    "filtered": {"spanwise.outcome": "content_filter"},
    "sampled in the process": {"spanwise.sampling.reason": "share"},
}


def all_decided(gateway: Addresses, traces: int, received: Telemetry, each: int = 1) -> bool:
    """Whether so many traces were decided, and those that are kept have arrived with `each` spans."""
    decided = "otelcol_processor_tail_sampling_global_count_traces_sampled"
    if self_metric(gateway, decided) != traces:
        return False
    # asked afterwards: while traces are still being decided, fewer are kept than will be
    return len(received.spans) == self_metric(gateway, decided, 'sampled="true"') * each


def judged_late(span: Span) -> Span:
    """The span as of twenty seconds ago, so that what else the trace has comes long after it."""
    span.start_time_unix_nano -= 20 * 10**9
    span.end_time_unix_nano -= 20 * 10**9
    return span


def test_remarkable_traces_are_kept_whole_and_the_rest_is_left_out(tmp_path: Path) -> None:
    gateway = Addresses.free()
    traces = {name: new_trace() for name in (*KEPT, "failed", "slow", "cheap", "plain", "long")}
    calls = [call(given, trace=traces[name]) for name, given in KEPT.items()]
    calls += [
        call(trace=traces["failed"], error="no"),
        call(trace=traces["slow"], seconds=10.5),
        call({"spanwise.cost.amount": 0.09, "spanwise.screen.flagged": False}, trace=traces["cheap"]),
        call({"spanwise.outcome": "ok"}, trace=traces["plain"]),
        judged_late(call(trace=traces["long"])),
    ]
    with grpc_receiver() as (tempo, received):
        peers, none = {"tempo:4317": tempo.removeprefix("http://")}, {"TAIL_SHARE": "0"}
        with collector(tmp_path, "gateway", gateway, files=["gateway.yaml"], peers=peers, env=SHORT | none):
            send(gateway.http, calls)
            # the rest of each trace comes in another request
            send(gateway.http, [span("GET /", trace=trace) for trace in traces.values()])
            assert eventually(lambda: all_decided(gateway, len(traces), received, each=2))
    kept = {name for name, trace in traces.items() if any(found.trace_id == trace for found in received.spans)}
    assert kept == set(traces) - {"cheap", "plain", "long"}


def test_share_is_kept_and_every_gateway_keeps_the_same(tmp_path: Path) -> None:
    spans = [call() for _ in range(400)]
    kept: list[set[bytes]] = []
    for number in range(2):
        gateway = Addresses.free()
        with grpc_receiver() as (tempo, received):
            peers, quarter = {"tempo:4317": tempo.removeprefix("http://")}, {"TAIL_SHARE": "25"}
            name = f"gateway-{number}"
            with collector(tmp_path, name, gateway, files=["gateway.yaml"], peers=peers, env=SHORT | quarter):
                send(gateway.http, spans)
                assert eventually(lambda: all_decided(gateway, 400, received))  # noqa: B023
        kept.append({found.trace_id for found in received.spans})
    assert 60 < len(kept[0]) < 140
    assert kept[0] == kept[1]


def test_gateway_that_is_stopped_decides_what_still_waits(tmp_path: Path) -> None:
    gateway = Addresses.free()
    with grpc_receiver() as (tempo, received):
        peers = {"tempo:4317": tempo.removeprefix("http://")}
        with collector(tmp_path, "gateway", gateway, files=["gateway.yaml"], peers=peers):
            send(gateway.http, [call() for _ in range(20)])
        # what it could not send any more waits on the disk
        with collector(tmp_path, "gateway", gateway, files=["gateway.yaml"], peers=peers):
            assert eventually(lambda: len({found.span_id for found in received.spans}) == 20)
