"""The report's page: headline figures, charts, tables and traces, put together."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files

from spanwise.exporters.figures import compact, moment, money, percent, plural, seconds, whole
from spanwise.exporters.report.charts import Bars, Line, Share, bar_chart, line_chart, share_bar, sparkline
from spanwise.exporters.report.data import ReportData
from spanwise.exporters.report.markup import Child, Markup, join, tag
from spanwise.exporters.report.tables import calls_table, counts_table, features_table, models_table, users_table
from spanwise.exporters.report.waterfall import trace_list
from spanwise.exporters.rows import FINE_OUTCOMES
from spanwise.exporters.summary import Summary, Tokens
from spanwise.exporters.timeline import Timeline

__all__ = ["render_page"]

_TRACES_CHARACTERS = 2_000_000
_SECTIONS = {
    "overview": "Overview",
    "time": "Over time",
    "use": "Cost and use",
    "errors": "Errors and safety",
    "traces": "Traces",
    "pipeline": "Pipeline",
}


def render_page(data: ReportData, title: str | None = None) -> str:
    """The report as one HTML document without scripts and without a reference to anything outside."""
    heading = title or ", ".join(data.summary.services) or "LLM calls"
    style = files("spanwise.exporters.report").joinpath("style.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{heading}: Spanwise report"),
        tag("style", Markup(style)),
    )
    body = tag("body", tag("a", "Skip to the figures", href="#overview", class_="skip"), _header(data.summary, heading),
               _navigation(), _main(data), _footer(data.summary))  # fmt: skip
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _policy(style: str) -> str:
    """Nothing may be loaded, run or sent; the one style sheet is allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _header(summary: Summary, heading: str) -> Markup:
    mark = tag(
        "svg",
        tag("rect", x=1, y=3, width=16, height=3, rx=1.5, class_="accent"),
        tag("rect", x=4, y=8, width=9, height=3, rx=1.5, class_="accent-2"),
        tag("rect", x=8, y=13, width=7, height=3, rx=1.5, class_="accent"),
        viewBox="0 0 18 18",
        aria_hidden="true",
    )
    return tag(
        "header",
        tag("div", mark, "Spanwise report", class_="brand"),
        tag("h1", heading),
        tag("p", _window(summary), class_="window"),
    )


def _window(summary: Summary) -> str:
    if summary.first_ns is None or summary.last_ns is None:
        return "Nothing stored yet"
    long = seconds((summary.last_ns - summary.first_ns) / 1e9)
    who = f", {plural(summary.processes, 'process', 'processes')}" if summary.processes else ""
    return f"{moment(summary.first_ns)} to {moment(summary.last_ns)} ({long}){who}"


def _navigation() -> Markup:
    links = [tag("li", tag("a", name, href=f"#{anchor}")) for anchor, name in _SECTIONS.items()]
    return tag("nav", tag("ul", links), aria_label="Sections")


def _main(data: ReportData) -> Markup:
    content = {
        "overview": _overview(data),
        "time": _over_time(data.timeline),
        "use": _use(data),
        "errors": _errors_and_safety(data.summary),
        "traces": _traces(data),
        "pipeline": _pipeline(data.summary),
    }
    sections = [
        tag("section", tag("h2", _SECTIONS[anchor], id=f"h-{anchor}"), inside, id=anchor, aria_labelledby=f"h-{anchor}")
        for anchor, inside in content.items()
    ]
    return tag("main", sections)


def _overview(data: ReportData) -> Child:
    summary, steps = data.summary, data.timeline.steps
    tokens = summary.tokens
    per_call = money(summary.cost / max(1, summary.calls - summary.unpriced_calls))
    failed = plural(summary.errors, "call") + " of " + whole(summary.calls)
    latency, first = summary.latency, summary.first_chunk
    error_shares = [step.errors / (step.calls or 1) for step in steps]
    tiles = [
        _tile("Calls", whole(summary.calls), _rate(summary), sparkline([step.calls for step in steps])),
        _tile("Error rate", percent(summary.error_share), failed, sparkline(error_shares, "bad"),
              bad=summary.error_share >= 0.05),
        _tile("Cost", money(summary.cost), f"{per_call} a call", sparkline([step.cost for step in steps])),
        _tile("Tokens", compact(tokens.total), f"{compact(tokens.input)} in, {compact(tokens.output)} out",
              sparkline([step.tokens for step in steps])),
        _tile("Latency p95", seconds(latency.p95), f"p50 {seconds(latency.p50)}, p99 {seconds(latency.p99)}",
              sparkline([step.latency.quantile(0.95) for step in steps])),
        _tile("First chunk p95", seconds(first.p95), f"p50 {seconds(first.p50)}, p99 {seconds(first.p99)}",
              sparkline([step.first_chunk.quantile(0.95) for step in steps])),
    ]  # fmt: skip
    return [tag("dl", tiles, class_="tiles"), _notices(summary)]


