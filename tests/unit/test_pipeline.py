"""The pipeline when things go wrong around it: steps, protocols, processors and queues."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from contract.channels.wire import chat
from contract.installation import Installation, installation
from spanwise.core import guard
from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference
from spanwise.core.view import SpanView
from spanwise.distro import install
from spanwise.processors.price import PriceStep
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from unit.canned import STREAMING, URL, answering, stream_of, streamed

HELLO = {"role": "user", "content": "hello"}
NOTE = "Mail jane@example.org"


@pytest.fixture
def installed() -> Iterator[Installation]:
    with installation() as running:
        yield running


class BrokenStep(PriceStep):
    """Raises at every span."""

    def __call__(self, span: SpanView) -> None:
        raise RuntimeError(span.name)


@pytest.mark.usefixtures("swallowed_faults")
def test_span_goes_on_and_is_redacted_though_a_step_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "PriceStep", BrokenStep)
    with installation() as installed:
        installed.tracer.start_span("work", attributes={"note": NOTE}).end()
        chat(installed, HELLO)
        assert [dict(span.attributes or {}).get("note") for span in installed.spans] == ["Mail [EMAIL]", None]
        assert installed.total(metrics.CALLS.name) == 1
        assert installed.total(metrics.PIPELINE_ERRORS.name, site="step.BrokenStep") == 2


@dataclass
class Breaking(SpanProcessor):
    """Raises where it gets a span."""

    seen: int = 0

    def on_end(self, span: ReadableSpan) -> None:
        self.seen += 1
        raise RuntimeError(span.name)


@pytest.mark.usefixtures("swallowed_faults")
def test_processor_that_fails_takes_no_span_from_the_others(installed: Installation) -> None:
    breaking, counting = Breaking(), Breaking()
    installed.tracer_provider.add_span_processor(breaking)
    installed.tracer_provider.add_span_processor(counting)
    for _ in range(3):
        chat(installed, HELLO)
    assert len(installed.spans) == 3
    assert breaking.seen == counting.seen == 3
    assert installed.pipeline.worker.dropped["processor"] == 6


def failing(_: Exchange) -> Inference:
    raise RuntimeError("protocol")


@pytest.mark.usefixtures("swallowed_faults")
def test_call_that_its_protocol_cannot_read_is_a_span_all_the_same(installed: Installation) -> None:
    recorder = installed.pipeline.recorder
    assert recorder is not None
    exchange = Exchange("POST", "api.openai.com", None, "/v1/chat", b"{}", 1, "chat", "openai", "gpt-4o", failing)
    exchange.end_ns, exchange.status = 2, 503
    call = recorder.begin(exchange)
    assert call is not None
    recorder.finish(call)
    found = dict(installed.call.attributes or {})
    assert (found[names.REQUEST_MODEL], found[names.ERROR_TYPE]) == ("gpt-4o", "503")
    assert found[names.UNPARSED] == "protocol"
    assert installed.total(metrics.PIPELINE_UNPARSED.name, part="protocol") == 1


def test_spans_that_find_the_queue_full_are_redacted_and_exported() -> None:
    with installation({"SPANWISE_PIPELINE_QUEUE_SIZE": "1"}) as installed:
        threads = [threading.Thread(target=make_spans, args=(installed,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        notes = [dict(span.attributes or {})["note"] for span in installed.spans]
        assert notes == ["Mail [EMAIL]"] * 400
        assert not installed.pipeline.worker.dropped
        assert installed.total(metrics.PIPELINE_INLINE.name) > 0


def make_spans(installed: Installation) -> None:
    for _ in range(100):
        installed.tracer.start_span("work", attributes={"note": NOTE}).end()


def test_stream_that_runs_when_the_process_ends_is_not_lost(installed: Installation) -> None:
    with answering(httpx, streamed(httpx)) as client, client.stream("POST", URL, json=STREAMING) as response:
        chunks = response.iter_raw()
        next(chunks)
        installed.tracer_provider.shutdown()
        (span,) = installed.exporter.get_finished_spans()
        assert list(chunks)
    assert dict(span.attributes or {})[names.STREAM_END] == "shutdown"
    assert len(installed.exporter.get_finished_spans()) == 1


def test_span_of_another_that_runs_when_the_process_ends_takes_its_call_along(installed: Installation) -> None:
    other = installed.tracer_provider.get_tracer("other")
    with other.start_as_current_span("theirs", attributes={names.OPERATION_NAME: "chat"}, end_on_exit=False):
        chat(installed, HELLO)
    installed.tracer_provider.shutdown()
    (span,) = installed.exporter.get_finished_spans()
    assert dict(span.attributes or {})[names.USAGE_INPUT_TOKENS] == 9


def test_span_of_another_waits_for_the_stream_inside_it(installed: Installation) -> None:
    other = installed.tracer_provider.get_tracer("other")
    span = other.start_span("theirs", attributes={names.OPERATION_NAME: "chat"})
    with answering(httpx, streamed(httpx, stream_of(httpx))) as client:
        with trace.use_span(span):
            response: Any = client.send(client.build_request("POST", URL, json=STREAMING), stream=True)
        span.end()
        installed.pipeline.worker.catch_up()
        assert not installed.exporter.get_finished_spans()
        response.read()
    installed.pipeline.worker.catch_up()
    (found,) = installed.exporter.get_finished_spans()
    assert dict(found.attributes or {})[names.USAGE_OUTPUT_TOKENS] == 3


def test_span_of_another_does_not_wait_for_ever(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    span = installed.tracer.start_span("theirs", attributes={names.OPERATION_NAME: "chat"})
    with answering(httpx, streamed(httpx)) as client:
        with trace.use_span(span):
            response: Any = client.send(client.build_request("POST", URL, json=STREAMING), stream=True)
        span.end()
        installed.pipeline.worker.catch_up()
        monkeypatch.setattr("spanwise.processors.pipeline.monotonic", lambda: float("inf"))
        installed.pipeline.worker.catch_up()
        assert len(installed.exporter.get_finished_spans()) == 1
        response.close()


def test_installing_twice_is_installing_once(installed: Installation) -> None:
    again = install.install(installed.tracer_provider, installed.meter_provider, installed.logger_provider)
    assert again is installed.pipeline
    chat(installed, HELLO)
    assert len(installed.calls) == 1


def test_nothing_is_installed_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANWISE_GENERAL_ENABLED", "false")
    assert install.install() is None


def test_self_metrics_tell_of_every_span(installed: Installation) -> None:
    for _ in range(5):
        chat(installed, HELLO)
    make_spans(installed)
    assert len(installed.spans) == 105
    assert installed.total(metrics.PIPELINE_SPANS.name) == 105
    assert installed.total(metrics.PIPELINE_EXPORTED.name) == 105
    assert installed.total(metrics.PIPELINE_QUEUE.name) == 0
    assert not guard.failures
