"""The report's tables: models, features, users, calls, and counts by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spanwise.exporters.figures import NOTHING, compact, moment, money, percent, plural, seconds, whole
from spanwise.exporters.reading import StoredSpan
from spanwise.exporters.report.data import UserUse
from spanwise.exporters.report.markup import Child, Markup, tag
from spanwise.exporters.summary import FeatureUse, ModelUse, Summary
from spanwise.exporters.tree import marks

__all__ = ["calls_table", "counts_table", "features_table", "models_table", "users_table"]

_MOST_ROWS = 25


class Column(NamedTuple):
    """A column's title and whether it holds numbers, bars, or text."""

    title: str
    class_: str | None = None


_NUMBER, _BAR = "n", "bar"


def models_table(summary: Summary) -> Markup:
    """Use by model, the dearest first, each with its share of the cost."""
    columns = [
        Column("Model"), Column("Provider"), Column("Cost", _NUMBER), Column("", _BAR), Column("Calls", _NUMBER),
        Column("Errors", _NUMBER), Column("Input", _NUMBER), Column("Output", _NUMBER),
        Column("p50", _NUMBER), Column("p95", _NUMBER), Column("First chunk p95", _NUMBER),
    ]  # fmt: skip
    largest = max((use.cost for use in summary.models), default=0.0)
    rows = [_model_row(use, largest) for use in summary.models[:_MOST_ROWS]]
    return _table("Cost and use by model", columns, rows, len(summary.models))


def _model_row(use: ModelUse, largest: float) -> list[Child]:
    return [
        use.model or "unknown",
        tag("span", use.provider, class_="mute"),
        [money(use.cost) if use.cost or not use.unpriced else NOTHING, _unpriced(use.unpriced)],
        _bar(use.cost, largest),
        whole(use.calls),
        _errors(use.errors, use.calls),
        compact(use.tokens.input),
        compact(use.tokens.output),
        seconds(use.latency.p50),
        seconds(use.latency.p95),
        seconds(use.first_chunk.p95),
    ]


def features_table(features: Sequence[FeatureUse]) -> Markup:
    """Use by feature, the dearest first."""
    columns = [Column("Feature"), Column("Cost", _NUMBER), Column("", _BAR), Column("Calls", _NUMBER),
               Column("Errors", _NUMBER)]  # fmt: skip
    largest = max((use.cost for use in features), default=0.0)
    rows: list[list[Child]] = [
        [use.feature, money(use.cost), _bar(use.cost, largest), whole(use.calls), _errors(use.errors, use.calls)]
        for use in features[:_MOST_ROWS]
    ]
    return _table("By feature", columns, rows, len(features))


def users_table(users: Sequence[UserUse]) -> Markup:
    """Users by cost, estimated from stored spans."""
    columns = [Column("User"), Column("Cost", _NUMBER), Column("", _BAR), Column("Calls", _NUMBER),
               Column("Tokens", _NUMBER)]  # fmt: skip
    largest = max((use.cost for use in users), default=0.0)
    rows: list[list[Child]] = [
        [use.user, money(use.cost), _bar(use.cost, largest), whole(use.calls), compact(use.tokens)] for use in users
    ]
    return _table("Users by cost", columns, rows, len(users))


def calls_table(title: str, calls: Sequence[StoredSpan], shown: frozenset[str]) -> Markup:
    """Single calls; those whose trace is on the page link to it."""
    columns = [Column("Call"), Column("Started"), Column("Tokens", _NUMBER), Column("Cost", _NUMBER),
               Column("Time", _NUMBER)]  # fmt: skip
    return _table(title, columns, [_call_row(call, shown) for call in calls], len(calls))


def _call_row(call: StoredSpan, shown: frozenset[str]) -> list[Child]:
    name: Child = call.model or call.name
    if call.trace_id in shown:
        name = tag("a", name, href=f"#t-{call.trace_id}")
    noted = ", ".join(marks(call))
    tokens = (call.input_tokens or 0) + (call.output_tokens or 0)
    return [
        [name, tag("span", noted, class_="under") if noted else None],
        tag("span", moment(call.start_ns)[5:16], class_="mute when-cell"),
        compact(tokens) if tokens else NOTHING,
        money(call.cost),
        seconds(call.seconds),
    ]


def counts_table(
    title: str,
    counts: Mapping[str, int],
    of: int | None = None,
    failing: frozenset[str] = frozenset(),
    tone: str = "accent",
) -> Markup:
    """Counts by kind, the largest first, as shares of a whole where it is given; those in `failing` are red."""
    columns = [Column("Kind"), Column("", _BAR), Column("Count", _NUMBER)]
    columns += [Column("Share", _NUMBER)] if of else []
    largest = max(counts.values(), default=0)
    rows: list[list[Child]] = []
    for name, count in list(counts.items())[:_MOST_ROWS]:
        row: list[Child] = [name or "unknown", _bar(count, largest, "bad" if name in failing else tone), whole(count)]
        rows.append([*row, percent(count / of)] if of else row)
    return _table(title, columns, rows, len(counts))


def _table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Child]], count: int) -> Markup:
    head = [tag("th", column.title, scope="col", class_=column.class_) for column in columns]
    body = [
        tag("tr", [_cell(column, index, cell) for index, (column, cell) in enumerate(zip(columns, row, strict=True))])
        for row in rows
    ]
    more = tag("p", f"and {plural(count - len(rows), 'more')}", class_="note") if count > len(rows) else None
    table = tag("table", tag("caption", title), tag("thead", tag("tr", head)), tag("tbody", body))
    return tag("div", table, more, class_="scroll")


def _cell(column: Column, index: int, content: Child) -> Markup:
    if index == 0:
        return tag("th", content, scope="row")
    return tag("td", content, class_=column.class_)


def _bar(value: float, largest: float, tone: str = "accent") -> Markup | None:
    """A bar as long as the value is to the largest one; decoration, as the figure stands beside it."""
    if largest <= 0 or value <= 0:
        return None
    bar = tag("rect", width=max(1.0, value / largest * 100), height=8, class_=tone)
    return tag("svg", bar, viewBox="0 0 100 8", preserveAspectRatio="none", aria_hidden="true")


def _errors(errors: int, calls: int) -> Child:
    if not errors:
        return tag("span", "0", class_="mute")
    return tag("span", f"{whole(errors)} ({percent(errors / calls)})" if calls else whole(errors), class_="bad-text")


def _unpriced(count: int) -> Markup | None:
    return tag("span", f" {whole(count)} unpriced", class_="mute") if count else None
