"""The provider itself: routes a request, decides how it goes, answers, and keeps the ledger."""

import asyncio
import gzip
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from provider import headers, models, tokens
from provider.answers import Answer, Prompt, fault
from provider.anthropic_messages import MESSAGES
from provider.auxiliary import AUXILIARY
from provider.behaviour import interrupt, misbehave
from provider.errors import KINDS, ApiError, anthropic_body, openai_body
from provider.headers import Headers
from provider.http1 import ClientGone, Reply, Request
from provider.ledger import Attempt, Ledger, LedgerReport
from provider.models import Model
from provider.openai_chat import CHAT
from provider.openai_embeddings import EMBEDDINGS
from provider.openai_responses import RESPONSES
from provider.payload import JsonMap, compact, decoded, mapping, string
from provider.scenario import Scenario
from provider.tokens import Usage
from provider.wire import Event, Served, WireFormat

__all__ = ["Service", "Settings"]

_TICK = 0.001
"""Seconds that a stream may run ahead: a pause per event would cost more than most events take."""

_WIRES: Mapping[str, WireFormat] = {
    "/v1/chat/completions": CHAT,
    "/v1/responses": RESPONSES,
    "/v1/embeddings": EMBEDDINGS,
    "/v1/messages": MESSAGES,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How the provider behaves.

    speed: the models' latencies are divided by this.
    retry_after: what a 429 or 5xx asks the client to wait, in seconds.
    compress: gzip whole answers for clients that accept it, as the real providers do.
    """

    speed: float = 20.0
    retry_after: float = 0.05
    compress: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request for inference on its way through the service."""

    wire: WireFormat
    request: Request
    reply: Reply
    body: JsonMap
    attempt: Attempt
    started: float = field(default_factory=time.perf_counter)

    @property
    def scenario(self) -> Scenario:
        """What the request asks to go wrong.

        Raises:
            ApiError: it asks for something unknown.
        """
        try:
            return Scenario.parse(self.request.headers.get("x-scenario", ""))
        except ValueError as error:
            raise ApiError(400, str(error)) from error

    def headers(self) -> Headers:
        """The response headers, as of now."""
        elapsed = int((time.perf_counter() - self.started) * 1000)
        return headers.openai(elapsed) if self.wire.provider == "openai" else headers.anthropic(elapsed)


@dataclass(slots=True)
class Service:
    """Answers requests; a handler for `http1.Connection`."""

    settings: Settings = field(default_factory=Settings)
    ledger: Ledger = field(default_factory=Ledger)
    _prefixes: tokens.PrefixCache = field(default_factory=tokens.PrefixCache)
    _breakpoints: tokens.BreakpointCache = field(default_factory=tokens.BreakpointCache)

    async def __call__(self, request: Request, reply: Reply) -> None:
        """Answer one request."""
        wire = _WIRES.get(request.path) if request.method == "POST" else None
        if wire:
            await self._infer(self._open(wire, request, reply))
        elif (request.method, request.path) == ("GET", "/ledger"):
            _send_json(reply, 200, {}, await self.settled())
        else:
            self._assist(request, reply)

    async def settled(self, patience: float = 3.0) -> LedgerReport:
        """The ledger's report, once no request is being answered or `patience` seconds have passed."""
        deadline = time.monotonic() + patience
        while self.ledger.in_flight() and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        return self.ledger.report()

    def _assist(self, request: Request, reply: Reply) -> None:
        """Answer a request that is not inference."""
        operation = AUXILIARY.get((request.method, request.path))
        if operation is None:
            _send_json(reply, 404, {}, {"error": {"message": f"Invalid URL ({request.method} {request.path})"}})
            return
        self.ledger.auxiliary[request.path.rsplit("/", 1)[-1]] += 1
        try:
            _send_json(reply, 200, {}, operation(request))
        except ApiError as error:
            _send_json(reply, error.status, {}, anthropic_body(error, ""))

    def _open(self, wire: WireFormat, request: Request, reply: Reply) -> Exchange:
        body = decoded(request.body)
        attempt = Attempt(
            operation=wire.operation,
            provider=wire.provider,
            model=string(body.get("model")),
            user=_user(body),
            number=int(request.headers.get("x-stainless-retry-count", "0")),
            fingerprint=_fingerprint(request),
        )
        return Exchange(wire, request, reply, body, self.ledger.open(attempt))

    async def _infer(self, exchange: Exchange) -> None:
        try:
            await self._answer(exchange)
        except ApiError as error:
            exchange.attempt.reject(error.kind, error.status)
            self._send_error(exchange, error)
        except ClientGone:
            exchange.attempt.leave()
        except ConnectionResetError:
            exchange.attempt.reject("connection", None)
            exchange.reply.reset()

    async def _answer(self, exchange: Exchange) -> None:
        _authenticate(exchange.request)
        model = _model_asked_for(exchange.body)
        prompt = exchange.wire.read(exchange.body)
        await misbehave(exchange.wire, exchange.scenario, prompt, exchange.attempt.number, exchange.reply)
        served = self._serve(exchange, model, prompt)
        if prompt.stream:
            await self._stream(exchange, served)
        else:
            await self._send(exchange, served)

    def _serve(self, exchange: Exchange, model: Model, prompt: Prompt) -> Served:
        answer = exchange.wire.answer(prompt, exchange.scenario)
        hidden = exchange.scenario.name == "no_usage" and exchange.wire.provider == "openai"
        usage = None if hidden else self._usage(exchange.wire, prompt, answer)
        return Served(exchange.body, prompt, model, answer, usage, int(time.time()))

    def _usage(self, wire: WireFormat, prompt: Prompt, answer: Answer) -> Usage:
        if wire.provider == "anthropic":
            cached = self._breakpoints.usage(prompt.model, prompt.marks)
        else:
            cached = Usage(cache_read=self._prefixes.cached(prompt.model, prompt.text))
        size, choices = tokens.count(prompt.text), prompt.choices
        return replace(cached, input=size, output=answer.output * choices, reasoning=answer.reasoning * choices)

    async def _send(self, exchange: Exchange, served: Served) -> None:
        model = served.model
        await self._wait(exchange.reply, model.first_token + model.per_token * served.answer.output)
        accepts = "gzip" in exchange.request.headers.get("accept-encoding", "")
        compress = accepts and self.settings.compress
        _send_json(exchange.reply, 200, exchange.headers(), exchange.wire.body(served), compress=compress)
        if served.usage:
            exchange.attempt.report(served.usage, final=True)
        _complete(exchange, served)

    async def _wait(self, reply: Reply, seconds: float) -> None:
        await reply.pause(seconds / self.settings.speed)

    async def _stream(self, exchange: Exchange, served: Served) -> None:
        reply, attempt, model, scenario = exchange.reply, exchange.attempt, served.model, exchange.scenario
        await self._wait(reply, model.first_token)
        reply.start(200, {**exchange.headers(), "content-type": "text/event-stream; charset=utf-8"})
        attempt.open_stream()
        due = time.perf_counter()
        for number, event in enumerate(exchange.wire.events(served)):
            if await interrupt(exchange.wire, scenario, number, attempt, reply):
                return
            due += event.tokens * model.per_token / self.settings.speed
            if (early := due - time.perf_counter()) > _TICK:
                await reply.pause(early)
            reply.chunk(event.data)
            _report(attempt, event)
        reply.end()
        _complete(exchange, served)

    def _send_error(self, exchange: Exchange, error: ApiError) -> None:
        sent = exchange.headers()
        if KINDS[error.status] in ("rate_limit", "unavailable"):
            wait = self.settings.retry_after
            sent |= {"retry-after": str(max(1, round(wait))), "retry-after-ms": str(round(wait * 1000))}
        identifier = sent.get("request-id", "")
        body = openai_body if exchange.wire.provider == "openai" else anthropic_body
        _send_json(exchange.reply, error.status, sent, body(error, identifier))


def _fingerprint(request: Request) -> bytes:
    """What the attempts of one logical call have in common, and other calls hardly ever."""
    place = f"{request.path}\0{request.headers.get('x-scenario')}\0"
    return blake2b(place.encode() + request.body, digest_size=16).digest()


def _user(body: JsonMap) -> str:
    """Who the call is for, in whichever of the field's spellings the request uses."""
    metadata = mapping(body.get("metadata"))
    return string(body.get("user")) or string(body.get("safety_identifier")) or string(metadata.get("user_id"))


def _authenticate(request: Request) -> None:
    key = request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not key:
        raise ApiError(401, "You didn't provide an API key.")


def _model_asked_for(body: JsonMap) -> Model:
    name = string(body.get("model"))
    model = models.find(name)
    if model is None:
        raise ApiError(404, f"The model `{name}` does not exist or you do not have access to it.", "model")
    return model


def _complete(exchange: Exchange, served: Served) -> None:
    finish = exchange.wire.finish(served.answer)
    # Embeddings have no finish reason, and an empty text is all that they say.
    exchange.attempt.serve(finish, fault(served.prompt, served.answer) if finish else "")


def _report(attempt: Attempt, event: Event) -> None:
    if event.usage:
        attempt.report(event.usage, final=event.final)


def _send_json(reply: Reply, status: int, sent: Headers, body: Mapping[str, object], *, compress: bool = False) -> None:
    data = compact(body).encode()
    sent = {**sent, "content-type": "application/json"}
    if compress:
        data, sent["content-encoding"] = gzip.compress(data, 1), "gzip"
    reply.send(status, sent, data)
