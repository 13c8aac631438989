"""Structured logs: one JSON object per line, redacted, with the ids of the trace that it belongs to.

    from spanwise.processors.json_log import JsonFormatter          # logging: handler.setFormatter(JsonFormatter())
    from spanwise.processors.json_log import StructlogRenderer      # structlog: the last processor

`SPANWISE_LOG_JSON=true` does it without code, for all that the root logger's handlers print.
"""

from __future__ import annotations

from spanwise.processors.json_log.lines import JsonLines, LogSettings
from spanwise.processors.json_log.standard import JsonFormatter, format_root
from spanwise.processors.json_log.structured import StructlogRenderer

__all__ = ["JsonFormatter", "JsonLines", "LogSettings", "StructlogRenderer", "format_root"]
