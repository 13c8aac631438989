"""For the standard library's `logging`."""

from __future__ import annotations

import logging
from collections.abc import Callable

from spanwise.core.guard import guarded
from spanwise.processors.json_log.lines import NOTHING, JsonLines, Logged, LogSettings, exception_info
from spanwise.processors.json_log.values import text_of
from spanwise.processors.redact import Redactor

__all__ = ["JsonFormatter", "format_root"]

_STANDARD = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
    | {"otelTraceID", "otelSpanID", "otelServiceName", "otelTraceSampled"}
)
"""Attributes of a record that no application gave it."""
_MARK = "_spanwise_json"


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON, redacted, with what `extra` gave it.

    Args:
        redactor: takes out personal data and secrets; by default one with the settings of this process.
        settings: by default those of this process.
    """

    def __init__(self, redactor: Redactor | None = None, settings: LogSettings | None = None) -> None:
        super().__init__()
        self._lines = JsonLines(redactor, settings)

    @guarded("log.format", NOTHING)
    def format(self, record: logging.LogRecord) -> str:
        """The line; a record whose arguments do not fit its message keeps neither."""
        return self._lines.line(
            Logged(
                message=_message(record),
                level=record.levelname,
                logger=record.name,
                time_s=record.created,
                code=(record.pathname, record.lineno, record.funcName),
                fields={name: value for name, value in vars(record).items() if name not in _STANDARD},
                exception=exception_info(record.exc_info),
                stack=record.stack_info,
            )
        )


def format_root(formatter: logging.Formatter) -> None:
    """Have everything that the root logger's handlers print formatted so, whoever adds them and whenever.

    Handlers that write to streams and files are meant, and the last resort of programs that configure no logging.
    Those of other loggers are left alone.
    """
    root = logging.getLogger()
    adding: Callable[[logging.Handler], None] = root.addHandler

    def add(handler: logging.Handler) -> None:
        _pin(handler, getattr(root, _MARK, formatter))
        adding(handler)

    for handler in (*root.handlers, logging.lastResort):
        if handler is not None:
            _pin(handler, formatter)
    if not hasattr(root, _MARK):
        vars(root)["addHandler"] = add
    setattr(root, _MARK, formatter)


def _pin(handler: logging.Handler, formatter: logging.Formatter) -> None:
    """Set the formatter, and let nobody set another one."""

    def keep(_: logging.Formatter | None) -> None:
        """The application's own format is what is replaced."""

    if isinstance(handler, logging.StreamHandler):
        handler.formatter = formatter
        vars(handler)["setFormatter"] = keep


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # what the arguments' own methods raise, too
        return f"{text_of(record.msg)} [ARGUMENTS DO NOT FIT]"
