"""Spans as other emitters send them: made by hand, or read from OTLP/JSON files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from opentelemetry.trace import SpanContext, SpanKind, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Inference
from spanwise.core.view import EventView, SpanView
from spanwise.processors.normalise import NormaliseStep

START = 1_700_000_000_000_000_000
SECOND = 1_000_000_000

_KINDS = {1: SpanKind.INTERNAL, 2: SpanKind.SERVER, 3: SpanKind.CLIENT, 4: SpanKind.PRODUCER, 5: SpanKind.CONSUMER}
_STATUSES = {0: StatusCode.UNSET, 1: StatusCode.OK, 2: StatusCode.ERROR}


def span(
    attributes: Mapping[str, AnyValue],
    *,
    name: str = "call",
    scope: str = "some.instrumentation",
    kind: SpanKind = SpanKind.INTERNAL,
    seconds: float = 1.0,
    events: Sequence[EventView] = (),
    status: StatusCode = StatusCode.UNSET,
    error: str | None = None,
    inference: Inference | None = None,
) -> SpanView:
    """A finished span; `error` is the status's text and makes the status an error."""
    return SpanView(
        name=name,
        context=SpanContext(1, 2, False),
        parent=None,
        kind=kind,
        start_ns=START,
        end_ns=START + int(seconds * SECOND),
        attributes=dict(attributes),
        events=list(events),
        links=[],
        status=StatusCode.ERROR if error is not None else status,
        status_description=error,
        scope=scope,
        inference=inference,
    )


def normalised(view: SpanView) -> dict[str, AnyValue]:
    """The attributes after the step."""
    NormaliseStep()(view)
    return view.attributes


def recorded(file: Path) -> Iterator[SpanView]:
    """The spans of an OTLP/JSON file."""
    for resource in json.loads(file.read_text("utf-8"))["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for raw in scope["spans"]:
                yield _view(raw, scope["scope"]["name"])


def _view(raw: dict[str, Any], scope: str) -> SpanView:
    status = raw.get("status", {})
    view = span(
        _attributes(raw),
        name=raw["name"],
        scope=scope,
        kind=_KINDS[raw["kind"]],
        events=[_event(event) for event in raw.get("events", ())],
        status=_STATUSES[status.get("code", 0)],
    )
    view.status_description = status.get("message")
    view.start_ns, view.end_ns = int(raw["startTimeUnixNano"]), int(raw["endTimeUnixNano"])
    return view


def _event(raw: dict[str, Any]) -> EventView:
    return EventView(raw["name"], int(raw["timeUnixNano"]), _attributes(raw))


def _attributes(raw: dict[str, Any]) -> dict[str, AnyValue]:
    return {item["key"]: _value(item["value"]) for item in raw.get("attributes", ())}


def _value(wrapped: dict[str, Any]) -> AnyValue:
    ((kind, value),) = wrapped.items()
    if kind == "intValue":
        return int(value)
    if kind == "arrayValue":
        return tuple(_value(item) for item in value.get("values", ()))
    if kind == "kvlistValue":
        return {item["key"]: _value(item["value"]) for item in value.get("values", ())}
    found: AnyValue = value
    return found
