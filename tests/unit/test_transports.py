"""httpx and httpx2 with the hook in place: to the application nothing has changed."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx2
import pytest

from contract.installation import Installation, installation
from spanwise.core import guard
from spanwise.instrumentation.transports import call as calls
from spanwise.instrumentation.transports import httpx as httpx_transport
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from unit.canned import ANSWER, EVENTS, REQUEST, STREAMING, URL, answering, answering_async, stream_of, streamed, whole


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(params=["auto", "ordinary"])
def installed(request: pytest.FixtureRequest) -> Iterator[Installation]:
    """Both ways to make spans."""
    with installation({"SPANWISE_PIPELINE_SPANS": request.param}) as running:
        yield running


def outcome(installed: Installation) -> object:
    return dict(installed.call.attributes or {})[names.OUTCOME]


# what the application sees


def kind(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def facts(response: Any) -> dict[str, object]:
    """What an application may look at once a response was read."""
    return {
        "type": kind(response),
        "content": response.content,
        "text": response.text,
        "elapsed": response.elapsed.total_seconds() >= 0,
        "consumed": response.is_stream_consumed,
        "closed": response.is_closed,
        "downloaded": response.num_bytes_downloaded,
        "headers": dict(response.headers),
        "request": (response.request.method, str(response.request.url), response.request.content),
        "history": response.history,
        "extensions": response.extensions,
    }


def whole_response(client: Any) -> list[object]:
    return [facts(client.post(URL, json=REQUEST))]


def stream_by_lines(client: Any) -> list[object]:
    with client.stream("POST", URL, json=STREAMING) as response:
        before = [kind(response), response.is_closed, response.is_stream_consumed, int(response.status_code)]
        lines = list(response.iter_lines())
        after = (response.is_closed, response.is_stream_consumed, response.num_bytes_downloaded)
    return [before, lines, after, response.is_closed, response.elapsed.total_seconds() >= 0]


def stream_by_raw_bytes(client: Any) -> list[object]:
    with client.stream("POST", URL, json=STREAMING) as response:
        return [list(response.iter_raw(7)), response.is_stream_consumed, response.is_closed]


def stream_that_is_read(client: Any) -> list[object]:
    with client.stream("POST", URL, json=STREAMING) as response:
        return [response.read(), facts(response)]


def stream_that_is_read_twice(client: Any) -> list[object]:
    with client.stream("POST", URL, json=STREAMING) as response:
        first = list(response.iter_bytes())
        try:
            return [first, list(response.iter_bytes())]
        except Exception as error:
            return [first, kind(error), str(error)]


def stream_that_is_left(client: Any) -> list[object]:
    with client.stream("POST", URL, json=STREAMING) as response:
        first = next(response.iter_bytes())
    return [first, response.is_closed, response.is_stream_consumed]


USES = (
    whole_response,
    stream_by_lines,
    stream_by_raw_bytes,
    stream_that_is_read,
    stream_that_is_read_twice,
    stream_that_is_left,
)


@pytest.mark.parametrize("use", USES)
def test_application_sees_the_same_with_and_without_us(library: Any, use: Callable[[Any], list[object]]) -> None:
    respond = whole(library) if use is whole_response else streamed(library)
    with answering(library, respond) as client:
        bare = use(client)
    with installation() as installed:
        with answering(library, respond) as client:
            assert use(client) == bare
        assert len(installed.calls) == 1


def test_asynchronous_application_sees_the_same_with_and_without_us(library: Any) -> None:
    async def use() -> list[object]:
        async with answering_async(library, streamed(library)) as client:
            async with client.stream("POST", URL, json=STREAMING) as response:
                before = [kind(response), response.is_closed, response.is_stream_consumed]
                lines = [line async for line in response.aiter_lines()]
            return [before, lines, response.is_closed, response.is_stream_consumed, response.num_bytes_downloaded]

    bare = asyncio.run(use())
    with installation() as installed:
        assert asyncio.run(use()) == bare
        assert outcome(installed) == "ok"


def test_stream_of_the_transport_is_closed(library: Any, installed: Installation) -> None:
    stream = stream_of(library)
    with (
        answering(library, streamed(library, stream)) as client,
        client.stream("POST", URL, json=STREAMING) as response,
    ):
        chunks = response.iter_raw()
        next(chunks)
        assert not stream.closed
    assert stream.closed


def test_compressed_stream_is_decoded_for_the_application_and_for_us(library: Any, installed: Installation) -> None:
    packed = gzip.compress(b"".join(EVENTS))
    stream = stream_of(library, tuple(packed[at : at + 20] for at in range(0, len(packed), 20)))
    respond = streamed(library, stream, **{"content-encoding": "gzip"})
    with answering(library, respond) as client, client.stream("POST", URL, json=STREAMING) as response:
        assert response.read() == b"".join(EVENTS)
    assert dict(installed.call.attributes or {})[names.USAGE_OUTPUT_TOKENS] == 3


def test_exception_of_the_client_arrives_unchanged(library: Any, installed: Installation) -> None:
    error = library.ConnectTimeout("too slow")

    def refuse(_: Any) -> Any:
        raise error

    with answering(library, refuse) as client, pytest.raises(library.ConnectTimeout) as raised:
        client.post(URL, json=REQUEST)
    assert raised.value is error
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert outcome(installed) == "timeout"


def test_exception_of_the_asynchronous_client_arrives_unchanged(library: Any, installed: Installation) -> None:
    error = library.ConnectError("refused")

    def refuse(_: Any) -> Any:
        raise error

    async def use() -> None:
        async with answering_async(library, refuse) as client:
            await client.post(URL, json=REQUEST)

    with pytest.raises(library.ConnectError) as raised:
        asyncio.run(use())
    assert raised.value is error
    assert outcome(installed) == "unavailable"


class Unspeakable(Exception):
    """Its text cannot be made."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.usefixtures("swallowed_faults")
