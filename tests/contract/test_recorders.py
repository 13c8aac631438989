"""A call as a span: the same whether it is a light one or the SDK's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from opentelemetry import baggage, trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanContext, SpanKind, StatusCode, TraceFlags, TraceState
from opentelemetry.util.types import Attributes

from contract.channels.spans import remote
from contract.installation import Installation, installation
from contract.one_call import ANSWER, REQUEST, URL, ask, attributes_of
from spanwise.core.context import use
from spanwise.core.recorder import SCOPE
from spanwise.distro.version import VERSION
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics


def test_call_is_a_client_span_of_our_scope(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask()
        call = installed.call
    assert call.name == "chat gpt-4o-mini"
    assert call.kind is SpanKind.CLIENT
    assert call.status.status_code is StatusCode.UNSET
    assert call.instrumentation_scope is not None
    assert (call.instrumentation_scope.name, call.instrumentation_scope.version) == (SCOPE, VERSION)
    assert call.resource.attributes["service.name"] == "shop"
    assert call.end_time is not None and call.start_time is not None and call.end_time > call.start_time
    found = attributes_of(call)
    assert found[names.USAGE_INPUT_TOKENS] == 9
    assert found[names.REQUEST_TEMPERATURE] == 0.2
    assert found[names.SERVER_ADDRESS] == "api.openai.com"


def test_call_without_a_parent_starts_a_trace(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask()
        ask()
        first, second = installed.calls
    assert first.parent is None
    assert first.context is not None and second.context is not None
    assert first.context.trace_id != second.context.trace_id
    assert first.context.trace_flags.sampled
    assert first.context.trace_flags.random_trace_id == second.context.trace_flags.random_trace_id


def test_call_inside_a_span_is_its_child(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        with installed.tracer.start_as_current_span("handle") as parent:
            ask()
        call = installed.call
    assert call.parent == parent.get_span_context()
    assert call.context is not None and call.context.trace_id == parent.get_span_context().trace_id


def test_call_continues_a_remote_trace(recorder: dict[str, str]) -> None:
    context = trace.set_span_in_context(trace.NonRecordingSpan(remote("kept")))
    with installation(recorder) as installed:
        token = attach(context)
        ask()
        detach(token)
        call = installed.call
    assert call.parent is not None and call.parent.is_remote
    assert call.parent == remote("kept")
    assert call.context is not None
    assert call.context.trace_state == TraceState([("vendor", "kept")])
    assert call.context.trace_flags.random_trace_id == remote().trace_flags.random_trace_id


class Asked(Sampler):
    """Answers as told, and remembers what it was asked."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.asked: list[tuple[str, SpanKind | None, dict[str, Any]]] = []

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        self.asked.append((name, kind, dict(attributes or {})))
        return SamplingResult(self.decision, {"sampler.said": "so"}, TraceState([("s", "1")]))

    def get_description(self) -> str:
        return "asked"


def test_sampler_is_asked_with_the_attributes_at_creation(recorder: dict[str, str]) -> None:
    sampler = Asked(Decision.RECORD_AND_SAMPLE)
    with installation(recorder, sampler=sampler) as installed:
        ask()
        call = installed.call
    assert sampler.asked == [
        (
            "chat gpt-4o-mini",
            SpanKind.CLIENT,
            {
                names.OPERATION_NAME: "chat",
                names.PROVIDER_NAME: "openai",
                names.REQUEST_MODEL: "gpt-4o-mini",
                names.SERVER_ADDRESS: "api.openai.com",
            },
        )
    ]
    assert attributes_of(call)["sampler.said"] == "so"
    assert call.context is not None and call.context.trace_state == TraceState([("s", "1")])


def test_call_that_the_sampler_drops_is_not_exported_but_passed_on(recorder: dict[str, str]) -> None:
    seen: list[SpanContext] = []
    with installation(recorder, sampler=Asked(Decision.DROP)) as installed:
        ask(lambda _: seen.append(trace.get_current_span().get_span_context()))
        assert not installed.spans
    assert seen[0].is_valid
    assert not seen[0].trace_flags.sampled
    assert seen[0].trace_state == TraceState([("s", "1")])


