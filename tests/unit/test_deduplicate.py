"""Which spans stand for the same call."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, set_span_in_context

from spanwise.processors import deduplicate
from spanwise.processors.deduplicate import Duplicates, merge
from spanwise.semconv import attributes as names
from unit.views import call_view

CHAT = {names.OPERATION_NAME: "chat"}
TRACER = TracerProvider(shutdown_on_exit=False).get_tracer("test")


def started(duplicates: Duplicates, parent: Span | None = None, operation: str = "chat") -> Span:
    span = TRACER.start_span("x", set_span_in_context(parent) if parent else None)
    context = parent.get_span_context() if parent else None
    duplicates.started(span, context, {names.OPERATION_NAME: operation})
    return span


def id_of(span: Span) -> int:
    return span.get_span_context().span_id


def test_span_that_stands_for_no_call_is_not_remembered() -> None:
    duplicates = Duplicates()
    assert duplicates.open_call(id_of(started(duplicates, operation="invoke_agent"))) is None


def test_inner_span_knows_the_outer_one_and_its_children_are_adopted() -> None:
    duplicates = Duplicates()
    outer = started(duplicates)
    inner = started(duplicates, outer)
    innermost = started(duplicates, inner)
    known = duplicates.open_call(id_of(inner))
    assert known is not None and known.outer == outer.get_span_context()
    assert duplicates.adopted_by(innermost.get_span_context()) == outer.get_span_context()
    assert duplicates.adopted_by(None) is None


def test_outer_span_is_unfinished_until_the_inner_one_ended() -> None:
    duplicates = Duplicates()
    outer = started(duplicates)
    started(duplicates, outer)
    known = duplicates.open_call(id_of(outer))
    assert known is not None and known.unfinished == 1
    duplicates.part_finished(id_of(outer))
    assert known.unfinished == 0


def test_merged_spans_are_forgotten_with_the_outer_one() -> None:
    duplicates = Duplicates()
    outer = started(duplicates)
    inner = started(duplicates, outer)
    known = duplicates.open_call(id_of(outer))
    assert known is not None
    known.inner.append(call_view(span_id=id_of(inner)))
    duplicates.ended(id_of(outer))
    assert duplicates.open_call(id_of(inner)) is None


def test_part_of_a_span_that_nobody_knows_does_no_harm() -> None:
    Duplicates().part_finished(5)
    Duplicates().ended(5)


def test_no_more_spans_are_remembered_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deduplicate, "MAX_OPEN", 10)
    duplicates = Duplicates()
    spans = [started(duplicates) for _ in range(25)]
    remembered = [span for span in spans if duplicates.open_call(id_of(span))]
    assert len(remembered) <= 10
    assert remembered[-1] is spans[-1]


def test_span_that_never_ends_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(deduplicate, "monotonic", lambda: now)
    duplicates = Duplicates()
    span = started(duplicates)
    now += 899.0
    duplicates.forget_old()
    assert duplicates.open_call(id_of(span)) is not None
    now += 2.0
    duplicates.forget_old()
    assert duplicates.open_call(id_of(span)) is None


def test_spans_of_the_parent_process_are_inherited_after_a_fork() -> None:
    duplicates = Duplicates()
    span = started(duplicates)
    duplicates.clear()
    assert duplicates.open_call(id_of(span)) is None
    assert duplicates.is_inherited(id_of(span))


def test_merging_fills_in_and_never_overwrites() -> None:
    view = call_view(attributes={names.RESPONSE_ID: None})
    merge(view, {names.REQUEST_MODEL: "other", names.RESPONSE_ID: "r-1"}, "spanwise")
    assert view.attributes[names.REQUEST_MODEL] == "gpt-4o-mini"
    assert view.attributes[names.RESPONSE_ID] == "r-1"
    assert view.attributes[names.MERGED_SOURCES] == ("spanwise",)


def test_source_that_knew_nothing_new_is_not_noted() -> None:
    view = call_view()
    merge(view, {names.REQUEST_MODEL: "other", names.SERVER_ADDRESS: "host"}, "spanwise")
    assert names.MERGED_SOURCES not in view.attributes


def test_sources_add_up() -> None:
    view = call_view()
    merge(view, {"a": 1}, "one")
    merge(view, {"b": 1}, "two")
    assert view.attributes[names.MERGED_SOURCES] == ("one", "two")
