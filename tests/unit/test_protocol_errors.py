"""Errors: what kind, what code, and whether the span becomes one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spanwise.core.exchange import StreamEnd
from spanwise.core.inference import Outcome
from unit.wire_examples import ASK, ASK_CLAUDE, CHAT, MESSAGES, chat, chunk, read, read_stream, sse


def openai_error(code: str | None, kind: str | None = None, message: str = "No.") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def claude_error(kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": "No."}, "request_id": "req_1"}


@pytest.mark.parametrize(
    ("status", "body", "error_type", "outcome"),
    [
        (429, openai_error("rate_limit_exceeded", "requests"), "rate_limit_exceeded", "rate_limit"),
        (429, openai_error("insufficient_quota", "insufficient_quota"), "insufficient_quota", "rate_limit"),
        (429, {}, "429", "rate_limit"),
        (402, openai_error("insufficient_balance"), "insufficient_balance", "rate_limit"),
        (401, openai_error("invalid_api_key", "invalid_request_error"), "invalid_api_key", "auth"),
        (403, claude_error("permission_error"), "permission_error", "auth"),
        (404, openai_error("model_not_found", "invalid_request_error"), "model_not_found", "not_found"),
        (404, {"error": {"code": "DeploymentNotFound", "message": "No."}}, "DeploymentNotFound", "not_found"),
        (400, openai_error(None, "invalid_request_error"), "invalid_request_error", "bad_request"),
        (400, openai_error("context_length_exceeded"), "context_length_exceeded", "bad_request"),
        (400, openai_error("content_filter"), "content_filter", "content_filter"),
        (400, openai_error("content_policy_violation"), "content_policy_violation", "content_filter"),
        (413, claude_error("request_too_large"), "request_too_large", "bad_request"),
        (422, {"detail": [{"msg": "field required"}]}, "422", "bad_request"),
        (408, {}, "408", "timeout"),
        (500, claude_error("api_error"), "api_error", "unavailable"),
        (502, {}, "502", "unavailable"),
        (503, openai_error("rate_limit_reached"), "rate_limit_reached", "unavailable"),
        (504, {}, "504", "unavailable"),
        (529, claude_error("overloaded_error"), "overloaded_error", "unavailable"),
        (
            400,
            {"object": "error", "message": "No.", "type": "BadRequestError", "code": 400},
            "BadRequestError",
            "bad_request",
        ),
        (400, openai_error("req_8fA31c"), "400", "bad_request"),
        (429, {"object": "error", "message": "No.", "type": "capacity", "code": "3505"}, "capacity", "rate_limit"),
    ],
)
def test_http_errors(status: int, body: dict[str, Any], error_type: str, outcome: Outcome) -> None:
    inference = read(CHAT, ASK, status=status, body=body)
    assert (inference.error_type, inference.outcome) == (error_type, outcome)
    assert inference.usage.input_tokens is None


def test_the_message_is_the_providers() -> None:
    inference = read(CHAT, ASK, status=400, body=openai_error("x", message="Bad image."))
    assert inference.error_message == "Bad image."


def test_an_error_page_is_its_own_message() -> None:
    inference = read(CHAT, ASK, status=502, body=b"<html>Bad gateway</html>")
    assert (inference.error_type, inference.error_message) == ("502", "<html>Bad gateway</html>")
    assert inference.unparsed == "response_body"


def test_an_error_of_a_call_that_wanted_a_stream_is_read_from_its_chunks() -> None:
    body = json.dumps(claude_error("overloaded_error")).encode()
    inference = read_stream(MESSAGES, {**ASK_CLAUDE, "stream": True}, body, status=529)
    assert (inference.error_type, inference.outcome) == ("overloaded_error", "unavailable")


@pytest.mark.parametrize(
    ("exception", "outcome"),
    [
        ("httpx.ReadTimeout", "timeout"),
        ("httpx.PoolTimeout", "timeout"),
        ("httpx2.ConnectError", "unavailable"),
        ("httpx.RemoteProtocolError", "unavailable"),
        ("aiohttp.client_exceptions.ServerDisconnectedError", "unavailable"),
        ("requests.exceptions.ConnectionError", "unavailable"),
        ("ValueError", "error"),
    ],
)
def test_client_exceptions(exception: str, outcome: Outcome) -> None:
    inference = read(CHAT, ASK, status=None, error_type=exception, error_message="no route")
    assert (inference.error_type, inference.outcome) == (exception, outcome)
    assert inference.error_message == "no route"


def test_a_cancelled_request_is_no_error() -> None:
    inference = read(CHAT, ASK, status=None, error_type="asyncio.exceptions.CancelledError")
    assert (inference.error_type, inference.outcome) == (None, "cancelled")


@pytest.mark.parametrize(
    ("end", "exception", "error_type", "outcome"),
    [
        ("abandoned", None, None, "abandoned"),
        ("cancelled", None, None, "cancelled"),
        ("shutdown", None, None, "cancelled"),
        ("failed", "httpx.ReadError", "httpx.ReadError", "unavailable"),
        ("failed", "httpx.ReadTimeout", "httpx.ReadTimeout", "timeout"),
        ("failed", None, "stream_failed", "unavailable"),
        ("complete", None, None, "truncated"),
    ],
)
def test_streams_that_end_early(
    end: StreamEnd, exception: str | None, error_type: str | None, outcome: Outcome
) -> None:
    raw = sse(chunk({"content": "In"}), done=False)
    inference = read_stream(CHAT, ASK, raw, stream_end=end, error_type=exception)
    assert (inference.error_type, inference.outcome) == (error_type, outcome)
    assert inference.usage.estimated


@pytest.mark.parametrize("end", ["abandoned", "shutdown"])
def test_leaving_a_stream_after_its_finish_reason_is_no_abandoning(end: StreamEnd) -> None:
    raw = sse(chunk({"content": "In Japan."}), chunk({}, finish="stop"), done=False)
    inference = read_stream(CHAT, ASK, raw, stream_end=end)
    assert (inference.outcome, inference.usage.estimated) == ("ok", True)


def test_an_error_inside_a_stream_is_one_of_the_call() -> None:
    raw = sse(chunk({"content": "In"}), openai_error("server_error", message="Lost."), done=False)
    inference = read_stream(CHAT, ASK, raw)
    assert (inference.error_type, inference.outcome) == ("server_error", "unavailable")
    assert inference.error_message == "Lost."


def test_a_named_error_event_may_hold_plain_text() -> None:
    raw = sse(chunk({"content": "In"}), done=False) + b"event: error\ndata: upstream gave up\n\n"
    inference = read_stream(CHAT, ASK, raw)
    assert (inference.error_type, inference.error_message) == ("stream_error", "upstream gave up")


def test_an_error_in_place_of_an_answer_keeps_status_200() -> None:
    inference = read(CHAT, ASK, body=openai_error("rate_limit_exceeded"))
    assert (inference.error_type, inference.outcome) == (None, "rate_limit")


def test_an_error_beside_an_answer_is_none() -> None:
    inference = read(CHAT, ASK, body=chat({"content": "Yes"}, error={"code": "x"}))
    assert inference.outcome == "ok"
