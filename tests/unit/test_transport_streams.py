"""How a streamed call ends: read, left, forgotten, cut or cancelled; with httpx and httpx2."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from time import time_ns
from typing import Any

import httpx
import httpx2
import pytest

from contract.installation import Installation, installation
from spanwise.instrumentation.transports import call as calls
from spanwise.semconv import attributes as names
from unit.canned import EVENTS, REQUEST, STREAMING, URL, answering, answering_async, event, stream_of, streamed


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


def stream_end(installed: Installation) -> object:
    return dict(installed.call.attributes or {})[names.STREAM_END]


def test_stream_that_is_read_to_its_end_is_complete(library: Any, installed: Installation) -> None:
    with answering(library, streamed(library)) as client, client.stream("POST", URL, json=STREAMING) as response:
        response.read()
    found = dict(installed.call.attributes or {})
    assert (found[names.STREAM_END], found[names.OUTCOME], found[names.STREAM_CHUNKS]) == ("complete", "ok", 6)
    assert found[names.USAGE_INPUT_TOKENS] == 9


def test_stream_that_is_closed_early_is_abandoned(library: Any, installed: Installation) -> None:
    with answering(library, streamed(library)) as client, client.stream("POST", URL, json=STREAMING) as response:
        next(response.iter_raw())
    assert (stream_end(installed), outcome(installed)) == ("abandoned", "abandoned")


def test_stream_that_is_never_read_is_abandoned(library: Any, installed: Installation) -> None:
    with answering(library, streamed(library)) as client, client.stream("POST", URL, json=STREAMING):
        pass
    assert outcome(installed) == "abandoned"


def test_stream_that_is_forgotten_is_abandoned(library: Any, installed: Installation) -> None:
    client = answering(library, streamed(library))
    response = client.send(client.build_request("POST", URL, json=STREAMING), stream=True)
    next(response.iter_raw())
    read_ns = time_ns()
    del response
    gc.collect()
    assert outcome(installed) == "abandoned"
    assert installed.call.end_time is not None
    assert installed.call.end_time <= read_ns, "the collector comes whenever it likes"
    client.close()


def test_stream_that_dies_marks_the_span_error(library: Any, installed: Installation) -> None:
    error = library.ReadError("reset")
    respond = streamed(library, stream_of(library, EVENTS[:2], error))
    with (
        answering(library, respond) as client,
        pytest.raises(library.ReadError) as raised,
        client.stream("POST", URL, json=STREAMING) as response,
    ):
        response.read()
    assert raised.value is error
    assert stream_end(installed) == "failed"
    assert not installed.call.status.is_ok


def test_cancelled_task_is_a_cancelled_call(library: Any, installed: Installation) -> None:
    async def respond(_: Any) -> Any:
        await asyncio.sleep(60)

    async def use() -> None:
        async with answering_async(library, respond) as client:
            task = asyncio.create_task(client.post(URL, json=REQUEST))
            await asyncio.sleep(0.01)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(use())
    assert outcome(installed) == "cancelled"


def test_task_that_is_cancelled_inside_a_stream_is_a_cancelled_call(library: Any, installed: Installation) -> None:
    class Stalling(library.AsyncByteStream):  # type: ignore[misc]
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield EVENTS[0]
            await asyncio.sleep(60)

    async def read(client: Any) -> None:
        async with client.stream("POST", URL, json=STREAMING) as response:
            async for _ in response.aiter_raw():
                pass

    async def use() -> None:
        async with answering_async(library, streamed(library, Stalling())) as client:
            task = asyncio.create_task(read(client))
            await asyncio.sleep(0.01)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(use())
    assert stream_end(installed) == "cancelled"


def test_asynchronous_stream_that_is_closed_early_is_abandoned(library: Any, installed: Installation) -> None:
    async def use() -> None:
        async with (
            answering_async(library, streamed(library)) as client,
            client.stream("POST", URL, json=STREAMING) as response,
        ):
            async for _ in response.aiter_raw():
                break

    asyncio.run(use())
    assert outcome(installed) == "abandoned"


def test_stream_that_is_longer_than_the_limit_keeps_its_head_and_its_end(
    library: Any, installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "KEPT_STREAM_BYTES", 20_000)
    monkeypatch.setattr(calls, "KEPT_TAIL_CHUNKS", 10)
    filler = tuple(event({"choices": [{"index": 0, "delta": {"content": "word " * 50}}]}) for _ in range(300))
    stream = stream_of(library, (*filler, *EVENTS))
    with (
        answering(library, streamed(library, stream)) as client,
        client.stream("POST", URL, json=STREAMING) as response,
    ):
        response.read()
    found = dict(installed.call.attributes or {})
    assert found[names.STREAM_CHUNKS] == 306
    assert (found[names.USAGE_INPUT_TOKENS], found[names.USAGE_OUTPUT_TOKENS]) == (9, 3)
