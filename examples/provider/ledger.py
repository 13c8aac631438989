"""What the provider really served, to be compared with what telemetry says about it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from provider.tokens import Usage

__all__ = ["Attempt", "Ledger", "LedgerReport", "ModelReport", "StreamReport", "TokenReport"]

Outcome = Literal["open", "served", "error", "reset", "broken_stream", "stream_error", "gone", "abandoned_stream"]


class TokenReport(TypedDict):
    """Tokens by kind; `cache_read` and `cache_write` are parts of `input`, `reasoning` is a part of `output`."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    reasoning: int


class ModelReport(TypedDict):
    """One requested model.

    calls: logical calls, counted like `LedgerReport.calls`.
    failed: logical calls among them that ended otherwise than served, counted like `LedgerReport.failed`.
    tokens: counted like `LedgerReport.tokens`.
    """

    calls: int
    failed: int
    tokens: TokenReport


class StreamReport(TypedDict):
    """Streams whose response headers were sent; `started` is the sum of the next four.

    started: streams begun.
    completed: sent to their end.
    broken: the provider reset the connection in the middle.
    failed: the provider sent an error event in the middle.
    abandoned: the client closed the connection in the middle.
    without_usage: completed streams that never reported final usage.
    """

    started: int
    completed: int
    broken: int
    failed: int
    abandoned: int
    without_usage: int


class LedgerReport(TypedDict):
    """The whole ledger. Only inference counts (chat, responses, embeddings, messages), except in `auxiliary`.

    calls: logical calls: requests whose `x-stainless-retry-count` is 0 or absent.
    attempts: HTTP requests, retries included.
    retries: HTTP requests whose `x-stainless-retry-count` is above 0; `attempts == calls + retries`.
    in_flight: requests not finished when the report was made.
    served: logical calls that ended in a full answer (HTTP 200, sent to its end), whatever the answer says.
    failed: logical calls that ended otherwise: `sum(errors) + disconnects + streams broken, failed and abandoned`.
    errors: final error of a logical call, by kind: rate_limit (429), unavailable (5xx), auth (401, 403), bad_request
        (400), not_found (404), connection (reset by the provider before any response). An error that the client
        retried is not final.
    errors_by_status: the same without `connection`, by HTTP status.
    disconnects: logical calls whose client closed the connection before any response and did not retry: timeouts and
        cancellations, which look alike from here.
    attempt_statuses: HTTP status of every attempt that got one, retried ones included.
    auxiliary: requests to other operations (models, count_tokens), by operation.
    by_operation, by_provider, by_user: logical calls; a call without a user is not in `by_user`.
    by_model: per requested model, as sent.
    finish_reasons: served calls by the provider's own word for why the answer ended, one count per call.
    faults: served calls whose answer is not as it should be, by what a client can see of it: truncated, content_filter,
        refusal, malformed_output (JSON was asked for, the text is not), empty (no text, no tool call); one per call.
    streams: see `StreamReport`.
    tokens: sums over calls whose final usage was sent: in the JSON body, or in the stream's usage-bearing last events.
    partial_tokens: sums over streams that ended early, of usage sent before: what Anthropic's `message_start` tells.
    without_usage: served calls, streamed or not, that never reported usage.
    """

    calls: int
    attempts: int
    retries: int
    in_flight: int
    served: int
    failed: int
    errors: dict[str, int]
    errors_by_status: dict[str, int]
    disconnects: int
    attempt_statuses: dict[str, int]
    auxiliary: dict[str, int]
    by_operation: dict[str, int]
    by_provider: dict[str, int]
    by_model: dict[str, ModelReport]
    by_user: dict[str, int]
    finish_reasons: dict[str, int]
    faults: dict[str, int]
    streams: StreamReport
    tokens: TokenReport
    partial_tokens: TokenReport
    without_usage: int


@dataclass(slots=True)
class Attempt:
    """One HTTP request for inference.

    `number` is 0 for the first attempt of a logical call. `fingerprint` is what all attempts of it share; two calls
    that are alike to the byte share it too, which cannot be seen in the sums. `retried` is set when the client tried
    again after this attempt, so that how it ended is not how the call ended.
    """

    operation: str
    provider: str
    model: str
    user: str
    number: int
    fingerprint: bytes
    outcome: Outcome = "open"
    status: int | None = None
    error: str = ""
    finish: str = ""
    fault: str = ""
    streamed: bool = False
    usage: Usage | None = None
    usage_is_final: bool = False
    retried: bool = False

    def reject(self, kind: str, status: int | None) -> None:
        """The answer was an error; without a status, a connection reset."""
        self.outcome, self.error, self.status = ("error" if status else "reset"), kind, status

    def open_stream(self) -> None:
        """The response headers of a stream were sent."""
        self.streamed, self.status = True, 200

    def report(self, usage: Usage, *, final: bool) -> None:
        """Usage was sent to the client."""
        self.usage, self.usage_is_final = usage, final

    def serve(self, finish: str, fault: str) -> None:
        """The answer was sent to its end; `fault` says what is wrong with it, if anything."""
        self.outcome, self.status, self.finish, self.fault = "served", 200, finish, fault

    def leave(self) -> None:
        """The client closed the connection."""
        self.outcome = "abandoned_stream" if self.streamed else "gone"


