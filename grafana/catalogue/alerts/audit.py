"""The audit log: evidence that cannot be made up later."""

from __future__ import annotations

from catalogue.alert import Alert, Case
from catalogue.promql import SERVICE, comma, occurred, series
from catalogue.scenes import SERVICE_LABELS, Scene, cases, counting, gauge, happening, selector
from catalogue.wording import COUNT, WHO
from spanwise.semconv import metrics

__all__ = ["ALERTS"]

_PROCESS = (*SERVICE_LABELS, ("instance", "a"))
_WAITING = selector(series(metrics.AUDIT_WAITING), *_PROCESS)
_WRITTEN = selector(series(metrics.AUDIT_RECORDS), *_PROCESS)


def _waiting(writes: int = 0) -> Scene:
    """Level: how many records wait in a process that writes so many a minute."""
    return lambda phases: (
        *gauge(_WAITING)(phases),
        *counting(_WRITTEN)([(writes if level else 60, minutes) for level, minutes in phases]),
    )


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAIAuditRecordsLost",
        expr=occurred(series(metrics.AUDIT_LOST)),
        summary=f"{COUNT} calls of {WHO} left no record in the audit log",
        description="The log could not be written for so long that no more records could wait. It says itself how many "
        "are missing; which ones, nobody will know.",
        priority="P1",
        category="security",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Audit records lost",
        cases=cases(
            happening(metrics.AUDIT_LOST, per_call=False),
            good=0,
            bad=10,
            almost=0,
            labels=SERVICE_LABELS,
            summary="50 calls of shop (production) left no record in the audit log",
            within=5,
        ),
        hold="0s",
    ),
    Alert(
        name="GenAIAuditLogBlocked",
        expr=f"max by ({comma(SERVICE)}) ({series(metrics.AUDIT_WAITING)} "
        f"unless increase({series(metrics.AUDIT_RECORDS)}[10m]) > 0) > 0",
        summary=f"{COUNT} records of {WHO} wait for the audit log, and none is written",
        description="The folder is full, gone, not writable, or locked by somebody. Nothing is lost while the process "
        "runs and fewer wait than may (SPANWISE_AUDIT_PENDING).",
        priority="P2",
        category="security",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Audit records waiting",
        cases=(
            *cases(
                _waiting(),
                good=0,
                bad=20,
                almost=0,
                labels=SERVICE_LABELS,
                summary="20 records of shop (production) wait for the audit log, and none is written",
                within=20,
            ),
            Case("silent", "some wait, and are written", _waiting(60)([(0, 30), (20, 60)]), silent=(45, 60, 90)),
        ),
    ),
)
