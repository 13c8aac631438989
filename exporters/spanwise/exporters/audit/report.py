"""The audit report: who called what, when, under which policy, and what was done to the records since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from spanwise.exporters.audit.entry import Body, Entry
from spanwise.exporters.audit.reading import entries
from spanwise.exporters.audit.verification import Verification
from spanwise.exporters.markdown import prose

__all__ = ["AuditReport", "audit_report", "render_report"]

_SHOWN = 20
"""Rows of a table; the others are summed up."""
_NOTHING = "not said"
_ABSURD = 10**18
_ACTS = {"access", "erasure", "retention", "gap", "recovered", "opened"}

Key = Callable[[Body], str]


def _fact(name: str, group: str = "") -> Key:
    def read(body: Body) -> str:
        value = _value(body, group, name) if group else body.get(name)
        return _NOTHING if value in (None, "") else str(value)

    return read


def _flag(body: Body) -> str:
    verdict, category = (_value(body, "screening", name) for name in ("verdict", "category"))
    return f"{verdict}: {category or 'leak'}" if verdict == "flagged" else str(verdict)


def _prompt(body: Body) -> str:
    if "prompt" not in body:
        return _NOTHING
    return f"{_fact('name', 'prompt')(body)} {_fact('version', 'prompt')(body)}"


_BY: dict[str, Key] = {
    "model": lambda body: f"{_fact('provider')(body)} {_fact('model')(body)}",
    "subject": _fact("subject"),
    "tenant": _fact("tenant"),
    "service": _fact("service"),
    "operation": _fact("operation"),
    "outcome": _fact("outcome"),
    "prompt and version": _prompt,
    "redaction policy": _fact("policy", "redaction"),
    "screening": _flag,
    "consent": _fact("consent"),
    "jurisdiction": _fact("jurisdiction"),
    "retention class": _fact("retention"),
}
"""By what calls are counted."""


@dataclass
class Row:
    """Calls of one kind."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """US dollars of those whose price is known."""
    unpriced: int = 0

    def add(self, body: Body) -> None:
        """Count one call."""
        self.calls += 1
        self.input_tokens += int(_number(body, "tokens", "input"))
        self.output_tokens += int(_number(body, "tokens", "output"))
        amount = _value(body, "cost", "amount")
        self.cost += _number(body, "cost", "amount")
        self.unpriced += amount is None


@dataclass
class AuditReport:
    """What the log says of a period."""

    first: str = ""
    last: str = ""
    total: Row = field(default_factory=Row)
    by: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in _BY})
    redactions: Counter[str] = field(default_factory=Counter[str])
    """Values that were redacted, by type."""
    redaction_failed: int = 0
    with_content: int = 0
    acts: Counter[str] = field(default_factory=Counter[str])
    """What was done to the log, by type of record."""
    verification: Verification | None = None

    def as_json(self) -> dict[str, object]:
        """For machines: every row, none summed up."""
        tables = {name: {key: vars(row) for key, row in _sorted(rows)} for name, rows in self.by.items()}
        return {
            "period": {"first": self.first, "last": self.last},
            "total": vars(self.total),
            "by": tables,
            "redactions": dict(self.redactions.most_common()),
            "redaction_failed": self.redaction_failed,
            "with_content": self.with_content,
            "acts": dict(sorted(self.acts.items())),
            "verification": self.verification.as_json() if self.verification is not None else None,
        }


def audit_report(log: Path, since: str = "", until: str = "", verification: Verification | None = None) -> AuditReport:
    """Count the records of a period.

    Args:
        since: RFC 3339 in UTC, or the beginning of it such as `2026-11`; included.
        until: the same; not included.
        verification: goes into the report.

    Raises:
        AuditError: there is no log.
        OSError: a file cannot be read.
    """
    report = AuditReport(verification=verification)
    for entry in entries(log):
        time = str(entry.body.get("time"))
        if time >= since and (not until or time < until):
            _count(report, entry, time)
    return report


def _count(report: AuditReport, entry: Entry, time: str) -> None:
    if (act := str(entry.type)) in _ACTS:
        report.acts[act] += 1
    if entry.type != "call":
        return
    body = entry.body
    report.first = min(report.first or time, time)
    report.last = max(report.last, time)
    report.total.add(body)
    for name, key in _BY.items():
        report.by[name].setdefault(key(body), Row()).add(body)
    types = _value(body, "redaction", "types")
    if isinstance(types, Mapping):
        counts = cast("Mapping[str, object]", types)
        report.redactions.update({kind: count for kind, count in counts.items() if isinstance(count, int)})
    report.redaction_failed += _value(body, "redaction", "failed") is True
    report.with_content += "content" in body


def render_report(report: AuditReport) -> str:
    """As Markdown."""
    return "\n".join([*_head(report), *_integrity(report), *_tables(report), *_redactions(report), *_acts(report)])


def _head(report: AuditReport) -> Iterator[str]:
    total = report.total
    yield "# Audit report"
    yield ""
    if not total.calls:
        yield "There is no call in this period."
        return
    subjects = len(report.by["subject"].keys() - {_NOTHING})
    yield f"{total.calls} calls from {report.first} to {report.last}, about {subjects} subjects (pseudonyms)."
    yield ""
    yield f"{total.input_tokens} tokens in, {total.output_tokens} out, {_money(total.cost)}" + (
        f"; the price of {total.unpriced} calls is not known." if total.unpriced else "."
    )
    yield f"{report.with_content} records hold content, encrypted per person."


def _integrity(report: AuditReport) -> Iterator[str]:
    found = report.verification
    if found is None:
        return
    yield from ("", "## Integrity", "")
    if found.ok:
        yield f"The chain of {found.last} records is intact; {found.signed} are signed (key {', '.join(found.keys)})."
    else:
        yield f"**The log is not intact: {len(found.problems)} problems.**"
        yield ""
        yield from (f"- {problem.place}: {prose(problem.text)}" for problem in found.problems)
    if found.lost:
        yield f"{found.lost} calls left no record, because the log could not be written."


def _tables(report: AuditReport) -> Iterator[str]:
    for name, rows in report.by.items():
        if not rows or rows.keys() == {_NOTHING}:
            continue
        yield from ("", f"## By {name}", "")
        yield from (f"| {name} | calls | tokens in | tokens out | cost |", "|---|--:|--:|--:|--:|")
        ordered = _sorted(rows)
        yield from (_row(key, row) for key, row in ordered[:_SHOWN])
        if len(ordered) > _SHOWN:
            yield f"| {len(ordered) - _SHOWN} others | {sum(row.calls for _, row in ordered[_SHOWN:])} | | | |"


def _row(key: str, row: Row) -> str:
    cost = _money(row.cost) if row.unpriced < row.calls else "not known"
    return f"| {prose(key)} | {row.calls} | {row.input_tokens} | {row.output_tokens} | {cost} |"


def _redactions(report: AuditReport) -> Iterator[str]:
    if not report.redactions and not report.redaction_failed:
        return
    yield from ("", "## Redacted", "", "| type | values |", "|---|--:|")
    yield from (f"| {prose(kind)} | {count} |" for kind, count in report.redactions.most_common())
    if report.redaction_failed:
        yield f"| calls without any text, because redaction failed | {report.redaction_failed} |"


def _acts(report: AuditReport) -> Iterator[str]:
    if report.acts:
        yield from ("", "## What was done to the log", "", "| record | times |", "|---|--:|")
        yield from (f"| {kind} | {count} |" for kind, count in sorted(report.acts.items()))


def _sorted(rows: Mapping[str, Row]) -> list[tuple[str, Row]]:
    return sorted(rows.items(), key=lambda item: (-item[1].calls, item[0]))


def _money(dollars: float) -> str:
    """To the cent; small sums to the hundredth of one."""
    if 0 < dollars < 0.0001:
        return "under $0.0001"
    return f"${dollars:,.2f}" if dollars >= 1 or not dollars else f"${dollars:.4f}"


def _value(body: Body, group: str, name: str) -> object:
    found = body.get(group)
    return cast("Mapping[str, object]", found).get(name) if isinstance(found, Mapping) else None


def _number(body: Body, group: str, name: str) -> float:
    """Zero for what is none, or none that can have been counted: the log may have been tampered with."""
    value = _value(body, group, name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _ABSURD else 0
