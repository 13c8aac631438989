"""httpx and httpx2, at `Client.send` and `AsyncClient.send`: any transport below is covered.

The response keeps its type and its content; only the byte stream inside it is replaced by one that also notes
when each chunk passed.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from types import ModuleType
from typing import Any

from wrapt import register_post_import_hook

from spanwise.core.guard import guarded
from spanwise.core.recorder import Call
from spanwise.instrumentation.transports import call as calls

__all__ = ["install", "uninstall"]

MODULES = ("httpx", "httpx2")

_MARK = "__spanwise_original__"
_installed = False


def install() -> None:
    """Hook httpx and httpx2 now, or when the application imports them; repeating it changes nothing."""
    global _installed
    if _installed:
        return
    _installed = True
    for name in MODULES:
        register_post_import_hook(_hook, name)


def uninstall(module: ModuleType) -> None:
    """Put the original methods of one of `MODULES` back."""
    global _installed
    _installed = False
    for client in (module.Client, module.AsyncClient):
        client.send = getattr(client.send, _MARK, client.send)


@guarded("transport.httpx.install", None)
def _hook(module: ModuleType) -> None:
    sync_tap, async_tap = _taps(module)
    _replace(module.Client, functools.partial(_sync_send, tap=sync_tap))
    _replace(module.AsyncClient, functools.partial(_async_send, tap=async_tap))


def _replace(client: Any, make: Callable[[Any], Any]) -> None:
    original = client.send
    if hasattr(original, _MARK):  # httpx2 may stand in for httpx: the same class twice
        return
    wrapper = functools.wraps(original)(make(original))
    setattr(wrapper, _MARK, original)
    client.send = wrapper


def _sync_send(original: Any, tap: Callable[[Any, Call], Any]) -> Any:
    def send(self: Any, request: Any, **options: Any) -> Any:
        call = _begin(request)
        if call is None:
            return original(self, request, **options)
        try:
            with calls.current(call):
                response = original(self, request, **options)
        except BaseException as error:
            calls.failed(call, error)
            raise
        _answered(call, response, tap)
        return response

    return send


def _async_send(original: Any, tap: Callable[[Any, Call], Any]) -> Any:
    async def send(self: Any, request: Any, **options: Any) -> Any:
        call = _begin(request)
        if call is None:
            return await original(self, request, **options)
        try:
            with calls.current(call):
                response = await original(self, request, **options)
        except BaseException as error:
            calls.failed(call, error)
            raise
        _answered(call, response, tap)
        return response

    return send


@guarded("transport.httpx.begin", None)
def _begin(request: Any) -> Call | None:
    url = request.url
    return calls.begin(request.method, url.host, url.port, url.path, request.headers, functools.partial(_body, request))


def _body(request: Any) -> bytes | None:
    """The request's bytes where they are in memory; a body that streams is left alone."""
    content: bytes | None = getattr(request, "_content", None)
    return content


@guarded("transport.httpx.answered", None)
def _answered(call: Call, response: Any, tap: Callable[[Any, Call], Any]) -> None:
    content: bytes | None = getattr(response, "_content", None)  # set once the body was read
    calls.answered(call, response.status_code, response.headers, content)
    if content is None:
        response.stream = tap(response.stream, call)


def _taps(module: ModuleType) -> tuple[type[Any], type[Any]]:
    """The two stream classes, made per module because the client checks for its own base classes."""

    class SyncTap(_Tap, module.SyncByteStream):  # type: ignore[misc,name-defined]
        def __iter__(self) -> Iterator[bytes]:
            try:
                for chunk in self._stream:
                    self._notes.add(chunk)
                    yield chunk
            except BaseException as error:
                self._stopped(error)
                raise
            self._notes.end("complete")

        def close(self) -> None:
            try:
                self._stream.close()
            finally:
                self._notes.end("abandoned")

    class AsyncTap(_Tap, module.AsyncByteStream):  # type: ignore[misc,name-defined]
        async def __aiter__(self) -> AsyncIterator[bytes]:
            try:
                async for chunk in self._stream:
                    self._notes.add(chunk)
                    yield chunk
            except BaseException as error:
                self._stopped(error)
                raise
            self._notes.end("complete")

        async def aclose(self) -> None:
            try:
                await self._stream.aclose()
            finally:
                self._notes.end("abandoned")

    return SyncTap, AsyncTap


class _Tap:
    """What both streams share; unknown attributes (`elapsed`) are the wrapped stream's."""

    def __init__(self, stream: Any, call: Call) -> None:
        self._stream = stream
        self._notes = calls.StreamNotes(call)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_stream"], name)

    def _stopped(self, error: BaseException) -> None:
        if isinstance(error, GeneratorExit):
            self._notes.end("abandoned")
        elif isinstance(error, Exception):
            self._notes.end("failed", error)
        else:
            self._notes.end("cancelled", error)

    def __del__(self) -> None:
        notes = self.__dict__.get("_notes")
        if notes is not None:
            notes.forget()
