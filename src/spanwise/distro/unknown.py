"""Names that are no setting are said at start, not silently ignored: most of them are misspelt."""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Mapping
from typing import Any

from spanwise.core.settings import SettingsFile, environment_name

__all__ = ["name_unknown"]

_logger = logging.getLogger("spanwise")
_ELSEWHERE = "store"
"""The area of the exporters, which read it themselves."""


def name_unknown(areas: Mapping[str, type[Any]], file: SettingsFile, environ: Mapping[str, str] = os.environ) -> None:
    """One line for each area of the settings file, and each `SPANWISE_*` variable, that there is not."""
    for area in file:
        if area not in areas and area != _ELSEWHERE:
            _logger.warning("spanwise: %s in spanwise.yaml is not an area of settings; it is ignored", area)
    known = {"SPANWISE_CONFIG"}
    for area, settings in areas.items():
        known |= {environment_name(area, field.name) for field in dataclasses.fields(settings)}
    for name in sorted(environ):
        if name.startswith("SPANWISE_") and name not in known and not name.startswith(environment_name(_ELSEWHERE, "")):
            _logger.warning("spanwise: %s is not a setting; it is ignored", name)