def test_call_ends_though_the_text_of_its_exception_cannot_be_made(library: Any, installed: Installation) -> None:
    def refuse(_: Any) -> Any:
        raise Unspeakable

    with answering(library, refuse) as client, pytest.raises(Unspeakable):
        client.post(URL, json=REQUEST)
    assert dict(installed.call.attributes or {})[names.ERROR_TYPE] == f"{__name__}.Unspeakable"


def test_interrupt_is_a_cancelled_call(library: Any, installed: Installation) -> None:
    def interrupt(_: Any) -> Any:
        raise KeyboardInterrupt

    with answering(library, interrupt) as client, pytest.raises(KeyboardInterrupt):
        client.post(URL, json=REQUEST)
    assert outcome(installed) == "cancelled"


# what is sent


def test_request_body_that_streams_is_left_alone(library: Any, installed: Installation) -> None:
    def pieces() -> Iterator[bytes]:
        yield json.dumps(REQUEST).encode()

    received: list[bytes] = []

    def respond(request: Any) -> Any:
        received.append(request.read())
        return library.Response(200, json=ANSWER)

    with answering(library, respond) as client:
        client.post(URL, content=pieces(), headers={"content-type": "application/json"})
    assert json.loads(received[0]) == REQUEST
    assert dict(installed.call.attributes or {})[names.USAGE_INPUT_TOKENS] == 9


def test_request_arrives_as_it_was_made(library: Any, installed: Installation) -> None:
    received: list[Any] = []

    def respond(request: Any) -> Any:
        received.append((request.method, str(request.url), request.read(), dict(request.headers)))
        return library.Response(200, json=ANSWER)

    with answering(library, respond) as client:
        request = client.build_request("POST", URL, json=REQUEST, headers={"x-own": "1"})
        made = (request.method, str(request.url), request.content, dict(request.headers))
        client.send(request)
    assert received == [made]
    assert len(installed.calls) == 1


def test_redirect_is_part_of_one_call(library: Any, installed: Installation) -> None:
    def respond(request: Any) -> Any:
        if request.url.path.endswith("/moved"):
            return library.Response(200, json=ANSWER)
        return library.Response(307, headers={"location": "/v1/moved"})

    with answering(library, respond, follow_redirects=True) as client:
        response = client.post(URL, json=REQUEST)
    assert len(response.history) == 1
    assert outcome(installed) == "ok"


# many at the same time


def test_tasks_do_not_mix_their_spans(library: Any, installed: Installation) -> None:
    async def respond(_: Any) -> Any:
        await asyncio.sleep(0)
        return library.Response(200, json=ANSWER)

    async def one(client: Any, number: int) -> None:
        with installed.tracer.start_as_current_span(f"task {number}"):
            await client.post(URL, json={**REQUEST, "seed": number})

    async def use() -> None:
        async with answering_async(library, respond) as client:
            await asyncio.gather(*(one(client, number) for number in range(60)))

    asyncio.run(use())
    parents = {span.context.span_id: span.name for span in installed.spans if span.context}
    pairs = {
        (parents[call.parent.span_id], dict(call.attributes or {})["gen_ai.request.seed"])
        for call in installed.calls
        if call.parent
    }
    assert pairs == {(f"task {number}", number) for number in range(60)}


def test_threads_lose_no_call(library: Any, installed: Installation) -> None:
    def work() -> None:
        with answering(library, whole(library)) as client:
            for _ in range(50):
                client.post(URL, json=REQUEST)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(installed.calls) == 400
    assert installed.total(metrics.CALLS.name) == 400
    assert installed.total("gen_ai.client.token.usage") == 400 * 13


# the hook itself


def test_hook_is_put_in_place_once_and_taken_away(library: Any) -> None:
    original = library.Client.send
    httpx_transport.install()
    hooked = library.Client.send
    httpx_transport.install()
    assert library.Client.send is hooked is not original
    for module in (httpx, httpx2):
        httpx_transport.uninstall(module)
    assert library.Client.send is original


@pytest.mark.usefixtures("swallowed_faults")
def test_fault_of_ours_does_not_reach_the_application(
    library: Any, installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(calls, "claim", fail)
    with answering(library, whole(library)) as client:
        assert client.post(URL, json=REQUEST).json() == ANSWER
    assert guard.failures.total() == 1
    assert not installed.spans