def test_call_that_the_sampler_drops_is_measured() -> None:
    """Only light spans: the SDK's own is nothing where it is not sampled."""
    with installation(sampler=ALWAYS_OFF) as installed:
        ask()
        assert not installed.spans
        assert installed.total(metrics.CALLS.name) == 1
        assert installed.total("gen_ai.client.token.usage") == 13


class Watching(SpanProcessor):
    """Keeps what it sees of spans that start and end."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.ended: list[ReadableSpan] = []

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self.started.append(
            {
                "name": span.name,
                "kind": span.kind,
                "attributes": dict(span.attributes or {}),
                "parent": span.parent,
                "recording": span.is_recording(),
                "scope": span.instrumentation_scope and span.instrumentation_scope.name,
                "resource": span.resource.attributes["service.name"],
                "started": span.start_time is not None,
                "ended": span.end_time is not None,
                "status": span.status.status_code,
                "events": len(span.events),
                "links": len(span.links),
                "in context": parent_context is not None and trace.get_current_span(parent_context) is not span,
            }
        )
        span.set_attribute("watched", True)

    def on_end(self, span: ReadableSpan) -> None:
        self.ended.append(span)


def test_other_processors_see_a_readable_span_start(recorder: dict[str, str]) -> None:
    watching = Watching()
    with installation(recorder, processors=[watching]) as installed:
        ask()
        call = installed.call
    (started,) = watching.started
    assert started["attributes"].items() >= {names.OPERATION_NAME: "chat", names.REQUEST_MODEL: "gpt-4o-mini"}.items()
    del started["attributes"]
    started.pop("in context")  # the SDK passes None for the current context
    assert started == {
        "name": "chat gpt-4o-mini",
        "kind": SpanKind.CLIENT,
        "parent": None,
        "recording": True,
        "scope": SCOPE,
        "resource": "shop",
        "started": True,
        "ended": False,
        "status": StatusCode.UNSET,
        "events": 0,
        "links": 0,
    }
    assert attributes_of(call)["watched"] is True
    assert watching.ended == [call]


def test_recorded_span_that_is_not_sampled_reaches_processors_but_no_exporter(recorder: dict[str, str]) -> None:
    watching = Watching()
    with installation(recorder, sampler=Asked(Decision.RECORD_ONLY), processors=[watching]) as installed:
        ask()
        assert not installed.spans
    (ended,) = watching.ended
    assert ended.context is not None and not ended.context.trace_flags.sampled
    assert attributes_of(ended)[names.USAGE_INPUT_TOKENS] == 9


def test_processor_that_is_added_later_sees_only_redacted_spans(recorder: dict[str, str]) -> None:
    watching = Watching()
    with installation(recorder) as installed:
        installed.tracer_provider.add_span_processor(watching)
        ask(lambda _: trace.get_current_span().set_attribute("note", "Mail jane@example.org"))
        installed.tracer.start_span("work", attributes={"note": "Mail jane@example.org"}).end()
        assert installed.spans
    assert [attributes_of(span)["note"] for span in watching.ended] == ["Mail [EMAIL]"] * 2


# user context


def test_user_context_is_on_the_call_and_on_other_spans(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed, use(user="u-17", session="s-4", feature="refunds", wish="red"):
        with installed.tracer.start_as_current_span("work"):
            ask()
        spans = installed.spans
    expected = {
        names.USER_ID: "u-17",
        names.SESSION_ID: "s-4",
        names.FEATURE: "refunds",
        "spanwise.property.wish": "red",
    }
    assert len(spans) == 2
    assert all(attributes_of(span).items() >= expected.items() for span in spans)


def test_user_context_of_the_process_wins_over_baggage(recorder: dict[str, str]) -> None:
    token = attach(baggage.set_baggage(names.USER_ID, "remote", baggage.set_baggage(names.TENANT, "acme")))
    with installation(recorder) as installed, use(user="local"):
        ask()
        found = attributes_of(installed.call)
    detach(token)
    assert (found[names.USER_ID], found[names.TENANT]) == ("local", "acme")


def test_baggage_of_other_names_stays_out(recorder: dict[str, str]) -> None:
    token = attach(baggage.set_baggage("secret.note", "x"))
    with installation(recorder) as installed:
        ask()
        assert "secret.note" not in attributes_of(installed.call)
    detach(token)


# errors and suppression


def test_error_of_the_provider_is_the_status_of_the_span(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        assert ask(status=400).status_code == 400
        call = installed.call
    assert call.status.status_code is StatusCode.ERROR
    assert attributes_of(call)[names.ERROR_TYPE]
    assert attributes_of(call)[names.OUTCOME] == "bad_request"


def test_suppressed_calls_are_no_spans(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        with suppress_instrumentation():
            assert ask().status_code == 200
        assert not installed.spans
        assert not installed.total(metrics.CALLS.name)


def test_other_requests_are_no_spans(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text="hi"))) as client:
            assert client.get("https://shop.example/v1/chat/completions").text == "hi"
            assert client.post("https://shop.example/orders", json=REQUEST).text == "hi"
        assert not installed.spans


def test_calls_after_the_end_do_no_harm(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        ask()
        installed.tracer_provider.shutdown()
        assert ask().status_code == 200
        assert len(installed.exporter.get_finished_spans()) == 1


def test_call_within_the_trace_flags_of_the_sdk(recorder: dict[str, str]) -> None:
    """The same flags as a span that the application starts in the same place."""
    with installation(recorder) as installed:
        ask()
        installed.tracer.start_span("work").end()
        flags = {span.context.trace_flags for span in installed.spans if span.context}
    assert flags == {TraceFlags(TraceFlags.SAMPLED | 2)}


def parent_span(installed: Installation) -> trace.Span:
    return installed.tracer.start_span("handle")


def test_span_that_is_current_but_has_ended_is_still_the_parent(recorder: dict[str, str]) -> None:
    with installation(recorder) as installed:
        parent = parent_span(installed)
        parent.end()
        with trace.use_span(parent):
            ask()
        assert installed.call.parent == parent.get_span_context()


# where the two differ


def attempt(number: int, status: int) -> None:
    """One attempt as OpenAI's SDK makes it."""

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=ANSWER)

    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        client.post(URL, json=REQUEST, headers={"x-stainless-retry-count": str(number)})


