"""How a call ended, from what other emitters say."""

from __future__ import annotations

import pytest
from opentelemetry.trace import StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.view import EventView
from spanwise.semconv import attributes as names
from unit.foreign_spans import START, normalised, span

CHAT: dict[str, AnyValue] = {
    names.OPERATION_NAME: "chat",
    names.PROVIDER_NAME: "openai",
    names.REQUEST_MODEL: "gpt-5-mini",
}


@pytest.mark.parametrize(
    ("error_type", "outcome"),
    [
        ("openai.RateLimitError", "rate_limit"),
        ("429", "rate_limit"),
        ("rate_limit_error", "rate_limit"),
        ("insufficient_quota", "rate_limit"),
        ("ThrottlingException", "rate_limit"),
        ("openai.APITimeoutError", "timeout"),
        ("httpx.ConnectTimeout", "timeout"),
        ("TimeoutError", "timeout"),
        ("openai.APIConnectionError", "unavailable"),
        ("anthropic.InternalServerError", "unavailable"),
        ("overloaded_error", "unavailable"),
        ("503", "unavailable"),
        ("openai.AuthenticationError", "auth"),
        ("PermissionDeniedError", "auth"),
        ("403", "auth"),
        ("openai.NotFoundError", "not_found"),
        ("404", "not_found"),
        ("openai.BadRequestError", "bad_request"),
        ("400", "bad_request"),
        ("asyncio.exceptions.CancelledError", "cancelled"),
        ("GeneratorExit", "abandoned"),
        ("openai.LengthFinishReasonError", "truncated"),
        ("openai.ContentFilterFinishReasonError", "content_filter"),
        ("RuntimeError", "error"),
        ("_OTHER", "error"),
    ],
)
def test_error_type_gives_the_outcome(error_type: str, outcome: str) -> None:
    assert normalised(span({**CHAT, names.ERROR_TYPE: error_type}, error=""))[names.OUTCOME] == outcome


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [
        (("stop",), "ok"),
        (("tool_calls",), "ok"),
        (("length",), "truncated"),
        (("MAX_TOKENS",), "truncated"),
        (("stop", "content_filter"), "content_filter"),
        (("length", "refusal"), "refusal"),
        (("error",), "error"),
        ((), "ok"),
    ],
)
def test_finish_reasons_give_the_gravest_outcome(reasons: tuple[str, ...], outcome: str) -> None:
    found = normalised(span({**CHAT, names.RESPONSE_FINISH_REASONS: reasons}))
    assert found[names.OUTCOME] == outcome
    assert names.ERROR_TYPE not in found


def test_exception_event_gives_the_error_type() -> None:
    event = EventView("exception", START, {names.EXCEPTION_TYPE: "openai.NotFoundError"})
    found = normalised(span(CHAT, error="Error code: 429 - no", events=[event]))
    assert (found[names.ERROR_TYPE], found[names.OUTCOME]) == ("openai.NotFoundError", "not_found")


def test_status_of_the_response_says_what_a_vague_error_type_does_not() -> None:
    attributes: dict[str, AnyValue] = {names.ERROR_TYPE: "openai.APIStatusError", "http.response.status_code": 529}
    assert normalised(span({**CHAT, **attributes}, error=""))[names.OUTCOME] == "unavailable"


@pytest.mark.parametrize(
    ("said", "error_type", "outcome"),
    [
        ("Error code: 401 - bad key", "401", "auth"),
        ("Request timed out.", "_OTHER", "timeout"),
        ("Connection error.", "_OTHER", "unavailable"),
        ("abandoned stream", "_OTHER", "abandoned"),
        ("tell me about 404 pages", "_OTHER", "error"),
    ],
)
def test_text_of_an_error_is_the_last_resort(said: str, error_type: str, outcome: str) -> None:
    found = normalised(span(CHAT, error=said))
    assert (found[names.ERROR_TYPE], found[names.OUTCOME]) == (error_type, outcome)


def test_stream_without_end_and_usage_was_abandoned() -> None:
    assert normalised(span({**CHAT, names.REQUEST_STREAM: True}))[names.OUTCOME] == "abandoned"
    ended: dict[str, AnyValue] = {names.REQUEST_STREAM: True, names.RESPONSE_FINISH_REASONS: ("stop",)}
    assert normalised(span({**CHAT, **ended}))[names.OUTCOME] == "ok"


@pytest.mark.parametrize("scope", ["com.anthropic.sdk.python", "openlit.instrumentation.openai"])
def test_call_that_neither_answered_nor_failed_was_cancelled_where_the_emitter_always_tells(scope: str) -> None:
    assert normalised(span(CHAT, scope=scope))[names.OUTCOME] == "cancelled"
    assert normalised(span(CHAT, scope=scope, status=StatusCode.OK))[names.OUTCOME] == "ok"
    assert normalised(span(CHAT))[names.OUTCOME] == "ok"


def test_outcome_from_the_wire_stays() -> None:
    assert normalised(span({**CHAT, names.OUTCOME: "malformed_output"}))[names.OUTCOME] == "malformed_output"


def test_agents_and_tools_have_an_error_type_and_no_outcome() -> None:
    event = EventView("exception", START, {names.EXCEPTION_TYPE: "ValueError"})
    found = normalised(span({names.OPERATION_NAME: "execute_tool"}, error="bad", events=[event]))
    assert found == {names.OPERATION_NAME: "execute_tool", names.ERROR_TYPE: "ValueError"}
