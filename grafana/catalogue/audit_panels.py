"""Panels about the audit log, for the pipeline dashboard: whether it takes a record of every call."""

from __future__ import annotations

from catalogue.drill_down import spans, traces
from catalogue.figures import increase_of, rate_of
from catalogue.panels import About, Limits, lines, number
from catalogue.target import PromQL

__all__ = ["PANELS"]

_ARRIVED = traces("Traces that arrived", spans())

_LOST = number(
    "Audit records lost",
    "short",
    About(
        "Calls in the time shown that left no record in the audit log.",
        "The log is evidence: it says itself how many are missing, but not which.",
        "Any is an alert (P1): the folder was not writable for so long that more records waited than may.",
    ),
    PromQL(f"sum ({increase_of('spanwise_audit_lost_total')})", "lost"),
    limits=Limits(severe=1),
    decimals=0,
    none="No audit log",
    links=(_ARRIVED,),
    width=4,
    height=6,
)
_RECORDS = lines(
    "Audit records",
    "cps",
    About(
        "Records per second that audit logs took, and calls per second that left none, by service.",
        "Every call leaves a record, also those that sampling leaves out: it follows the traffic.",
        "Stops although calls go on: look at the disk, and run `spanwise audit verify`.",
    ),
    PromQL(f"sum by (service_name) ({rate_of('spanwise_audit_records_total')})", "{{service_name}}"),
    PromQL(f"sum by (service_name) ({rate_of('spanwise_audit_lost_total')})", "{{service_name}} lost"),
    least=0.1,
    none="No audit log",
    links=(_ARRIVED,),
    width=7,
    height=6,
)
_WAITING = lines(
    "Audit records waiting",
    "short",
    About(
        "Records that the audit log could not take yet, the process with the most of each service.",
        "They wait in memory: a process that ends now loses them, and so does one in which too many wait.",
        "Above zero for minutes: the folder is full, gone or not writable. The application's log names the error.",
    ),
    PromQL("max by (service_name) (spanwise_audit_waiting)", "{{service_name}}"),
    least=10,
    none="No audit log",
    links=(_ARRIVED,),
    width=6,
    height=6,
)

PANELS = (_LOST, _RECORDS, _WAITING)
