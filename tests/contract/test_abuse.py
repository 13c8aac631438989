"""Abuse where everything comes together: real requests, other people's spans, sampling, redaction, the metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from contract.channels.wire import chat
from contract.installation import Installation, installation
from spanwise.core.abuse import Flag, forget_hooks, is_flagged, on_abuse, use_watch
from spanwise.core.context import use
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import ABUSE_FLAGS, ACTIVE_USERS

THREE = {"SPANWISE_ABUSE_REQUESTS": "user=3,tenant=3,key=3"}
HELLO = {"role": "user", "content": "hello"}


@pytest.fixture(autouse=True)
def no_hooks() -> Iterator[None]:
    yield
    forget_hooks()
    use_watch(None)


def reasons(installed: Installation) -> list[object]:
    return [dict(span.attributes or {}).get(names.ABUSE_REASONS) for span in installed.calls]


def test_calls_over_the_limit_are_answered_and_say_which_limit(recorder: dict[str, str]) -> None:
    with installation({**THREE, **recorder}) as installed, use(user="u-1", tenant="acme"):
        for _ in range(4):
            chat(installed, HELLO)
        assert reasons(installed) == [None, None, None, ("user.requests", "tenant.requests")]
        assert (installed.calls[-1].attributes or {})[names.ABUSE_FLAGGED] is True


def test_user_named_in_the_request_counts(recorder: dict[str, str]) -> None:
    with installation({**THREE, **recorder}) as installed:
        for _ in range(4):
            chat(installed, HELLO, user="u-1")
        assert reasons(installed)[-1] == ("user.requests",)


def test_user_is_told_apart_before_redaction_makes_them_equal() -> None:
    with installation(THREE) as installed:
        for number in range(8):
            with use(user=f"u{number}@example.org"):
                chat(installed, HELLO)
        assert {str((span.attributes or {})[names.USER_ID]) for span in installed.calls} == {"[EMAIL]"}
        assert reasons(installed) == [None] * 8
        assert installed.total(ACTIVE_USERS.name) == 8


@pytest.mark.parametrize("header", ["authorization", "x-api-key", "api-key", "x-goog-api-key"])
def test_api_key_counts_and_is_nowhere(header: str) -> None:
    key = "sk-proj-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5"
    headers = {header: f"Bearer {key}" if header == "authorization" else key}
    told: list[Flag] = []
    with installation(THREE) as installed:
        on_abuse(told.append)
        for _ in range(4):
            _post(headers)
        assert reasons(installed)[-1] == ("key.requests",)
        assert is_flagged(key=key) and not is_flagged(key="another") and not is_flagged(user=key)
        assert told == [Flag("key", "", "requests", 4.0, 3.0)]
        assert not [span for span in installed.spans if key in span.to_json()]


def test_signature_that_differs_at_every_request_is_no_key() -> None:
    with installation(THREE) as installed:
        for _ in range(5):
            _post({"authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20261101, Signature=abc"})
        assert reasons(installed) == [None] * 5


def _post(headers: dict[str, str]) -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=json.dumps({"model": "gpt-4o-mini", "choices": []}).encode())

    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        client.post(
            "https://api.openai.com/v1/chat/completions",
            json={"model": "gpt-4o-mini", "messages": [HELLO]},
            headers=headers,
        )


def test_spans_of_others_count_as_well() -> None:
    with installation(THREE) as installed:
        for _ in range(4):
            attributes = {names.OPERATION_NAME: "chat", names.REQUEST_MODEL: "m", "enduser.id": "u-1"}
            installed.tracer.start_span("chat m", attributes=attributes).end()
        assert reasons(installed) == [None, None, None, ("user.requests",)]


def test_metrics_say_how_many_and_never_who() -> None:
    with installation(THREE) as installed:
        for user in ("u-1", "u-2"):
            with use(user=user):
                for _ in range(6):
                    chat(installed, HELLO)
        assert installed.total(ABUSE_FLAGS.name, spanwise__abuse__subject="user") == 2
        assert installed.total(ACTIVE_USERS.name) == 2
        labels = {str(value) for point in installed.points() for value in point.labels.values()}
        assert not labels & {"u-1", "u-2"}


def test_sampling_keeps_calls_over_the_limit() -> None:
    with installation({**THREE, "SPANWISE_SAMPLE_RATIO": "0"}) as installed, use(user="u-1"):
        for _ in range(5):
            chat(installed, HELLO)
        assert [(span.attributes or {})[names.SAMPLING_REASON] for span in installed.calls] == ["abuse", "abuse"]


def test_wrong_limit_costs_one_line_and_the_default_is_used(caplog: pytest.LogCaptureFixture) -> None:
    with installation({"SPANWISE_ABUSE_REQUESTS": "visitor=3"}) as installed, use(user="u-1"):
        for _ in range(4):
            chat(installed, HELLO)
        assert reasons(installed) == [None] * 4
    assert [record.getMessage() for record in caplog.records if "ABUSE" in record.getMessage()] == [
        "spanwise: SPANWISE_ABUSE_REQUESTS='visitor=3' is not numbers from 0 by user, tenant or key, such as `user=60`;"
        " using {'user': 120, 'tenant': 1200}"
    ]
