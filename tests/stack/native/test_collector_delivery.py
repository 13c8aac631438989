"""From the agent over two gateways to Tempo: whole traces, nothing lost, nothing twice."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from native.programs import Stack
from stack.native.collectors import SHORT, Addresses, collector, self_metric
from stack.native.otlp import call, new_trace, send, span
from stack.native.waiting import eventually
from stack.receivers import grpc_receiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.native

OUTAGE_S = 15


def hosts(*gateways: Addresses) -> list[str]:
    """The agent's setting for these gateways."""
    return [f"exporters::load_balancing::resolver::static::hostnames: [{', '.join(each.grpc for each in gateways)}]"]


def traces_in(received: Telemetry) -> Counter[bytes]:
    return Counter(found.trace_id for found in received.spans)


def test_two_gateways_have_whole_traces(tmp_path: Path) -> None:
    first, second, agent = Addresses.free(), Addresses.free(), Addresses.free()
    traces = [new_trace() for _ in range(100)]
    with (
        grpc_receiver() as (one, left),
        grpc_receiver() as (other, right),
        collector(tmp_path, "first", first, files=["gateway.yaml"], peers={"tempo:4317": one[7:]}, env=SHORT),
        collector(tmp_path, "second", second, files=["gateway.yaml"], peers={"tempo:4317": other[7:]}, env=SHORT),
        collector(tmp_path, "agent", agent, files=["agent.yaml"], settings=hosts(first, second)),
    ):
        # each request has one span of every trace
        for part in range(5):
            send(agent.http, [span(f"part {part}", trace=trace) for trace in traces])
        assert eventually(lambda: len(left.spans) + len(right.spans) == 500)
    assert set(traces_in(left)).isdisjoint(traces_in(right))
    assert set((traces_in(left) + traces_in(right)).values()) == {5}
    assert min(len(traces_in(left)), len(traces_in(right))) > 20


def test_gateway_that_is_away_gets_everything_later_and_the_other_nothing_twice(tmp_path: Path) -> None:
    first, second, agent = Addresses.free(), Addresses.free(), Addresses.free()
    with grpc_receiver() as (tempo, received):
        peers = {"tempo:4317": tempo[7:]}
        with (
            collector(tmp_path, "agent", agent, files=["agent.yaml"], settings=hosts(first, second)),
            collector(tmp_path, "first", first, files=["gateway.yaml"], peers=peers, env=SHORT),
        ):
            for _ in range(4):
                send(agent.http, [call() for _ in range(50)])
            assert eventually(lambda: self_metric(agent, "otelcol_exporter_queue_size") > 0)
            assert len(received.spans) < 200
            # longer than any time limit that an exporter has by itself
            time.sleep(OUTAGE_S)
            with collector(tmp_path, "second", second, files=["gateway.yaml"], peers=peers, env=SHORT):
                assert eventually(lambda: len(received.spans) >= 200)
    ids = Counter(found.span_id for found in received.spans)
    assert (len(ids), set(ids.values())) == (200, {1})


def test_agent_that_is_restarted_delivers_what_it_kept(tmp_path: Path) -> None:
    agent = Addresses.free()
    with collector(tmp_path, "agent", agent, files=["agent.yaml"], peers={"gateway:4317": "127.0.0.1:9"}):
        send(agent.http, [call() for _ in range(30)])
    with (
        grpc_receiver() as (gateway, received),
        collector(tmp_path, "agent", agent, files=["agent.yaml"], peers={"gateway:4317": gateway[7:]}),
    ):
        assert eventually(lambda: len(received.spans) >= 30)
    assert len({found.span_id for found in received.spans}) == 30


def test_nothing_is_lost_while_tempo_is_away_and_the_gateway_restarts(tmp_path: Path) -> None:
    gateway = Addresses.free()
    before, during, after = ([new_trace() for _ in range(40)] for _ in range(3))
    with Stack(tmp_path / "stack", ["tempo"]) as stack:
        peers = {"tempo:4317": stack.url("tempo", 4317).removeprefix("http://")}
        with collector(tmp_path, "gateway", gateway, files=["gateway.yaml"], peers=peers, env=SHORT):
            send(gateway.http, [call(trace=trace) for trace in before])
            assert eventually(lambda: all(has(stack, trace) for trace in before))
            stack.programs["tempo"].stop(grace=60)
            send(gateway.http, [call(trace=trace) for trace in during])
        with collector(tmp_path, "gateway", gateway, files=["gateway.yaml"], peers=peers, env=SHORT):
            stack.start("tempo")
            send(gateway.http, [call(trace=trace) for trace in after])
            assert eventually(lambda: all(has(stack, trace) for trace in (*before, *during, *after)))


def has(stack: Stack, trace: bytes) -> bool:
    """Whether Tempo has one span of this trace, and no more."""
    try:
        with urllib.request.urlopen(f"{stack.url('tempo')}/api/v2/traces/{trace.hex()}", timeout=5) as answer:
            found: dict[str, dict[str, list[dict[str, list[dict[str, list[object]]]]]]] = json.load(answer)
    except urllib.error.URLError:
        return False
    groups = found["trace"].get("resourceSpans", [])
    return sum(len(scoped["spans"]) for group in groups for scoped in group["scopeSpans"]) == 1
