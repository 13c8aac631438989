"""The summary as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from spanwise.exporters.figures import NOTHING, compact, moment, money, percent, plural, seconds, whole
from spanwise.exporters.rows import FINE_OUTCOMES
from spanwise.exporters.summary import Health, Latency, Summary
from spanwise.exporters.terminal import Paint, columns, safe

__all__ = ["render_summary"]

_MOST_ROWS = 12
_INDENT = "  "


def render_summary(summary: Summary, colour: bool = False) -> str:
    """The summary as plain text, about thirty lines; ANSI colours only if asked for."""
    paint = Paint(colour)
    lines = _head(summary, paint)
    if summary.empty:
        lines += ["", *_nothing_yet(summary)]
    else:
        lines += _headline(summary, paint)
        for title, rows in _sections(summary):
            lines += ["", paint(title, "bold"), *(_INDENT + row for row in rows)]
        lines += _warnings(summary, paint)
    return "\n".join(lines) + "\n"


def _head(summary: Summary, paint: Paint) -> list[str]:
    names = ", ".join(safe(name) for name in summary.services)
    lines = [paint("Spanwise", "bold", "cyan") + paint(f"  {safe(summary.path)}", "dim")]
    if summary.first_ns is not None and summary.last_ns is not None:
        long = seconds((summary.last_ns - summary.first_ns) / 1e9)
        window = f"{moment(summary.first_ns)} to {moment(summary.last_ns)} ({long})"
        who = plural(summary.processes, "process", "processes") if summary.processes else ""
        lines.append(paint(", ".join(part for part in (window, who, names) if part), "dim"))
    return lines


def _nothing_yet(summary: Summary) -> list[str]:
    if summary.since_ns is not None:
        return [f"No GenAI call since {moment(summary.since_ns)}. Ask for a longer time."]
    return ["No GenAI call yet. Run the application under `opentelemetry-instrument` and call a model."]


def _headline(summary: Summary, paint: Paint) -> list[str]:
    errors = f"{whole(summary.errors)} ({percent(summary.error_share)})"
    cells = [
        ("calls", whole(summary.calls)),
        ("errors", paint(errors, "red") if summary.errors else errors),
        ("cost", money(summary.cost)),
        ("tokens", compact(summary.tokens.total)),
        ("p95", seconds(summary.latency.p95)),
    ]
    return ["", "   ".join(f"{paint(name, 'dim')} {paint(value, 'bold')}" for name, value in cells)]


def _sections(summary: Summary) -> list[tuple[str, list[str]]]:
    sections = [
        ("Latency", _latency(summary)),
        ("Models", _models(summary)),
        ("Tokens", _tokens(summary)),
        ("Features", _features(summary)),
        ("Outcomes", _outcomes(summary)),
        ("Safety", _safety(summary)),
        ("Pipeline", _pipeline(summary)),
    ]
    return [(title, rows) for title, rows in sections if rows]


def _latency(summary: Summary) -> list[str]:
    rows = [("", "p50", "p95", "p99")]
    named = (("total", summary.latency), ("first chunk", summary.first_chunk))
    rows += [(name, *_percentiles(found)) for name, found in named if found.count]
    return columns(rows, "<>>>") if len(rows) > 1 else []


def _percentiles(latency: Latency) -> tuple[str, str, str]:
    return seconds(latency.p50), seconds(latency.p95), seconds(latency.p99)


def _models(summary: Summary) -> list[str]:
    rows = [("", "calls", "errors", "input", "output", "cost", "p50", "p95", "")]
    for use in summary.models[:_MOST_ROWS]:
        rows.append(
            (
                safe(f"{use.provider} {use.model}".strip()),
                whole(use.calls),
                whole(use.errors),
                compact(use.tokens.input),
                compact(use.tokens.output),
                money(use.cost) if use.cost or not use.unpriced else NOTHING,
                seconds(use.latency.p50),
                seconds(use.latency.p95),
                f"{whole(use.unpriced)} without a price" if use.unpriced else "",
            )
        )
    return [*columns(rows, "<>>>>>>><"), *_more(len(summary.models))] if summary.models else []


def _features(summary: Summary) -> list[str]:
    rows = [("", "calls", "errors", "cost")]
    rows += [(safe(f.feature), whole(f.calls), whole(f.errors), money(f.cost)) for f in summary.features[:_MOST_ROWS]]
    return [*columns(rows, "<>>>"), *_more(len(summary.features))] if summary.features else []


def _more(count: int) -> list[str]:
    return [f"and {count - _MOST_ROWS} more"] if count > _MOST_ROWS else []


def _tokens(summary: Summary) -> list[str]:
    tokens = summary.tokens
    kinds = {
        "input": tokens.input,
        "  from cache": tokens.cache_read,
        "  to cache": tokens.cache_write,
        "output": tokens.output,
        "  reasoning": tokens.reasoning,
    }
    rows = [(name, whole(count)) for name, count in kinds.items() if count]
    return columns(rows, "<>")


def _outcomes(summary: Summary) -> list[str]:
    bad = {outcome: count for outcome, count in summary.outcomes.items() if outcome != "ok"}
    rows = [
        (
            safe(outcome),
            whole(count),
            percent(count / summary.calls),
            "" if outcome not in FINE_OUTCOMES else "no error",
        )
        for outcome, count in bad.items()
    ]
    lines = columns(rows, "<>><")
    if summary.error_types:
        lines.append("error types: " + _pairs(summary.error_types))
    if summary.retries:
        lines.append(f"{plural(summary.retries, 'attempt')} failed and were tried again")
    return lines


def _safety(summary: Summary) -> list[str]:
    lines: list[str] = []
    if summary.flagged:
        lines.append(f"flagged calls: {_pairs(summary.flagged)}")
    if summary.abuse:
        lines.append(f"over their limits: {_pairs(summary.abuse)}")
    if summary.redacted:
        lines.append(f"redacted values: {_pairs(summary.redacted)}")
    return lines + _judging(summary)


def _judging(summary: Summary) -> list[str]:
    lines: list[str] = []
    if summary.judgements:
        found = ", ".join(
            f"{safe(one.fault)} in {whole(one.failed)} of {whole(one.judged)}" for one in summary.judgements
        )
        lines.append(f"judged calls: {found} ({money(summary.judge_cost)})")
    if summary.judge_skipped:
        lines.append(f"not judged: {_pairs(summary.judge_skipped)}")
    return lines


def _pipeline(summary: Summary) -> list[str]:
    health = summary.health
    lines = _stored(summary)
    if health.spans:
        sampled = f", {whole(health.sampled_out)} left out by sampling" if health.sampled_out else ""
        lines.append(f"{plural(health.spans, 'span')} entered the pipeline{sampled}")
    if health.kept_traces:
        lines.append(f"traces kept: {_pairs(health.kept_traces)}")
    side = {"merged as duplicates": health.merged, "processed on the caller": health.inline}
    lines += [f"{plural(count, 'span')} {what}" for what, count in side.items() if count]
    return lines


def _stored(summary: Summary) -> list[str]:
    if not summary.stored_spans:
        return ["no spans stored here; set OTEL_TRACES_EXPORTER=spanwise to see traces"]
    return [f"{plural(summary.stored_spans, 'span')} in {plural(summary.stored_traces, 'trace')} stored here"]


def _warnings(summary: Summary, paint: Paint) -> list[str]:
    found = _usage_warnings(summary) + _health_warnings(summary.health)
    return ["", *(paint("! ", "yellow") + text for text in found)] if found else []


def _usage_warnings(summary: Summary) -> list[str]:
    found: list[str] = []
    if not summary.has_metrics:
        found.append("No metrics are stored, so counts are missing; set OTEL_METRICS_EXPORTER=spanwise too.")
    if summary.unpriced:
        count = plural(summary.unpriced_calls, "call")
        found.append(f"{count} without a known price are not in the cost: {_pairs(summary.unpriced)}")
    if summary.estimated:
        found.append(f"{plural(summary.estimated, 'call')} with estimated tokens: the provider gave none")
    return found


def _health_warnings(health: Health) -> list[str]:
    found: list[str] = []
    if health.dropped:
        found.append(f"spans lost: {_pairs(health.dropped)}")
    if health.content_dropped:
        found.append(f"{plural(health.content_dropped, 'span')} without content because redaction failed")
    if health.unparsed:
        found.append(f"{plural(health.unparsed, 'call')} could not be read in full")
    if health.internal_errors:
        found.append(f"internal errors: {_pairs(health.internal_errors)}")
    return found


def _pairs(counts: Mapping[str, int]) -> str:
    shown = [f"{safe(name) or 'unknown'} {whole(count)}" for name, count in list(counts.items())[:_MOST_ROWS]]
    return ", ".join(shown + (["…"] if len(counts) > _MOST_ROWS else []))
