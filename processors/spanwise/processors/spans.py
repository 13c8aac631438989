"""Between the SDK's finished spans and the view that the steps work on."""

from __future__ import annotations

from typing import cast

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util import BoundedList
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Link, Status, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.view import EventView, LinkView, SpanView
from spanwise.processors.light import LightSpan

__all__ = ["readable_of", "view_of"]


def view_of(span: ReadableSpan) -> SpanView:
    """A view on copies of what a finished span holds."""
    parent = span.parent
    scope = span.instrumentation_scope
    return SpanView(
        name=span.name,
        context=span.context or INVALID_SPAN_CONTEXT,
        parent=parent,
        kind=span.kind,
        start_ns=span.start_time or 0,
        end_ns=span.end_time or span.start_time or 0,
        attributes=_dict(span.attributes),
        events=[EventView(event.name, event.timestamp, _dict(event.attributes)) for event in span.events],
        links=[LinkView(link.context, _dict(link.attributes)) for link in span.links],
        status=span.status.status_code,
        status_description=span.status.description,
        scope=scope.name if scope else "",
        local_root=parent is None or parent.is_remote,
    )


def readable_of(
    view: SpanView,
    resource: Resource,
    scope: InstrumentationScope | None,
    source: ReadableSpan | LightSpan,
    dropped: int = 0,
) -> ReadableSpan:
    """The finished span that exporters get; it tells of what `source` dropped, and of `dropped` attributes."""
    span = ReadableSpan(
        name=view.name,
        context=view.context,
        parent=view.parent,
        kind=view.kind,
        start_time=view.start_ns,
        end_time=view.end_ns,
        attributes=view.attributes,
        events=[Event(event.name, event.attributes, event.timestamp) for event in view.events],
        links=[Link(link.context, link.attributes) for link in view.links],
        status=_status(view),
        resource=resource,
        instrumentation_scope=scope,
    )
    if dropped or source.dropped_events or source.dropped_links:
        _tell_dropped(span, source, dropped)
    return span


def _status(view: SpanView) -> Status:
    description = view.status_description if view.status is StatusCode.ERROR else None
    return Status(view.status, description)


def _tell_dropped(span: ReadableSpan, source: ReadableSpan | LightSpan, dropped: int) -> None:
    """The SDK counts dropped items in the containers themselves; a plain container would say none were dropped."""
    if dropped:
        attributes = BoundedAttributes(attributes=span.attributes)
        attributes.dropped = dropped
        span._attributes = attributes  # pyright: ignore[reportPrivateUsage]
    for name, count in (("_events", source.dropped_events), ("_links", source.dropped_links)):
        if count:
            held: BoundedList = BoundedList(None)  # type: ignore[type-arg]  # pyright: ignore
            held.extend(getattr(span, name))  # pyright: ignore
            held.dropped = count
            setattr(span, name, held)


def _dict(attributes: object) -> dict[str, AnyValue]:
    return dict(cast("dict[str, AnyValue]", attributes)) if attributes else {}
