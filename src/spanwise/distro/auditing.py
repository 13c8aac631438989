"""The audit log in an application: made where a folder is named, and told where its records come from."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING

from opentelemetry.metrics import Meter
from opentelemetry.sdk.trace import TracerProvider

from spanwise.distro.self_metrics import observe_audit
from spanwise.exporters.audit.settings import AuditSettings
from spanwise.processors.surface import Surface

if TYPE_CHECKING:
    from spanwise.exporters.audit.log import AuditLog

__all__ = ["audit_log"]

_logger = logging.getLogger("spanwise")
_ORIGIN = {"service": "service.name", "version": "service.version", "instance": "service.instance.id"}


def audit_log(settings: AuditSettings, surface: Surface, provider: TracerProvider, meter: Meter) -> AuditLog | None:
    """The audit log that the settings ask for, if any; one line says so where it cannot be."""
    if not settings.path:
        return None
    if not _has_cryptography():
        _logger.error("spanwise: there is NO audit log: it needs `pip install 'spanwise[audit]'`")
        return None
    from spanwise.exporters.audit.log import AuditLog

    def origin() -> dict[str, str]:
        attributes = surface.resource(provider.resource).attributes
        return {word: str(attributes[name]) for word, name in _ORIGIN.items() if name in attributes}

    log = AuditLog(settings, surface.policy, origin)
    observe_audit(meter, log)
    return log


def _has_cryptography() -> bool:
    """Looked for and not imported: that takes time, and is the worker's."""
    try:
        return find_spec("cryptography") is not None
    except ValueError:  # somebody keeps it from being imported
        return False
