"""What the application does with calls, spans and streams in unusual ways is none of our business."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from contract.channels.wire import chunked
from contract.installation import installation
from spanwise.core import guard
from spanwise.distro import configure
from spanwise.semconv import attributes as names
from stack.receivers import HttpReceiver

URL = "https://api.openai.com/v1/chat/completions"
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}


def answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"choices": []})


def client(**options: Any) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer), **options)


class AskingExporter(SpanExporter):
    """Asks a model about what it exports."""

    def __init__(self) -> None:
        self.exports = 0

    def export(self, spans: object) -> SpanExportResult:
        self.exports += 1
        if self.exports < 5:
            with client() as asking:
                asking.post(URL, json=CHAT)
        return SpanExportResult.SUCCESS


@pytest.mark.parametrize("processor", [SimpleSpanProcessor, BatchSpanProcessor])
def test_exporter_that_asks_a_model_is_not_traced(processor: type[SimpleSpanProcessor | BatchSpanProcessor]) -> None:
    exporter = AskingExporter()
    with installation(processors=[processor(exporter)]) as installed:
        installed.tracer.start_span("work").end()
        for _ in range(3):
            installed.flush()
        assert exporter.exports == 1
        assert [span.name for span in installed.spans] == ["work"]


def test_coroutine_that_is_left_and_closed_from_elsewhere_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    def ignore(_: object, __: object) -> None:
        """A task that is pending at the end is what the test is about."""

    async def begin(asking: Any) -> None:
        asyncio.get_running_loop().create_task(asking)
        await asyncio.sleep(0.01)

    with installation() as installed:
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(ignore)
        asking = httpx.AsyncClient(transport=httpx.MockTransport(never)).post(URL, json=CHAT)
        loop.run_until_complete(begin(asking))
        asking.close()
        loop.close()
        assert (installed.call.attributes or {})[names.OUTCOME] == "cancelled"
    assert "detach" not in caplog.text


@pytest.mark.parametrize("count", ["", "abc", "-1", "²", "99999999999999999999999"])
def test_retry_count_that_is_none_harms_nothing(count: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        return httpx.Response(500)

    with installation() as installed:
        with httpx.Client(transport=httpx.MockTransport(fail)) as asking:
            response = asking.post(URL, json=CHAT, headers=[(b"x-stainless-retry-count", count.encode())])
        assert response.status_code == 500
        assert (installed.call.attributes or {})[names.OUTCOME] == "unavailable"


def test_stream_that_is_left_to_the_garbage_collector_is_one_abandoned_call() -> None:
    def stream(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=chunked(deltas()))

    def deltas() -> Iterator[dict[str, object]]:
        yield {"role": "assistant", "content": "Hel"}
        yield {"content": "lo"}

    with installation() as installed:
        asking = httpx.Client(transport=httpx.MockTransport(stream))
        request = asking.build_request("POST", URL, json={**CHAT, "stream": True})
        response = asking.send(request, stream=True)
        next(response.iter_raw())
        del response
        gc.collect()
        assert (installed.call.attributes or {})[names.STREAM_END] == "abandoned"
        asking.close()


ODD: dict[str, Callable[[Any], object]] = {
    "object as a value": lambda span: span.set_attribute("note", object()),
    "number as a key": lambda span: span.set_attribute(5, "x"),
    "no status": lambda span: span.set_status(None),
    "no exception": lambda span: span.record_exception(None),
    "no link": lambda span: span.add_link(None),
    "number as a name": lambda span: span.update_name(5),
    "no event name": lambda span: span.add_event(None, {"note": object()}),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_use_of_the_current_span_costs_nothing_of_the_call(odd: str, receiver: HttpReceiver) -> None:
    """As with a span of the SDK: logged at most."""

    def hook(_: httpx.Request) -> None:
        ODD[odd](trace.get_current_span())

    with installation(endpoint=receiver.url) as installed:
        with client(event_hooks={"request": [hook]}) as asking:
            asking.post(URL, json=CHAT)
        installed.flush()
    (call,) = receiver.received.calls
    assert call.attributes[names.REQUEST_MODEL] == "gpt-4o"


@pytest.mark.parametrize("threshold", ["zz", "-1", "", "0" * 20, "8"])
def test_sampling_threshold_of_a_caller_that_is_none_loses_no_span(threshold: str) -> None:
    state = TraceState([("ot", f"th:{threshold}")])
    remote = NonRecordingSpan(SpanContext((1 << 128) - 1, 2, True, TraceFlags(1), state))
    with installation({"SPANWISE_SAMPLE_RATIO": "0.5"}) as installed:
        installed.tracer.start_span("work", trace.set_span_in_context(remote)).end()
        (span,) = installed.spans
        assert span.name == "work"


def test_nothing_above_debug_is_logged_by_an_ordinary_call(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with caplog.at_level(logging.INFO), installation() as installed, client() as asking:
        asking.post(URL, json=CHAT)
        installed.flush()
    assert not caplog.records


def test_installation_that_fails_does_not_reach_the_application(
    monkeypatch: pytest.MonkeyPatch, swallowed_faults: None
) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr("spanwise.distro.install.read_file", fail)
    configure(TracerProvider(shutdown_on_exit=False))
    assert guard.failures["configure"] == 1