@dataclass(slots=True)
class Ledger:
    """All attempts since the provider started."""

    attempts: list[Attempt] = field(default_factory=list[Attempt])
    auxiliary: Counter[str] = field(default_factory=Counter[str])

    def open(self, attempt: Attempt) -> Attempt:
        """Enter a request. A retry marks the attempt of the same call before it as retried."""
        if attempt.number > 0:
            self._mark_retried(attempt)
        self.attempts.append(attempt)
        return attempt

    def _mark_retried(self, retry: Attempt) -> None:
        for earlier in reversed(self.attempts):
            same = earlier.fingerprint == retry.fingerprint and earlier.number == retry.number - 1
            if same and not earlier.retried and earlier.outcome in ("error", "reset", "gone"):
                earlier.retried = True
                return

    def in_flight(self) -> int:
        """Requests that are being answered."""
        return sum(attempt.outcome == "open" for attempt in self.attempts)

    def report(self) -> LedgerReport:
        """All counters; see `LedgerReport` for what each one counts."""
        calls = [attempt for attempt in self.attempts if attempt.number == 0]
        final = [attempt for attempt in self.attempts if not attempt.retried and attempt.outcome != "open"]
        served = [attempt for attempt in final if attempt.outcome == "served"]
        errors = [attempt for attempt in final if attempt.error]
        return {
            "calls": len(calls),
            "attempts": len(self.attempts),
            "retries": len(self.attempts) - len(calls),
            "in_flight": self.in_flight(),
            "served": len(served),
            "failed": len(final) - len(served),
            "errors": _counts(attempt.error for attempt in errors if attempt.outcome in ("error", "reset")),
            "errors_by_status": _counts(str(attempt.status) for attempt in errors if attempt.outcome == "error"),
            "disconnects": sum(attempt.outcome == "gone" for attempt in final),
            "attempt_statuses": _counts(str(attempt.status) for attempt in self.attempts if attempt.status),
            "auxiliary": dict(self.auxiliary),
            "by_operation": _counts(attempt.operation for attempt in calls),
            "by_provider": _counts(attempt.provider for attempt in calls),
            "by_model": {model: _model(model, calls, final) for model in sorted({call.model for call in calls})},
            "by_user": _counts(attempt.user for attempt in calls if attempt.user),
            "finish_reasons": _counts(attempt.finish for attempt in served if attempt.finish),
            "faults": _counts(attempt.fault for attempt in served if attempt.fault),
            "streams": _streams(final),
            "tokens": _tokens(attempt for attempt in final if attempt.usage_is_final),
            "partial_tokens": _tokens(attempt for attempt in final if not attempt.usage_is_final),
            "without_usage": sum(not attempt.usage_is_final for attempt in served),
        }


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _tokens(attempts: Iterable[Attempt]) -> TokenReport:
    total = sum((attempt.usage for attempt in attempts if attempt.usage), Usage())
    return {
        "input": total.input,
        "output": total.output,
        "cache_read": total.cache_read,
        "cache_write": total.cache_write,
        "reasoning": total.reasoning,
    }


def _model(model: str, calls: list[Attempt], final: list[Attempt]) -> ModelReport:
    ended = [attempt for attempt in final if attempt.model == model]
    return {
        "calls": sum(call.model == model for call in calls),
        "failed": sum(attempt.outcome != "served" for attempt in ended),
        "tokens": _tokens(attempt for attempt in ended if attempt.usage_is_final),
    }


def _streams(final: list[Attempt]) -> StreamReport:
    outcomes = Counter(attempt.outcome for attempt in final if attempt.streamed)
    return {
        "started": outcomes.total(),
        "completed": outcomes["served"],
        "broken": outcomes["broken_stream"],
        "failed": outcomes["stream_error"],
        "abandoned": outcomes["abandoned_stream"],
        "without_usage": sum(a.streamed and a.outcome == "served" and not a.usage_is_final for a in final),
    }
