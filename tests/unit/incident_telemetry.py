"""Calls of an application in which something goes wrong at a known time, in a local store."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.util.types import AnyValue

from spanwise.exporters.store import StoreSettings, StoreSpanExporter
from unit.genai_telemetry import SECOND, chat_attributes

BEGIN = 1_780_000_000
"""When the incident begins (seconds of the epoch); an hour before it is quiet."""
HOUR = 3600

_ids = count(1)


def call(
    start: float, seconds: float = 1.0, version: str = "1.0", service: str = "shop", **attributes: AnyValue
) -> ReadableSpan:
    """One call to a model; keywords as of `chat_attributes`."""
    number = next(_ids)
    return ReadableSpan(
        "chat",
        context=SpanContext(number, number, False, TraceFlags(TraceFlags.SAMPLED)),
        resource=Resource({"service.name": service, "service.version": version}),
        attributes=chat_attributes(**attributes),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        kind=SpanKind.CLIENT,
        start_time=int(start * SECOND),
        end_time=int((start + seconds) * SECOND),
    )


def stored(path: Path, calls: Iterable[ReadableSpan]) -> Path:
    """Write them into a store."""
    exporter = StoreSpanExporter(settings=StoreSettings(path=str(path), max_age_days=100_000))
    exporter.export(list(calls))
    exporter.shutdown()
    return path


def rate_limited(begin: float = BEGIN, hours_before: int = 2) -> list[ReadableSpan]:
    """A call each ten seconds, of two models in turn; for an hour every call of one model in one feature is refused."""
    found: list[ReadableSpan] = []
    for number in range((hours_before + 2) * HOUR // 10):
        start = begin - hours_before * HOUR + number * 10
        model = "gpt-5.2" if number % 2 else "gpt-5.2-mini"
        feature = ("search", "checkout", "returns")[number % 3]
        refused = begin <= start < begin + HOUR and (model, feature) == ("gpt-5.2", "checkout")
        found.append(
            call(
                start,
                model=model,
                feature=feature,
                user_id=f"u-{number % 7}",
                outcome="rate_limit" if refused else "ok",
                error_type="429" if refused else None,
                cost_amount=None if refused else 0.01,
            )
        )
    return found