def _tile(name: str, value: str, sub: str, spark: Markup | None, bad: bool = False) -> Markup:
    return tag(
        "div",
        tag("dt", name),
        tag("dd", value, class_="value bad" if bad else "value"),
        tag("dd", sub, class_="sub"),
        spark or tag("div", class_="blank"),
        class_="tile",
    )


def _rate(summary: Summary) -> str:
    if not summary.calls or summary.first_ns is None or summary.last_ns is None:
        return "none yet"
    length = (summary.last_ns - summary.first_ns) / 1e9
    if length < 60:
        return f"in {seconds(length)}"
    rate = summary.calls / length * 60
    return f"{rate:.3g} a minute" if rate >= 1 else f"{rate * 60:.3g} an hour"


def _notices(summary: Summary) -> Markup | None:
    health = summary.health
    found = [
        (not summary.has_metrics, "No metrics are stored, so counts are missing. Set OTEL_METRICS_EXPORTER=spanwise."),
        (not summary.stored_spans, "No traces are stored. Set OTEL_TRACES_EXPORTER=spanwise."),
        (
            summary.unpriced_calls,
            f"{plural(summary.unpriced_calls, 'call')} without a known price are not in the cost.",
        ),
        (summary.estimated, f"{plural(summary.estimated, 'call')} with estimated tokens: the provider gave none."),
        (health.dropped, f"{plural(sum(health.dropped.values()), 'span')} lost on the way."),
        (health.content_dropped, f"{plural(health.content_dropped, 'span')} without content: redaction failed."),
        (health.internal_errors, f"{plural(sum(health.internal_errors.values()), 'internal error')}; see Pipeline."),
    ]
    shown = [tag("li", words) for present, words in found if present]
    return tag("ul", shown, class_="notices") if shown else None


def _over_time(timeline: Timeline) -> Child:
    steps = timeline.steps
    if not steps:
        return _panel(None, _empty("The course of the figures appears after a few calls."), wide=True)
    calls = [
        Bars("ok", "accent", [step.calls - step.errors for step in steps]),
        Bars("errors", "bad", [step.errors for step in steps]),
    ]
    latency = [
        Line("p50", "accent-2", [step.latency.quantile(0.5) for step in steps]),
        Line("p95", "accent", [step.latency.quantile(0.95) for step in steps]),
    ]
    chunks = [
        Line("p50", "accent-2", [step.first_chunk.quantile(0.5) for step in steps]),
        Line("p95", "accent", [step.first_chunk.quantile(0.95) for step in steps]),
    ]
    panels = [
        _panel("Calls and errors", bar_chart(timeline, calls, compact)),
        _panel("Latency", line_chart(timeline, latency)),
        _panel("Cost", bar_chart(timeline, [Bars("cost", "accent", [step.cost for step in steps])], money)),
        _panel("Time to first chunk", line_chart(timeline, chunks)),
    ]
    return [tag("div", panels, class_="grid"), tag("p", _about_steps(timeline), class_="note")]


def _about_steps(timeline: Timeline) -> str:
    width = f"One step is {seconds(timeline.width_ns / 1e9)}."
    if not timeline.from_spans:
        return width
    return f"{width} The run was short, so its course is estimated: stored calls, each weighted by its sampling."


def _use(data: ReportData) -> Child:
    summary = data.summary
    if not summary.models and not data.slowest:
        return _panel(None, _empty("No call has been counted yet."), wide=True)
    shown = frozenset(trace.line.trace_id for trace in data.traces)
    users = users_table(data.users) if data.users else _empty("Set user.id on your requests to see cost by user.")
    beside = [
        _panel("Tokens by kind", _token_shares(summary.tokens)),
        _panel(None, features_table(summary.features)) if summary.features else None,
    ]
    panels = [
        _panel(None, models_table(summary) if summary.models else _empty("No metrics, no sums by model."), wide=True),
        _panel(None, users),
        tag("div", beside, class_="column"),
        _panel(None, calls_table("Most expensive calls", data.dearest, shown)) if data.dearest else None,
        _panel(None, calls_table("Slowest calls", data.slowest, shown)) if data.slowest else None,
    ]
    return [tag("div", panels, class_="grid"), tag("p", _about_spans(summary), class_="note")]


def _about_spans(summary: Summary) -> str:
    return (
        f"Users and single calls come from {plural(summary.stored_spans, 'stored span')}: sampling keeps a part of the "
        "traces, and each kept call stands for as many as its spanwise.sampling.weight says."
    )


