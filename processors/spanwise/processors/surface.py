"""Redaction of everything by which telemetry can leave: spans, resources, scopes, log records, metric points.

Fails closed. What cannot be redacted goes out with its numbers and names only, and is counted.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

from opentelemetry.sdk.metrics.export import MetricsData, Sum
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, TraceState
from opentelemetry.util.types import AnyValue

from spanwise.core.description import content_attributes
from spanwise.core.guard import failed
from spanwise.core.inference import Content
from spanwise.core.json_text import to_json
from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.blank import blank, is_safe
from spanwise.processors.external import ContentFolder
from spanwise.processors.named_values import NamedValues, is_short_number
from spanwise.processors.redact import Redactor
from spanwise.processors.series import merged
from spanwise.semconv import attributes as names

__all__ = ["CaptureSettings", "Surface", "empty"]

_CACHED = 4096


@dataclass(frozen=True)
class CaptureSettings:
    """Area `capture`."""

    content: bool = setting(
        False,
        "Put prompts, completions, system instructions and tool definitions on spans, redacted. "
        "`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY` (or `SPAN_AND_EVENT`) does the same.",
    )
    max_length: int = setting(
        65_536,
        "Characters of one text inside the content; of a longer one head and tail are kept, and its length is said.",
        check=lambda n: n >= 100,
        expects="a number of at least 100",
    )
    folder: str | None = setting(
        None,
        "Folder for content that is too large for a span. The span then has a reference (`gen_ai.input.messages_ref`, "
        "…) instead, and nothing is cut.",
    )
    inline_length: int = setting(
        16_384,
        "Characters of one content attribute from which it goes to `folder`, where one is given.",
        check=lambda n: n >= 0,
        expects="a number of at least 0",
    )


class Surface:
    """Applies one `Redactor` to every kind of telemetry.

    Spans are redacted on the worker, log records and metric points where they pass; all methods may run at the
    same time.
    """

    def __init__(self, redactor: Redactor, capture: CaptureSettings) -> None:
        self._redactor = redactor
        self._named = NamedValues(redactor)
        self._capture = capture
        self._folder = ContentFolder(capture.folder) if capture.folder else None
        self.findings: Counter[str] = Counter()
        """Values redacted since the start, by type."""
        self.failures: Counter[str] = Counter()
        """What went out without content because it could not be redacted, by kind of telemetry."""
        self.truncated = 0
        self._lock = Lock()
        self._resources: OrderedDict[int, tuple[Resource, Resource]] = OrderedDict()
        self._scopes: dict[InstrumentationScope, InstrumentationScope] = {}
        self._labels: OrderedDict[tuple[str, str], tuple[str, str]] = OrderedDict()

    @property
    def captures(self) -> bool:
        """Whether prompts and completions go on spans."""
        return self._capture.content

    @property
    def policy(self) -> str:
        """The version of the rules by which everything here is redacted."""
        return self._redactor.policy

    def span(self, view: SpanView) -> bool:
        """Redact a span in place; False where it had to be emptied instead."""
        counts: dict[str, int] = {}
        try:
            self._span(view, counts)
        except Exception as error:
            self.failures["span"] += 1
            blank(view)
            failed("redact.span", error)
            return False
        view.redactions = counts
        if counts:
            self._count(counts)
            view.attributes[names.REDACTION_COUNT] = sum(counts.values())
            view.attributes[names.REDACTION_TYPES] = tuple(sorted(counts))
        view.attributes[names.REDACTION_POLICY] = self.policy
        return True

    def attributes(self, attributes: Mapping[str, AnyValue]) -> dict[str, AnyValue]:
        """Redacted attributes, for a span that does not come by here."""
        counts: dict[str, int] = {}
        try:
            redacted = self._named.items(dict(attributes), counts)
        except Exception as error:
            self.failures["span"] += 1
            failed("redact.attributes", error)
            return {key: value for key, value in attributes.items() if is_safe(key, value)}
        self._count(counts)
        return redacted

    def content(self, content: Content) -> Mapping[str, AnyValue]:
        """Prompts and completions by attribute, redacted as on spans; raises where that cannot be done."""
        return self._redacted(content, {})

    def resource(self, resource: Resource) -> Resource:
        """The redacted resource; the same object for the same resource, because exporters group by it."""
        known = self._resources.get(id(resource))
        if known is not None and known[0] is resource:
            return known[1]
        redacted = self._resource(resource)
        self._resources[id(resource)] = (resource, redacted)
        if len(self._resources) > 64:
            self._resources.popitem(last=False)
        return redacted

    def scope(self, scope: InstrumentationScope | None) -> InstrumentationScope | None:
        """The redacted instrumentation scope."""
        if scope is None:
            return None
        known = self._scopes.get(scope)
        if known is None:
            known = self._scope(scope)
            if len(self._scopes) < _CACHED:
                self._scopes[scope] = known
        return known

    def log_record(self, record: Any) -> None:
        """Redact an SDK log record in place; called before any other processor copies it."""
        counts: dict[str, int] = {}
        try:
            self._log_record(record, counts)
        except Exception as error:
            self.failures["log"] += 1
            empty(record)
            failed("redact.log", error)
        self._count(counts)

    def metrics(self, data: MetricsData) -> MetricsData:
        """The same metrics with redacted labels, exemplars, descriptions, resources and scopes.

        A point that cannot be redacted is left out, and a metric without points: backends refuse the whole export
        for one that is empty.
        """
        counts: dict[str, int] = {}
        for resource_metrics in data.resource_metrics:
            object.__setattr__(resource_metrics, "resource", self.resource(resource_metrics.resource))
            for scope_metrics in resource_metrics.scope_metrics:
                object.__setattr__(scope_metrics, "scope", self.scope(scope_metrics.scope))
                for metric in scope_metrics.metrics:
                    self._metric(metric, counts)
                filled = [metric for metric in scope_metrics.metrics if metric.data.data_points]
                object.__setattr__(scope_metrics, "metrics", filled)
        self._count(counts)
        return data

    def forget(self) -> None:
        """After a fork: what was counted is the parent's, and so is whoever held the lock."""
        self._lock = Lock()
        self.findings.clear()
        self.truncated = 0

    def _count(self, counts: Mapping[str, int]) -> None:
        if counts:
            with self._lock:
                self.findings.update(counts)

    # spans

    def _span(self, view: SpanView, counts: dict[str, int]) -> None:
        view.name = self._named.text(view.name, counts)
        view.attributes = self._named.items(view.attributes, counts)
        self._content(view, counts)
        for event in view.events:
            event.name = self._named.text(event.name, counts)
            event.attributes = self._named.items(event.attributes, counts)
        for link in view.links:
            link.attributes = self._named.items(link.attributes, counts)
            link.context = self._context(link.context, counts)
        view.context = self._context(view.context, counts)
        if view.parent is not None:
            view.parent = self._context(view.parent, counts)
        if view.status_description:
            view.status_description = self._redactor.at("error").text(view.status_description, counts)

    def _content(self, view: SpanView, counts: dict[str, int]) -> None:
        """Content that was read from the wire: redacted as a structure, then written as JSON."""
        if not self._capture.content or view.inference is None:
            return
        for name, part in self._redacted(view.inference.content, counts).items():
            if name not in view.attributes:
                self._put(name, part, view)

    def _redacted(self, content: Content, counts: dict[str, int]) -> Mapping[str, AnyValue]:
        return self._named.values(content_attributes(content), counts, self._redactor)

    def _put(self, name: str, part: AnyValue, view: SpanView) -> None:
        """Redacted content as JSON; long texts are cut only now, because a cut could divide a secret."""
        text = to_json(part)
        if self._folder is None and len(text) > self._capture.max_length:
            text = to_json(self._cut(part, view))
        if self._folder is None or len(text) <= self._capture.inline_length:
            view.attributes[name] = text
            return
        try:
            view.attributes[f"{name}_ref"] = self._folder.keep(text)
        except OSError as error:
            self.truncated += 1
            view.attributes[names.CONTENT_TRUNCATED] = True
            failed("capture.folder", error)

    def _cut(self, value: AnyValue, view: SpanView) -> AnyValue:
        """Shorten texts that are too long, at any depth."""
        if isinstance(value, str):
            return self._cut_text(value, view)
        if isinstance(value, Mapping):
            return {key: self._cut(item, view) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._cut(item, view) for item in cast("Sequence[AnyValue]", value)]
        return value

    def _cut_text(self, text: str, view: SpanView) -> str:
        limit = self._capture.max_length
        if len(text) <= limit:
            return text
        self.truncated += 1
        view.attributes[names.CONTENT_TRUNCATED] = True
        return (
            f"{text[: limit * 3 // 4]} […{len(text) - limit} of {len(text)} characters left out…] {text[-limit // 4 :]}"
        )

    def _context(self, context: SpanContext, counts: dict[str, int]) -> SpanContext:
        """Ids stay; what is in `tracestate` may be anything that a caller sent."""
        state = context.trace_state
        if not state:
            return context
        redact = self._redactor.text
        kept = [entry for entry in state.items() if all(redact(text, counts) is text for text in entry)]
        if len(kept) == len(state):
            return context
        return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags, TraceState(kept))

    # what spans stand in

    def _resource(self, resource: Resource) -> Resource:
        counts: dict[str, int] = {}
        held = dict(resource.attributes)
        try:
            attributes = self._named.items(held, counts)
        except Exception as error:
            self.failures["resource"] += 1
            failed("redact.resource", error)
            return Resource({})
        self._count(counts)
        return resource if attributes is held else Resource(attributes, resource.schema_url)

    def _scope(self, scope: InstrumentationScope) -> InstrumentationScope:
        counts: dict[str, int] = {}
        held = dict(scope.attributes or {})
        try:
            said = (scope.name, scope.version or "", scope.schema_url or "")
            name, version, schema_url = (self._redactor.text(text, counts) for text in said)
            attributes = self._named.items(held, counts)
        except Exception as error:
            self.failures["scope"] += 1
            failed("redact.scope", error)
            return InstrumentationScope("")
        self._count(counts)
        if (name, version, schema_url) == said and attributes is held:
            return scope
        return InstrumentationScope(name, version or None, schema_url, attributes)

    # log records

    def _log_record(self, record: Any, counts: dict[str, int]) -> None:
        redactor = self._redactor.at("log")
        record.body = redactor.value(record.body, counts)
        for text in ("event_name", "severity_text"):
            if value := getattr(record, text, None):
                setattr(record, text, redactor.text(value, counts))
        held = dict(record.attributes or {})
        attributes = self._named.items(held, counts, redactor)
        if attributes is not held:
            for key in held.keys() - attributes.keys():
                del record.attributes[key]
            for key, value in attributes.items():
                record.attributes[key] = value

    # metrics

    def _metric(self, metric: Any, counts: dict[str, int]) -> None:
        """A collected metric is the reader's own copy."""
        for field in ("description", "unit"):
            try:
                object.__setattr__(metric, field, self._named.text(getattr(metric, field) or "", counts))
            except Exception as error:
                object.__setattr__(metric, field, "")
                failed("redact.metrics", error)
        points = [(point, point.attributes) for point in metric.data.data_points]
        kept = [point for point, _ in points if self._try_point(point, counts)]
        if len(kept) < len(points) or any(point.attributes is not held for point, held in points):
            object.__setattr__(metric.data, "data_points", merged(kept, add=isinstance(metric.data, Sum)))

    def _try_point(self, point: Any, counts: dict[str, int]) -> bool:
        try:
            self._point(point, counts)
        except Exception as error:
            self.failures["metrics"] += 1
            failed("redact.metrics", error)
            return False
        return True

    def _point(self, point: Any, counts: dict[str, int]) -> None:
        """The attributes of a point are the aggregation's: never written to."""
        redacted = self._point_labels(point.attributes or {}, counts)
        if redacted is not None:
            object.__setattr__(point, "attributes", redacted)
        redactor = self._redactor.at("metric")
        for exemplar in point.exemplars or ():
            if exemplar.filtered_attributes:
                redacted = self._named.items(dict(exemplar.filtered_attributes), counts, redactor)
                object.__setattr__(exemplar, "filtered_attributes", redacted)

    def _point_labels(self, labels: Mapping[str, AnyValue], counts: dict[str, int]) -> dict[str, AnyValue] | None:
        found = {self._named.text(key, counts): self._label(key, value, counts) for key, value in labels.items()}
        return None if all(found.get(key) is value for key, value in labels.items()) else found

    def _label(self, key: str, value: AnyValue, counts: dict[str, int]) -> AnyValue:
        """The same labels come at every collection: remembered, so that they cost a lookup."""
        if not isinstance(value, str):
            return value if is_short_number(value) else self._redactor.at("metric").item(key, value, counts)
        known = self._labels.get((key, value))
        if known is None:
            known = (value, cast("str", self._redactor.at("metric").item(key, value, counts)))
            self._labels[key, value] = known
            if len(self._labels) > _CACHED:
                self._labels.popitem(last=False)
        return value if known[0] == known[1] else known[1]


def empty(record: Any) -> None:
    """Leave of a log record what cannot be content: its times, ids and severity."""
    record.body = record.event_name = record.severity_text = None
    record.attributes = {}
