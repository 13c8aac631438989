"""What the SDK hands to an exporter, as rows of the store's tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import StatusCode, format_span_id, format_trace_id

from spanwise.core.view import CLIENT_OPERATIONS
from spanwise.exporters.encoding import encode, encode_sorted, storable_text
from spanwise.semconv import attributes as names

__all__ = ["FINE_OUTCOMES", "Origins", "SqlValue", "log_row", "span_row"]

SqlValue = str | int | float | None
Row = tuple[SqlValue, ...]

FINE_OUTCOMES = frozenset({"ok", "abandoned", "cancelled"})
"""Outcomes that are no failure of the model: the last two are the application's or its user's own act."""

_MAX_INTEGER = 2**63


class Origins:
    """The resources and scopes of one batch, each encoded once. Ids are hashes, so writers need not agree."""

    def __init__(self) -> None:
        self.resources: dict[int, Row] = {}
        self.scopes: dict[int, Row] = {}
        self._ids: dict[int, int] = {}
        self._kept_alive: list[object] = []

    def resource_id(self, resource: Resource | None) -> int:
        """The row id of a resource, which is noted for storing."""
        known = self._ids.get(id(resource))
        if known is None:
            attributes = encode_sorted(resource.attributes) if resource is not None else "{}"
            known = self._note(resource, attributes)
            self.resources[known] = (known, attributes)
        return known

    def scope_id(self, scope: InstrumentationScope | None) -> int:
        """The row id of an instrumentation scope, which is noted for storing."""
        known = self._ids.get(id(scope))
        if known is None:
            row = _scope_row(scope)
            known = self._note(scope, encode(row))
            self.scopes[known] = (known, *row)
        return known

    def _note(self, origin: object, text: str) -> int:
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
        if origin is not None:  # None stands for both a missing resource and a missing scope
            self._ids[id(origin)] = number
            self._kept_alive.append(origin)
        return number


def span_row(span: ReadableSpan, origins: Origins) -> Row:
    """One row of `spans`. Usage and cost are filled for calls alone, so that sums over spans count nothing twice."""
    attributes = dict(span.attributes or {})
    context = span.get_span_context()
    start = span.start_time or 0
    is_call = attributes.get(names.OPERATION_NAME) in CLIENT_OPERATIONS
    return (
        format_trace_id(context.trace_id) if context else "0" * 32,
        format_span_id(context.span_id) if context else "0" * 16,
        format_span_id(span.parent.span_id) if span.parent else None,
        storable_text(span.name),
        span.kind.name.lower(),
        start,
        max(start, span.end_time or start),
        span.status.status_code.name.lower(),
        storable_text(span.status.description) if span.status.description else None,
        origins.resource_id(span.resource),
        origins.scope_id(span.instrumentation_scope),
        *_promoted(attributes, is_call, span.status.status_code is StatusCode.ERROR),
        encode(attributes),
        _events(span) if span.events else None,
        _links(span) if span.links else None,
        context.trace_state.to_header() or None if context and context.trace_state else None,
    )


def log_row(record: ReadableLogRecord, origins: Origins) -> Row:
    """One row of `logs`."""
    log = record.log_record
    severity = log.severity_number
    return (
        log.timestamp or log.observed_timestamp or 0,
        severity.value if severity is not None else None,
        _optional_text(log.severity_text),
        _optional_text(log.event_name),
        encode(log.body) if log.body is not None else None,
        encode(dict(log.attributes or {})),
        format_trace_id(log.trace_id) if log.trace_id else None,
        format_span_id(log.span_id) if log.span_id else None,
        origins.resource_id(record.resource),
        origins.scope_id(record.instrumentation_scope),
    )


def _promoted(attributes: Mapping[str, object], is_call: bool, error: bool) -> Row:
    """The columns that lists and sums are made from, in the order of the table."""
    outcome = attributes.get(names.OUTCOME)
    failed = error or (isinstance(outcome, str) and outcome not in FINE_OUTCOMES)
    flagged = bool(attributes.get(names.SCREEN_FLAGGED) or attributes.get(names.SCREEN_LEAK))
    model = attributes.get(names.RESPONSE_MODEL) or attributes.get(names.REQUEST_MODEL)
    user = attributes.get(names.USER_ID)
    return (
        int(is_call),
        int(failed),
        int(flagged),
        storable_text(str(model)) if model is not None else None,
        storable_text(str(user)) if user is not None else None,
        _number(attributes.get(names.COST_AMOUNT)) if is_call else None,
        _number(attributes.get(names.USAGE_INPUT_TOKENS)) if is_call else None,
        _number(attributes.get(names.USAGE_OUTPUT_TOKENS)) if is_call else None,
        _number(attributes.get(names.SAMPLING_WEIGHT)) or 1.0,
    )


def _number(value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, float) or abs(value) < _MAX_INTEGER else None


def _optional_text(text: str | None) -> str | None:
    return storable_text(text) if text else None


def _events(span: ReadableSpan) -> str:
    return encode([[event.name, event.timestamp, dict(event.attributes or {})] for event in span.events])


def _links(span: ReadableSpan) -> str:
    return encode(
        [
            [format_trace_id(link.context.trace_id), format_span_id(link.context.span_id), dict(link.attributes or {})]
            for link in span.links
        ]
    )


def _scope_row(scope: InstrumentationScope | None) -> tuple[str, str | None, str | None, str]:
    if scope is None:
        return ("", None, None, "{}")
    attributes: Sequence[tuple[str, object]] = list((scope.attributes or {}).items())
    return (storable_text(scope.name), scope.version, scope.schema_url, encode_sorted(dict(attributes)))
