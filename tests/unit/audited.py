"""A made-up application's calls, written to an audit log as the pipeline does it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from opentelemetry.trace import SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.exporters.audit.entry import Entry, parse, read_lines, segments
from spanwise.exporters.audit.log import AuditLog
from spanwise.exporters.audit.settings import AuditSettings
from unit.genai_telemetry import chat_attributes

__all__ = ["SAID", "call", "entries_of", "lines_of", "settings_of", "tampered", "write"]

SAID = "My kettle leaks"
_DAY_NS = 86_400 * 10**9


def settings_of(folder: Path, **changed: object) -> AuditSettings:
    """A log in `folder`."""
    return replace(AuditSettings(path=str(folder / "audit")), **changed)  # type: ignore[arg-type]


def call(number: int = 1, *, days_ago: float = 0.0, said: str = "", **more: AnyValue) -> SpanView:
    """A finished, redacted call.

    Args:
        said: what the user said, captured.
        more: attributes by their short names.
    """
    if said:
        parts = [{"type": "text", "content": said}]
        more["input_messages"] = json.dumps([{"role": "user", "parts": parts}])
    start = time.time_ns() - int(days_ago * _DAY_NS)
    return SpanView(
        name="chat gpt-5.2",
        context=SpanContext(0xA0000 + number, number, False, TraceFlags(1)),
        parent=None,
        kind=SpanKind.CLIENT,
        start_ns=start,
        end_ns=start + 10**9,
        attributes=chat_attributes("gpt-5.2", **more),
        events=[],
        links=[],
        status=StatusCode.UNSET,
        status_description=None,
        scope="spanwise",
    )


def write(settings: AuditSettings, *calls: SpanView) -> AuditLog:
    """Write calls as one process does, and end."""
    log = AuditLog(settings, "policy-1", lambda: {"service": "shop"})
    for view in calls:
        log.record(view, log.identify(view))
        log.tick(False)
    log.tick(True)
    return log


def entries_of(settings: AuditSettings) -> list[Entry]:
    """All records."""
    return [entry for raw in lines_of(settings) if isinstance(entry := parse(raw), Entry)]


def lines_of(settings: AuditSettings) -> list[bytes]:
    """All lines of the log."""
    return [line.raw for path in segments(Path(settings.path or "")) for line in read_lines(path)]


def tampered(settings: AuditSettings, lines: list[bytes]) -> None:
    """Put other lines into the only file of the log."""
    (path,) = segments(Path(settings.path or ""))
    path.write_bytes(b"".join(lines))


def changed(raw: bytes, **facts: object) -> bytes:
    """A line whose body was changed by somebody who knows the format, its digest included."""
    entry = parse(raw)
    assert isinstance(entry, Entry)
    body: Mapping[str, object] = {**entry.body, **facts}
    return replace(Entry.of(entry.number, entry.previous, body), signature=entry.signature).line()