def _token_shares(tokens: Tokens) -> Child:
    plain = max(0, tokens.input - tokens.cache_read - tokens.cache_write)
    shares = [
        Share("input", "accent", plain),
        Share("input from cache", "accent-2", tokens.cache_read),
        Share("input to cache", "accent-3", tokens.cache_write),
        Share("output", "ink", max(0, tokens.output - tokens.reasoning)),
        Share("output, reasoning", "rest", tokens.reasoning),
    ]
    shares = [share for share in shares if share.value]
    if not shares:
        return _empty("No tokens have been counted yet.")
    label = ", ".join(f"{share.name} {whole(share.value)}" for share in shares)
    rows = [
        (tag("dt", tag("i", class_=share.tone), share.name), tag("dd", whole(share.value), class_="n"))
        for share in shares
    ]
    return [share_bar(shares, label), tag("dl", rows, class_="facts legend-facts")]


def _errors_and_safety(summary: Summary) -> Child:
    failing = frozenset(summary.outcomes) - FINE_OUTCOMES
    outcomes = counts_table("Outcomes", summary.outcomes, summary.calls, failing) if summary.outcomes else None
    panels = [
        _panel(None, outcomes or _empty("No call has been counted yet.")),
        _counts("Errors by type", summary.error_types, "bad", "No call has failed."),
        _counts("Flagged by screening", summary.flagged, "warn", "Screening has flagged no call."),
        _counts("Over their limits", summary.abuse, "warn", "Nobody went over a limit."),
        _counts("Redacted values by type", summary.redacted, "accent", "Nothing had to be redacted."),
        *_judging(summary),
    ]
    retried = plural(summary.retries, "attempt")
    note = tag("p", f"{retried} failed and were tried again by the SDK.", class_="note") if summary.retries else None
    return [tag("div", panels, class_="grid"), note]


def _judging(summary: Summary) -> Iterator[Markup]:
    if summary.judgements:
        judged = max(one.judged for one in summary.judgements)
        title = f"Faults found by the judge in {plural(judged, 'call')}, for {money(summary.judge_cost)}"
        found = {one.fault: one.failed for one in summary.judgements if one.failed}
        yield _counts(title, found, "warn", "It found none.")
    if summary.judge_skipped:
        yield _panel(None, counts_table("Calls not judged, by reason", summary.judge_skipped, tone="warn"))


def _counts(title: str, counts: Mapping[str, int], tone: str, none: str) -> Markup:
    return _panel(None, counts_table(title, counts, tone=tone)) if counts else _panel(title, _empty(none))


def _traces(data: ReportData) -> Child:
    if not data.traces:
        return _panel(None, _empty("No traces yet. Run the application under opentelemetry-instrument."), wide=True)
    words = (
        "Failed, flagged, most expensive, slowest and newest. Open one to see its spans, and a span for its attributes."
    )
    return [
        tag("p", f"{words} Content is shown as it was stored, after redaction.", class_="note lead-in"),
        trace_list(data.traces, _TRACES_CHARACTERS),
    ]


def _pipeline(summary: Summary) -> Child:
    health = summary.health
    facts = {
        "Spans in": whole(health.spans),
        "Left out by sampling": whole(health.sampled_out),
        "Merged as duplicates": whole(health.merged),
        "Lost": whole(sum(health.dropped.values())),
        "Sent without content": whole(health.content_dropped),
        "Not fully readable calls": whole(health.unparsed),
        "Processed on the caller": whole(health.inline),
        "Stored here": f"{plural(summary.stored_spans, 'span')} in {plural(summary.stored_traces, 'trace')}",
    }
    rows = [(tag("dt", name), tag("dd", value)) for name, value in facts.items()]
    panels = [
        _panel("Spans", tag("dl", rows, class_="facts")),
        _counts("Traces kept, by reason", health.kept_traces, "accent", "No trace has been sampled yet."),
    ]
    for title, counts in (("Spans lost, by reason", health.dropped), ("Internal errors", health.internal_errors)):
        if counts:
            panels.append(_panel(None, counts_table(title, counts, tone="bad")))
    return tag("div", panels, class_="grid")


def _footer(summary: Summary) -> Markup:
    return tag(
        "footer",
        tag("p", "Counts, cost and percentiles come from metrics, which are recorded before sampling. Percentiles are "
                 "interpolated from histogram buckets. Times are local to the machine that wrote this page."),
        tag("p", "From ", tag("span", str(summary.path), class_="mono")),
    )  # fmt: skip


def _panel(title: str | None, content: Child, wide: bool = False) -> Markup:
    heading = tag("h3", title) if title else None
    return tag("div", heading, content, class_="panel wide" if wide else "panel")


def _empty(words: str) -> Markup:
    return join(tag("p", words, class_="empty"))
