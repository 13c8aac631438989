"""With Kafka in between: all spans arrive once, and each trace in one gateway."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from native.build import binary
from native.places import free_address
from native.process import start
from stack.native.collectors import SHORT, Addresses, collector, self_metric
from stack.native.otlp import call, new_trace, send, span
from stack.native.waiting import eventually
from stack.receivers import grpc_receiver

pytestmark = pytest.mark.native

FILES = {"agent": ["agent.yaml", "kafka-agent.yaml"], "gateway": ["gateway.yaml", "kafka-gateway.yaml"]}


@contextmanager
def broker(folder: Path) -> Generator[str]:
    """The address of a Kafka broker in memory, whose topic has three partitions."""
    address = free_address()
    kfake = start([binary("kfake"), address.split(":")[1], "otlp_spans"], None, folder=folder, name="kfake")
    try:
        assert eventually(lambda: listens(address))
        yield address
    finally:
        kfake.stop()


def listens(address: str) -> bool:
    """Whether anybody takes connections there."""
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def assigned(gateway: Addresses) -> bool:
    """Whether it was given partitions and reads them."""
    return self_metric(gateway, "otelcol_kafka_receiver_partition_start") > 0


def test_all_spans_arrive_once_and_each_trace_in_one_gateway(tmp_path: Path) -> None:
    agent, first, second = Addresses.free(), Addresses.free(), Addresses.free()
    traces = [new_trace() for _ in range(100)]
    with broker(tmp_path) as kafka, grpc_receiver() as (one, left), grpc_receiver() as (other, right):
        peers = {"kafka:9092": kafka}
        to_left, to_right = peers | {"tempo:4317": one[7:]}, peers | {"tempo:4317": other[7:]}
        with (
            collector(tmp_path, "first", first, files=FILES["gateway"], peers=to_left, env=SHORT),
            collector(tmp_path, "second", second, files=FILES["gateway"], peers=to_right, env=SHORT),
            collector(tmp_path, "agent", agent, files=FILES["agent"], peers=peers),
        ):
            assert eventually(lambda: assigned(first) and assigned(second))
            for part in range(5):
                send(agent.http, [span(f"part {part}", trace=trace) for trace in traces])
            assert eventually(lambda: len(left.spans) + len(right.spans) >= 500)
    counts = [Counter(found.trace_id for found in received.spans) for received in (left, right)]
    assert set(counts[0]).isdisjoint(counts[1])
    assert len(counts[0]) > 10 and len(counts[1]) > 10
    assert set((counts[0] + counts[1]).values()) == {5}


def test_gateways_that_come_later_read_what_waits(tmp_path: Path) -> None:
    agent, gateway = Addresses.free(), Addresses.free()
    with broker(tmp_path) as kafka, grpc_receiver() as (tempo, received):
        peers = {"kafka:9092": kafka, "tempo:4317": tempo[7:]}
        with collector(tmp_path, "agent", agent, files=FILES["agent"], peers=peers):
            send(agent.http, [call() for _ in range(200)])
            assert eventually(lambda: self_metric(agent, "otelcol_exporter_sent_spans") == 200)
        with collector(tmp_path, "gateway", gateway, files=FILES["gateway"], peers=peers, env=SHORT):
            assert eventually(lambda: len(received.spans) >= 200)
    assert set(Counter(found.span_id for found in received.spans).values()) == {1}
