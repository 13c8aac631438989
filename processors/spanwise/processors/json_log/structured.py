"""For structlog, which need not be installed: a renderer is any callable."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import MutableMapping
from types import FrameType

from spanwise.core.guard import guarded
from spanwise.processors.json_log.lines import NOTHING, JsonLines, Logged, LogSettings, exception_info
from spanwise.processors.json_log.values import text_of
from spanwise.processors.redact import Redactor

__all__ = ["StructlogRenderer"]

_BETWEEN = frozenset({"structlog", "logging", "spanwise"})
_TAKEN = frozenset(
    {"event", "level", "logger", "logger_name", "timestamp", "exc_info", "exception", "stack_info", "stack"}
)
_META = frozenset({"_record", "_from_structlog", "_logger", "_name", "positional_args"})


class StructlogRenderer:
    """Renders an event as one line of JSON, redacted; stands last among structlog's processors.

    It also goes into `structlog.stdlib.ProcessorFormatter`. Processors such as `add_log_level`, `TimeStamper` or
    `format_exc_info` are not needed before it, and do no harm.

    Args:
        redactor: takes out personal data and secrets; by default one with the settings of this process.
        settings: by default those of this process.
    """

    def __init__(self, redactor: Redactor | None = None, settings: LogSettings | None = None) -> None:
        self._lines = JsonLines(redactor, settings)

    @guarded("log.format", NOTHING)
    def __call__(self, logger: object, method: str, event: MutableMapping[str, object]) -> str:
        """The line of an event."""
        record = event.get("_record")
        record = record if isinstance(record, logging.LogRecord) else None
        name = event.get("logger") or event.get("logger_name") or getattr(record or logger, "name", "")
        return self._lines.line(
            Logged(
                message=text_of(event.get("event", "")),
                level=text_of(event.get("level") or method).upper(),
                logger=text_of(name),
                time_s=record.created if record else time.time(),
                code=_place(record) if record else _caller(inspect.currentframe()),
                fields={key: value for key, value in event.items() if key not in _TAKEN and key not in _META},
                exception=exception_info(event.get("exc_info")) or _text(event.get("exception")),
                stack=_text(event.get("stack")),
            )
        )


def _place(record: logging.LogRecord) -> tuple[str, int, str]:
    return record.pathname, record.lineno, record.funcName or ""


def _caller(frame: FrameType | None) -> tuple[str, int, str] | None:
    """Who logged: the first frame that is neither structlog's nor ours."""
    while frame is not None and _is_between(frame):
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name) if frame is not None else None


def _is_between(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in _BETWEEN


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
