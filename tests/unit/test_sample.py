"""Sampling: what matters is kept, a consistent share of the rest, and the weights add up to the truth."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, StatusCode, TraceFlags, TraceState
from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.processors import sample
from spanwise.processors.sample import Sampler, SampleSettings
from spanwise.semconv import attributes as names
from unit.views import call_view, span_context

DICE = random.Random(7)
IDS = [DICE.getrandbits(128) | 1 for _ in range(20_000)]


def readable(view: SpanView) -> ReadableSpan:
    return ReadableSpan(
        view.name, context=view.context, parent=view.parent, resource=Resource({}), attributes=view.attributes
    )


def never_open(_: int) -> bool:
    return False


def offer(sampler: Sampler, view: SpanView) -> Sequence[ReadableSpan]:
    return sampler.offer(view, readable(view), never_open)


def told(span: ReadableSpan) -> tuple[object, object]:
    found = dict(span.attributes or {})
    return found[names.SAMPLING_REASON], found[names.SAMPLING_WEIGHT]


def kept_ids(ratio: float) -> set[int]:
    sampler = Sampler(SampleSettings(ratio=ratio))
    return {trace_id for trace_id in IDS if offer(sampler, call_view(trace_id))}


def test_everything_leaves_at_once_and_unmarked_without_sampling() -> None:
    (span,) = offer(Sampler(SampleSettings()), call_view())
    assert names.SAMPLING_WEIGHT not in (span.attributes or {})


@pytest.mark.parametrize(
    ("reason", "view"),
    [
        ("error", call_view(status=StatusCode.ERROR)),
        ("flagged", call_view(attributes={names.SCREEN_FLAGGED: True})),
        ("flagged", call_view(attributes={names.SCREEN_LEAK: 0.9})),
        ("outcome", call_view(attributes={names.OUTCOME: "content_filter"})),
        ("outcome", call_view(attributes={names.OUTCOME: "malformed_output"})),
        ("outcome", call_view(attributes={names.OUTCOME: "refusal"})),
        ("costly", call_view(attributes={names.COST_AMOUNT: 0.2})),
        ("slow", call_view(seconds=12.0)),
        ("abuse", call_view(attributes={names.ABUSE_FLAGGED: True})),
    ],
)
def test_what_matters_is_kept_and_stands_for_itself(reason: str, view: SpanView) -> None:
    (span,) = offer(Sampler(SampleSettings(ratio=0.0)), view)
    assert told(span) == (reason, 1.0)


@pytest.mark.parametrize("view", [call_view(), call_view(seconds=9.9), call_view(attributes={names.COST_AMOUNT: 0.09})])
def test_what_is_unremarkable_goes_by_the_share(view: SpanView) -> None:
    assert not offer(Sampler(SampleSettings(ratio=0.0)), view)


def test_script_that_runs_wild_does_not_fill_the_store() -> None:
    sampler = Sampler(SampleSettings(ratio=0.0))
    kept = [
        trace_id
        for trace_id in IDS[:500]
        if offer(sampler, call_view(trace_id, attributes={names.ABUSE_FLAGGED: True}))
    ]
    assert kept == IDS[:100]
    assert offer(
        sampler, call_view(IDS[500], seconds=65.0, attributes={names.ABUSE_FLAGGED: True, names.COST_AMOUNT: 9.0})
    )


def test_share_is_about_as_large_as_asked_for() -> None:
    assert len(kept_ids(0.25)) == pytest.approx(5000, abs=4 * (20_000 * 0.25 * 0.75) ** 0.5)


def test_every_process_keeps_the_same_traces() -> None:
    assert kept_ids(0.1) == kept_ids(0.1)


def test_smaller_share_is_a_part_of_a_larger_one() -> None:
    assert kept_ids(0.05) < kept_ids(0.1) < kept_ids(0.5)


def weight_of(spans: Sequence[ReadableSpan]) -> float:
    return sum(float(str(told(span)[1])) for span in spans)


@pytest.mark.parametrize("ratio", [0.5, 0.1, 0.01])
def test_weights_add_up_to_the_number_of_traces(ratio: float) -> None:
    sampler = Sampler(SampleSettings(ratio=ratio))
    failed, weight, kept = 0, 0.0, 0
    for number, trace_id in enumerate(IDS):
        bad = number % 20 == 0
        spans = offer(sampler, call_view(trace_id, status=StatusCode.ERROR if bad else StatusCode.UNSET))
        failed += bad
        kept += len(spans)
        weight += weight_of(spans)
    deviation = ((20_000 - failed) * (1 - ratio) / ratio) ** 0.5
    assert weight == pytest.approx(20_000, abs=4 * deviation)
    assert kept < 20_000 * (ratio + 0.06)


# whole traces


def trace_of(trace_id: int, bad: int | None = None) -> list[SpanView]:
    """Three calls and then their root, as they end; call number `bad` fails."""
    root = span_context(trace_id, 99)
    calls = [
        call_view(trace_id, number + 1, root, status=StatusCode.ERROR if number == bad else StatusCode.UNSET)
        for number in range(3)
    ]
    return [*calls, call_view(trace_id, 99, attributes={names.OPERATION_NAME: "invoke_agent"})]


def run(sampler: Sampler, views: Sequence[SpanView]) -> list[ReadableSpan]:
    return [span for view in views for span in offer(sampler, view)]


def test_trace_with_one_failed_call_is_kept_whole() -> None:
    sampler = Sampler(SampleSettings(ratio=0.0))
    spans = run(sampler, trace_of(5, bad=1))
    assert [span.context.span_id for span in spans if span.context] == [1, 2, 3, 99]
    assert {told(span) for span in spans} == {("error", 1.0)}
    assert sampler.counts["kept_traces", "error"] == 1


def test_trace_is_kept_whole_or_left_out_whole() -> None:
    sampler = Sampler(SampleSettings(ratio=0.3))
    sizes = {len(run(sampler, trace_of(trace_id))) for trace_id in IDS[:2000]}
    assert sizes == {0, 4}
    kept, left = sampler.counts["kept_traces", "share"], sampler.counts["sampled_out", ""]
    assert kept + left / 4 == 2000


def test_trace_waits_for_a_call_that_still_runs() -> None:
    sampler = Sampler(SampleSettings(ratio=0.0))
    *calls, root = trace_of(5)
    assert not sampler.offer(root, readable(root), lambda trace_id: trace_id == 5)
    late = call_view(5, 7, root.context, status=StatusCode.ERROR)
    assert not offer(sampler, late)
    assert len(sampler.expire(everything=True)) == 2
    assert calls


def test_span_that_comes_late_follows_the_decision() -> None:
    sampler = Sampler(SampleSettings(ratio=0.0))
    run(sampler, trace_of(5))
    run(sampler, trace_of(6, bad=0))
    late = call_view(5, 7, span_context(5, 99)), call_view(6, 7, span_context(6, 99))
    assert [len(offer(sampler, view)) for view in late] == [0, 1]


def test_remarkable_span_that_comes_late_is_kept_with_those_after_it() -> None:
    sampler = Sampler(SampleSettings(ratio=0.0))
    run(sampler, trace_of(5))
    (failed,) = offer(sampler, call_view(5, 7, span_context(5, 99), status=StatusCode.ERROR))
    (after,) = offer(sampler, call_view(5, 8, span_context(5, 99)))
    assert (told(failed), told(after)) == (("error", 1.0), ("error", 1.0))


def test_spans_of_a_remote_parent_are_decided_when_the_local_root_ended() -> None:
    sampler = Sampler(SampleSettings(ratio=0.0))
    server = span_context(5, 50)
    failed = call_view(5, 1, server, status=StatusCode.ERROR)
    assert not offer(sampler, failed)
    assert len(offer(sampler, call_view(5, 50, span_context(5, 1, remote=True)))) == 2


# memory


def test_no_more_traces_are_held_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_MAX_TRACES", 100)
    sampler = Sampler(SampleSettings(ratio=0.0))
    for trace_id in range(1, 1001):
        offer(sampler, trace_of(trace_id)[0])
    assert sampler.counts["sampled_out", ""] == 900


def test_no_more_spans_are_held_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_MAX_SPANS", 50)
    sampler = Sampler(SampleSettings(ratio=0.0))
    for trace_id in range(1, 101):
        run(sampler, trace_of(trace_id)[:3])
    sampler.expire(everything=True)
    assert sampler.counts["sampled_out", ""] == 300


def test_trace_that_is_too_large_is_decided_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_MAX_SPANS_PER_TRACE", 10)
    sampler = Sampler(SampleSettings(ratio=0.0))
    views = [call_view(5, number + 1, span_context(5, 99)) for number in range(20)]
    assert not run(sampler, views)
    assert sampler.counts["sampled_out", ""] == 20


def test_trace_that_is_too_old_is_decided_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(sample, "monotonic", lambda: now)
    sampler = Sampler(SampleSettings(ratio=0.0))
    offer(sampler, trace_of(5, bad=0)[0])
    now += 299.0
    assert not sampler.expire(everything=False)
    now += 2.0
    assert len(sampler.expire(everything=False)) == 1


def test_decisions_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_REMEMBERED", 3)
    sampler = Sampler(SampleSettings(ratio=0.0))
    for trace_id in range(1, 6):
        run(sampler, trace_of(trace_id, bad=0))
    offer(sampler, call_view(1, 7, span_context(1, 99)))
    offer(sampler, call_view(5, 7, span_context(5, 99)))
    assert not sampler.expire(everything=True)
    assert sampler.counts["sampled_out", ""] == 1


# what the trace state says


def kept_with(state: str | None, ratio: float, **attributes: AnyValue) -> Any:
    view = call_view((1 << 128) - 1, attributes=attributes)
    entries = TraceState.from_header([state]) if state else None
    view.context = SpanContext(view.context.trace_id, 1, False, TraceFlags(1), entries)
    (span,) = offer(Sampler(SampleSettings(ratio=ratio)), view)
    assert span.context is not None
    return span.context.trace_state


@pytest.mark.parametrize(
    ("ratio", "threshold"), [(0.5, "th:8"), (0.25, "th:c"), (0.1, "th:e6666666666668"), (0.01, "th:fd70a3d70a3d7")]
)
def test_threshold_is_written_where_the_share_decided(ratio: float, threshold: str) -> None:
    state = kept_with(None, ratio)
    assert state["ot"] == threshold
    assert 1 - int(threshold[3:].ljust(14, "0"), 16) / (1 << 56) == pytest.approx(ratio)


def test_stricter_threshold_of_an_earlier_sampler_stays() -> None:
    assert kept_with("ot=th:c", 0.5)["ot"] == "th:c"
    assert kept_with("ot=th:8", 0.25)["ot"] == "th:c"


def test_rest_of_the_trace_state_stays() -> None:
    state = kept_with("ot=rv:1234567890abcd;th:8,vendor=x", 0.25)
    assert dict(state) == {"ot": "th:c;rv:1234567890abcd", "vendor": "x"}


@pytest.mark.parametrize("broken", ["ot=th:", "ot=th:xyz", "ot=th", "ot=;;"])
def test_trace_state_that_is_broken_does_no_harm(broken: str) -> None:
    assert "th:8" in kept_with(broken, 0.5)["ot"]


def test_no_threshold_where_something_else_decided() -> None:
    assert not kept_with(None, 0.5, **{names.SCREEN_FLAGGED: True})


def test_attributes_and_counts_of_what_is_kept_stay() -> None:
    view = call_view(attributes={names.SCREEN_FLAGGED: True})
    (span,) = offer(Sampler(SampleSettings(ratio=0.0)), view)
    attributes: Mapping[str, AnyValue] = dict(span.attributes or {})
    assert attributes.items() >= view.attributes.items()
    assert span.dropped_attributes == 0
