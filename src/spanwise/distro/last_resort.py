"""Our warnings stay visible where the application's logging shows none.

Python prints warnings on stderr as long as there is no log handler. OpenTelemetry's counts as one, though all it does
is to send records to the backend, which is where nobody looks when telemetry itself is what does not work.
"""

from __future__ import annotations

import logging

__all__ = ["show_warnings"]


class _LastResort(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        elsewhere = (handler for handler in logging.getLogger().handlers if not _is_opentelemetry(handler))
        if logging.lastResort is not None and next(elsewhere, None) is None:
            logging.lastResort.handle(record)


def show_warnings() -> None:
    """Print the warnings of Spanwise on stderr while nobody but OpenTelemetry handles the application's log."""
    logger = logging.getLogger("spanwise")
    if not any(isinstance(handler, _LastResort) for handler in logger.handlers):
        logger.addHandler(_LastResort(logging.WARNING))


def _is_opentelemetry(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("opentelemetry.")
