"""What the application does to the span of a call while it is current: the same on a light one and on the SDK's own."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanLimits
from opentelemetry.trace import Status, StatusCode

from contract.channels.spans import remote
from contract.installation import installation
from contract.one_call import Hook, ask, attributes_of
from spanwise.semconv import attributes as names


def decorate(_: httpx.Request) -> None:
    span = trace.get_current_span()
    assert span.is_recording()
    span.set_attribute("one", 1)
    span.set_attributes({"two": [1, 2], "three": "x"})
    span.add_event("noted", {"note": "a"}, timestamp=1_700_000_000_000_000_000)
    span.add_event("bare")
    span.add_link(remote(), {"why": "because"})
    try:
        raise KeyError("missing")
    except KeyError as error:
        span.record_exception(error, {"more": 1})


def test_hook_writes_on_the_span_of_the_call(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask(decorate)
        call = installed.call
    found = attributes_of(call)
    assert (found["one"], list(found["two"]), found["three"]) == (1, [1, 2], "x")
    noted, bare, raised = call.events
    assert (noted.name, dict(noted.attributes or {}), noted.timestamp) == (
        "noted",
        {"note": "a"},
        1_700_000_000_000_000_000,
    )
    assert (bare.name, dict(bare.attributes or {})) == ("bare", {})
    assert call.start_time is not None and call.end_time is not None
    assert call.start_time <= bare.timestamp <= call.end_time
    (link,) = call.links
    assert (link.context, dict(link.attributes or {})) == (remote(), {"why": "because"})
    told = dict(raised.attributes or {})
    assert raised.name == "exception"
    assert "Traceback" in str(told.pop(names.EXCEPTION_STACKTRACE))
    assert told == {
        names.EXCEPTION_TYPE: "KeyError",
        names.EXCEPTION_MESSAGE: "'missing'",
        "exception.escaped": "False",
        "more": 1,
    }


def test_status_that_a_hook_sets_stays(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask(lambda _: trace.get_current_span().set_status(StatusCode.ERROR, "mine"))
        call = installed.call
    assert (call.status.status_code, call.status.description) == (StatusCode.ERROR, "mine")


def set_one_after_another(*statuses: Status) -> Hook:
    def hook(_: httpx.Request) -> None:
        for status in statuses:
            trace.get_current_span().set_status(status)

    return hook


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        ((Status(StatusCode.OK), Status(StatusCode.ERROR, "late")), StatusCode.OK),
        ((Status(StatusCode.ERROR, "early"), Status(StatusCode.OK)), StatusCode.OK),
        ((Status(StatusCode.ERROR, "early"), Status(StatusCode.UNSET)), StatusCode.ERROR),
    ],
)
def test_statuses_follow_the_rules_of_the_sdk(
    recorder: dict[str, str], statuses: tuple[Status, ...], kept: StatusCode
) -> None:
    with installation(recorder) as installed:
        ask(set_one_after_another(*statuses))
        assert installed.call.status.status_code is kept


def test_span_that_has_ended_takes_nothing_more(recorder: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    held: list[trace.Span] = []
    with installation(recorder) as installed:
        ask(lambda _: held.append(trace.get_current_span()))
        (span,) = held
        assert not span.is_recording()
        span.set_attribute("late", 1)
        span.add_event("late")
        span.update_name("late")
        span.set_status(StatusCode.ERROR)
        span.end()
        call = installed.call
    assert "late" not in attributes_of(call)
    assert (call.name, call.status.status_code, len(call.events)) == ("chat gpt-4o-mini", StatusCode.UNSET, 0)


@pytest.mark.parametrize("value", [object(), {1, 2}, [object()]], ids=["object", "set", "list of objects"])
def test_value_of_no_known_type_does_no_harm(recorder: dict[str, str], value: Any) -> None:
    with installation(recorder) as installed:
        ask(lambda _: trace.get_current_span().set_attribute("odd", value))
        found = attributes_of(installed.call)
    assert found[names.USAGE_INPUT_TOKENS] == 9
    assert names.REDACTION_FAILED not in found


def test_span_can_be_the_parent_of_others_after_its_end(recorder: dict[str, str]) -> None:
    held: list[trace.Span] = []
    with installation(recorder) as installed:
        ask(lambda _: held.append(trace.get_current_span()))
        installed.tracer.start_span("later", trace.set_span_in_context(held[0])).end()
        later = next(span for span in installed.spans if span.name == "later")
        assert later.parent == held[0].get_span_context() == installed.call.context


# limits


def test_attributes_are_limited_in_number(recorder: dict[str, str]) -> None:
    with installation(recorder, limits=SpanLimits(max_span_attributes=30)) as installed:
        ask(lambda _: trace.get_current_span().set_attributes({f"n{number}": number for number in range(100)}))
        call = installed.call
    found = attributes_of(call)
    assert len(found) <= 30
    assert call.dropped_attributes > 0
    assert found[names.OPERATION_NAME] == "chat"
    assert found[names.USAGE_INPUT_TOKENS] == 9


def test_attribute_values_are_limited_in_length(recorder: dict[str, str]) -> None:
    with installation(recorder, limits=SpanLimits(max_span_attribute_length=10)) as installed:
        ask(lambda _: trace.get_current_span().set_attribute("long", "x" * 100))
        assert all(len(value) <= 10 for value in attributes_of(installed.call).values() if isinstance(value, str))


def decorate_much(_: httpx.Request) -> None:
    for number in range(300):
        trace.get_current_span().add_event(f"event {number}", {f"n{each}": each for each in range(200)})
        trace.get_current_span().add_link(remote(), {f"n{each}": each for each in range(200)})


def test_events_and_links_are_limited_in_number(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask(decorate_much)
        call = installed.call
    assert (len(call.events), len(call.links)) == (128, 128)
    assert (call.dropped_events, call.dropped_links) == (172, 172)
    assert len(call.events[0].attributes or {}) == 128


def test_success_that_a_hook_declares_is_final(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask(lambda _: trace.get_current_span().set_status(StatusCode.OK), status=400)
        call = installed.call
    assert call.status.status_code is StatusCode.OK
    assert attributes_of(call)[names.OUTCOME] == "bad_request"