def test_attempts_are_events_of_one_light_span() -> None:
    with installation() as installed:
        for number, status in enumerate((429, 503, 200)):
            attempt(number, status)
        call = installed.call
    assert attributes_of(call)[names.ATTEMPTS] == 3
    assert call.status.status_code is StatusCode.UNSET
    assert [(event.name, dict(event.attributes or {})["http.response.status_code"]) for event in call.events] == [
        ("spanwise.attempt_failed", 429),
        ("spanwise.attempt_failed", 503),
    ]
    assert call.start_time is not None and call.end_time is not None
    assert call.start_time < call.events[0].timestamp < call.events[1].timestamp < call.end_time


def test_attempts_of_ordinary_spans_are_spans_of_their_own() -> None:
    with installation({"SPANWISE_PIPELINE_SPANS": "ordinary"}) as installed:
        for number, status in enumerate((429, 503, 200)):
            attempt(number, status)
        outcomes = [attributes_of(call)[names.OUTCOME] for call in installed.calls]
    assert outcomes == ["rate_limit", "unavailable", "ok"]


def test_ordinary_spans_carry_no_content_though_it_is_asked_for() -> None:
    content: dict[str, bool] = {}
    for spans in ("auto", "ordinary"):
        with installation({"SPANWISE_PIPELINE_SPANS": spans, "SPANWISE_CAPTURE_CONTENT": "true"}) as installed:
            ask()
            content[spans] = names.INPUT_MESSAGES in attributes_of(installed.call)
    assert content == {"auto": True, "ordinary": False}
