"""The life of one call as every transport lives it: begin, attempts, response or stream, end.

Everything here runs on the application's thread: references and time stamps, nothing parsed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import time_ns

from opentelemetry.context import attach, detach, get_current

from spanwise.core.exchange import Attempt, Exchange, StreamEnd
from spanwise.core.guard import guarded
from spanwise.core.recorder import Call, recorder
from spanwise.instrumentation.protocols import claim

__all__ = ["StreamNotes", "answered", "begin", "current", "failed"]

KEPT_STREAM_BYTES = 4 * 1024 * 1024
KEPT_TAIL_CHUNKS = 256
KEPT_CHUNK_TIMES = 16384

_RETRY_COUNT = "x-stainless-retry-count"
_RETRIED_STATUS = frozenset({408, 409, 429})
_LONGEST_WAIT_S = 60.0
_PATIENCE_S = 3.0
"""How much later than announced a busy process may try again."""

_last_failed: ContextVar[Call | None] = ContextVar("spanwise_last_failed_call", default=None)


def begin(
    method: str,
    host: str,
    port: int | None,
    path: str,
    headers: Mapping[str, str],
    body: Callable[[], bytes | None],
) -> Call | None:
    """Start a call if a protocol claims the request; None, quickly, for all other traffic.

    The transport guards: like `answered`, this may raise if something is wrong with us.
    """
    claimed = claim(method, host, path, body)
    if claimed is None:
        return None
    content = body()
    if _last_failed.get() is not None and (resumed := _resume(headers, path, content)) is not None:
        return resumed
    operation, provider, model, read = claimed
    exchange = Exchange(method, host, port, path, content, time_ns(), operation, provider, model, read)
    exchange.request_headers = headers
    current = recorder()
    exchange.want_content = current.want_content
    return current.begin(exchange)


def _resume(headers: Mapping[str, str], path: str, body: bytes | None) -> Call | None:
    """The call that failed last in this context, if this request is its next attempt."""
    call = _last_failed.get()
    if call is None:
        return None
    _last_failed.set(None)
    same = call.exchange.path == path and call.exchange.request_body == body
    if same and headers.get(_RETRY_COUNT, "0") != "0" and recorder().resume(call):
        _reset(call.exchange)
        return call
    recorder().finish(call)
    return None


def _reset(exchange: Exchange) -> None:
    error = exchange.error_type or str(exchange.status)
    exchange.attempts = (*exchange.attempts, Attempt(exchange.end_ns, exchange.status, error))
    exchange.status = exchange.error_type = exchange.error_message = None
    exchange.body = exchange.chunks = exchange.stream_end = None
    exchange.chunk_times_ns = ()
    exchange.chunk_count = exchange.dropped_bytes = exchange.end_ns = 0


class current:
    """Make a call's span current while its request is sent."""

    __slots__ = ("_context", "_token")

    def __init__(self, call: Call) -> None:
        self._context = call.context

    def __enter__(self) -> None:
        self._token = attach(self._context)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is GeneratorExit and get_current() is not self._context:
            return  # a coroutine that was left is closed from elsewhere: its context is gone
        detach(self._token)


@guarded("transport.failed", None)
def failed(call: Call, error: BaseException) -> None:
    """The client raised instead of answering."""
    exchange = call.exchange
    _note_error(exchange, error)
    if not isinstance(error, Exception):
        exchange.stream_end = "cancelled"
    _end(call)


def answered(call: Call, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
    """The response's head is there; `body` is None while it still streams."""
    exchange = call.exchange
    exchange.status = status
    exchange.response_headers = headers
    if body is not None:
        exchange.body = body
        _end(call)


class StreamNotes:
    """What is kept of a stream while it runs: a time stamp and a reference per chunk.

    Of a stream over `KEPT_STREAM_BYTES` the head and the newest chunks are kept: usage is at the end.
    """

    __slots__ = ("_call", "_chunks", "_size", "_tail", "_times")

    def __init__(self, call: Call) -> None:
        self._call = call
        self._chunks = call.exchange.chunks = []
        self._times: list[int] = []
        call.exchange.chunk_times_ns = self._times
        self._tail: deque[bytes] = deque(maxlen=KEPT_TAIL_CHUNKS)
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Note a chunk; called before the application sees it."""
        self._size += len(chunk)
        self._call.exchange.chunk_count += 1
        if self._size <= KEPT_STREAM_BYTES and len(self._times) < KEPT_CHUNK_TIMES:
            self._chunks.append(chunk)
            self._times.append(time_ns())
        else:
            self._tail.append(chunk)

    @guarded("transport.stream", None)
    def end(self, end: StreamEnd, error: BaseException | None = None) -> None:
        """The stream ended; the first end counts."""
        if self._close(end, error):
            _end(self._call)

    @guarded("transport.stream", None)
    def forget(self) -> None:
        """The response was left to the garbage collector, which may come at any moment, with any lock held.

        So the call only waits for the worker to come by; it ended with what was read of it last.
        """
        if self._close("abandoned"):
            self._call.exchange.end_ns = self._times[-1] if self._times else time_ns()
            recorder().park(self._call, 0.0)

    def _close(self, end: StreamEnd, error: BaseException | None = None) -> bool:
        exchange = self._call.exchange
        if exchange.stream_end is not None or exchange.chunks is not self._chunks:
            return False
        exchange.stream_end = end
        if self._tail:
            self._chunks.extend(self._tail)
            self._times.append(time_ns())
            exchange.dropped_bytes = self._size - sum(map(len, self._chunks))
        if error is not None:
            _note_error(exchange, error)
        return True


def _note_error(exchange: Exchange, error: BaseException) -> None:
    kind = type(error)
    exchange.error_type = f"{kind.__module__}.{kind.__qualname__}"
    exchange.error_message = _text_of(error)


@guarded("transport.error_text", None)
def _text_of(error: BaseException) -> str:
    """Code of the application or of a library, which may fail."""
    return str(error)


def _end(call: Call) -> None:
    exchange = call.exchange
    exchange.end_ns = time_ns()
    if (wait := _retry_wait(exchange)) is None:
        recorder().finish(call)
        return
    _last_failed.set(call)
    recorder().park(call, wait)


def _retry_wait(exchange: Exchange) -> float | None:
    """Seconds in which the SDK would try again; None where it would not, or where nothing tells that it could."""
    if exchange.status is not None and exchange.status < 400:
        return None
    count = exchange.request_headers.get(_RETRY_COUNT, "")
    if not count.isdecimal() or exchange.stream_end == "cancelled" or not _may_be_retried(exchange):
        return None
    backoff = min(0.5 * 2 ** min(int(count[:3]), 4), 8.0)
    return _retry_after(exchange.response_headers, backoff) + _PATIENCE_S


def _may_be_retried(exchange: Exchange) -> bool:
    if exchange.status is None:
        return True
    told = exchange.response_headers.get("x-should-retry")
    if told in ("true", "false"):
        return told == "true"
    return exchange.status in _RETRIED_STATUS or exchange.status >= 500


def _retry_after(headers: Mapping[str, str], backoff: float) -> float:
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        if 0 < seconds <= _LONGEST_WAIT_S:
            return seconds
    return backoff
