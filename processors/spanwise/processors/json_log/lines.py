"""The lines themselves: what stands in them, in which order, and that nothing raw does."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import TracebackType
from typing import cast

from opentelemetry import trace
from opentelemetry.trace import format_span_id, format_trace_id
from opentelemetry.util.types import AnyValue

from spanwise.core import context as user_context
from spanwise.core.guard import failed
from spanwise.core.json_text import to_json
from spanwise.core.settings import load, read_file, setting
from spanwise.processors.json_log.values import Plain, text_of
from spanwise.processors.policy import configured_redactor
from spanwise.processors.redact import Redactor

__all__ = ["NOTHING", "ExceptionInfo", "JsonLines", "LogSettings", "Logged", "exception_info"]

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_OWN = frozenset({"time", "level", "logger", "message", "service", "trace_id", "span_id", "code", "exception", "stack"})
NOTHING = '{"level":"ERROR","message":"[FORMATTING FAILED]"}'
"""What is printed where not even a line can be made: `logging` itself would print the raw arguments."""

_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
"""JSON allows them inside of texts, and some who read lines take them for the end of one."""
_FAILED = "[REDACTION FAILED]"
_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "EXCEPTION", "NOTSET"})


@dataclass(frozen=True)
class LogSettings:
    """Area `log`."""

    json: bool = setting(
        False, "Print what the root logger's handlers print as JSON, one object a line, redacted and with trace ids."
    )
    location: bool = setting(True, "Say in which file, line and function a line was logged.")
    fields: Mapping[str, str] = setting({}, "Fields that every line has, such as `team=search`.")


@dataclass(slots=True)
class Logged:
    """What was logged, by whatever library."""

    message: str
    level: str
    logger: str
    time_s: float
    """Since the epoch."""
    code: tuple[str, int, str] | None = None
    """File, line and function."""
    fields: Mapping[object, object] = field(default_factory=dict[object, object])
    exception: ExceptionInfo | str | None = None
    """A text where somebody has formatted it already."""
    stack: str | None = None


class JsonLines:
    """Writes lines. Safe to use from several threads.

    Args:
        redactor: takes out personal data and secrets; by default one with the settings of this process.
        settings: by default those of this process.
    """

    def __init__(self, redactor: Redactor | None = None, settings: LogSettings | None = None) -> None:
        self._redactor = redactor
        self._settings = settings
        self._service: tuple[object, str | None] = (None, None)

    def line(self, logged: Logged) -> str:
        """One line without its end; where it cannot be redacted, only what no application worded is left of it."""
        head = self._head(logged)
        try:
            said = self._said(logged)
        except Exception as error:
            failed("log.redact", error)
            said = {"level": logged.level if logged.level in _LEVELS else "UNKNOWN", "logger": "", "message": _FAILED}
        return to_json({**head, **said}).translate(_LINE_ENDS)

    def _head(self, logged: Logged) -> dict[str, AnyValue]:
        """What needs no redaction: times, ids, places in the code. Level and logger have their place here."""
        when = datetime.fromtimestamp(logged.time_s, timezone.utc)
        head: dict[str, AnyValue] = {"time": f"{when:%Y-%m-%dT%H:%M:%S.%f}Z", "level": "", "logger": ""}
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            head.update(trace_id=format_trace_id(span.trace_id), span_id=format_span_id(span.span_id))
        if (service := self._service_name()) is not None:
            head["service"] = service
        if logged.code is not None and self._loaded_settings().location:
            head["code"] = dict(zip(("file", "line", "function"), logged.code, strict=True))
        return head

    def _said(self, logged: Logged) -> dict[str, AnyValue]:
        """What the application worded, in one scan."""
        redactor = self._loaded_redactor().at("log")
        plain = Plain(redactor.is_secret_name)
        said: dict[str, AnyValue] = {"level": logged.level, "logger": logged.logger, "message": logged.message}
        said.update(user_context.current())
        said.update({_unused(name): value for name, value in plain.entries(logged.fields).items()})
        if logged.exception is not None:
            said["exception"] = _exception(logged.exception)
        if logged.stack:
            said["stack"] = logged.stack
        counts: dict[str, int] = {}
        redacted = dict(cast("Mapping[str, AnyValue]", redactor.value(said, counts)))
        if plain.left_out:
            counts["SENSITIVE_KEY"] = plain.left_out
        return {**redacted, **self._loaded_settings().fields, **({"redacted": counts} if counts else {})}

    def _loaded_redactor(self) -> Redactor:
        if self._redactor is None:
            self._redactor = configured_redactor(read_file())
        return self._redactor

    def _loaded_settings(self) -> LogSettings:
        if self._settings is None:
            self._settings = load(LogSettings, "log", read_file())
        return self._settings

    def _service_name(self) -> str | None:
        """That of the tracer provider, which may be set at any time; before, what the environment says."""
        provider = trace.get_tracer_provider()
        if self._service[0] is not provider:
            resource: object = getattr(provider, "resource", None)
            attributes = cast("Mapping[str, object]", getattr(resource, "attributes", {}))
            name = attributes.get("service.name") or os.environ.get("OTEL_SERVICE_NAME")
            self._service = (provider, str(name) if name else None)
        return self._service[1]


def exception_info(value: object) -> ExceptionInfo | None:
    """What `exc_info` may be: an exception, a triple, or true for the one that is being handled."""
    if isinstance(value, BaseException):
        return type(value), value, value.__traceback__
    if isinstance(value, tuple):
        triple = cast("tuple[object, ...]", value)
        return exception_info(triple[1]) if len(triple) == 3 else None
    return exception_info(sys.exc_info()[1]) if value else None


def _exception(info: ExceptionInfo | str) -> dict[str, AnyValue]:
    if isinstance(info, str):
        return {"stacktrace": info}
    kind, error, trace_back = info
    return {
        "type": kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}",
        "message": text_of(error),
        "stacktrace": "".join(traceback.format_exception(kind, error, trace_back)),
    }


def _unused(name: str) -> str:
    """What an application calls like one of ours stands beside it."""
    return f"extra.{name}" if name in _OWN else name
