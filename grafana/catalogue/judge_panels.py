"""Panels about the judge: what it finds, how much it reads, what it costs; and what it could not read."""

from __future__ import annotations

from catalogue.drill_down import attribute, calls, judged, spans, traces
from catalogue.figures import counted, named, noticed_by, noticed_each, or_zero, ratio
from catalogue.judging import BLIND, FAILS, FAULT, REASON
from catalogue.palette import BAND, GOOD, SEVERE
from catalogue.panels import About, Limits, bars, lines, number, ranking
from catalogue.promql import FEATURE, MODEL, SERVICE, comma
from catalogue.tables import Column, rows, trace_list
from catalogue.target import PromQL

__all__ = ["FINDINGS", "NOT_JUDGED"]

_FAULTS_OF = "span.spanwise.judge.faults"
_FAULTY_OF_SERIES = traces(
    "Traces with ${__series.name}", judged(calls(), f'{_FAULTS_OF}="${{__field.labels.{FAULT}}}"')
)
_FAULTY_OF_ROW = traces(
    "Traces of this row",
    judged(calls(f'{attribute(MODEL)}="${{__data.fields.{MODEL}}}"'), f'{_FAULTS_OF}="${{__data.fields.{FAULT}}}"'),
)
_JUDGED = traces("Traces that were judged", judged(calls(), "span.spanwise.judge.model != nil"))
_ARRIVED = traces("Traces that arrived", spans())
_SPENT_JUDGING = counted("judge_cost_usd")
_SPENT = f"sum ({counted('cost_usd', comma(SERVICE))} and {counted('judge_cost_usd', comma(SERVICE))})"

_FAULTS = bars(
    "Faults found by the judge",
    "reqpm",
    About(
        "Calls per minute in which the judge, a model that reads a sample of them, found a fault, by fault.",
        "It understands what patterns cannot: an order in a language nobody wrote a rule for, an answer that harms.",
        "Click a bar for the traces: below the call is a span `judge`, and its events say why.",
    ),
    PromQL(f"{noticed_by('judged', FAULT, FAILS)} or 0 * {noticed_by('judged', FAULT)}", f"{{{{{FAULT}}}}}"),
    colours={"prompt_injection": "orange", "system_prompt_leak": SEVERE, "harmful_content": "purple"},
    none="Nothing judged",
    links=(_FAULTY_OF_SERIES,),
)
_SHARE = ranking(
    "Judged calls with a fault",
    "percentunit",
    About(
        "Share of the calls judged in the time shown that have a fault, by fault.",
        "Traces are drawn by chance: the same share of all calls has it, within what few calls can tell.",
        "From 5 % on, and three calls in half an hour, an alert fires. Read some before you believe the judge.",
    ),
    PromQL(ratio(noticed_each("judged", FAULT, FAILS), noticed_each("judged", FAULT)), f"{{{{{FAULT}}}}}", "instant"),
    none="Nothing judged",
    limits=Limits(0.02, 0.05),
    decimals=1,
    links=(_FAULTY_OF_SERIES,),
    width=6,
)
_COST = number(
    "What judging costs",
    "currencyUSD",
    About(
        "What the judge cost in the time shown, what the judged services spent on their own calls, and the one as a "
        "share of the other.",
        "The judge is paid like any model, and its spend is no part of the application's.",
        "Too much: judge a smaller share, or with a smaller model. The judge's is shown whatever model or feature you "
        "choose.",
    ),
    PromQL(_SPENT_JUDGING, "judge", "instant"),
    PromQL(_SPENT, "application", "instant"),
    PromQL(f"{_SPENT_JUDGING} / ({_SPENT} > 0)", "share", "instant"),
    units={"share": "percentunit"},
    none="Nothing judged",
    decimals=2,
    links=(_JUDGED,),
    width=6,
    height=8,
)
_CALLS = lines(
    "Judged and left out",
    "reqpm",
    About(
        "Calls per minute that were judged, and those that were to be and were not, by reason.",
        "What is left out may hold anything. `budget`, `rate`, `queue`, `too_long` are limits, `shutdown` the end of a "
        "process, the others are faults.",
        "Much left out: raise that limit, or judge a smaller share. Faults: the application's log has the first one.",
    ),
    PromQL("60 * sum (genai:service:judged:rate5m)", "judged"),
    PromQL(f"60 * sum by ({REASON}) (genai:judge_skipped:rate5m) > 0", f"left out: {{{{{REASON}}}}}"),
    colours={"judged": GOOD},
    stacked=True,
    none="Nothing judged",
    least=1,
    links=(_JUDGED,),
)
_PLACES = rows(
    "Faults by model and feature",
    About(
        "Faults that the judge found in the time shown, by service, feature, model and fault.",
        "One feature with most of them has an open door; one model with most of them gives in more easily.",
        "Click a row for its traces. Screening flagged them too? Then patterns and judge agree; else read the reason.",
    ),
    (
        Column("service_name", "Service", width=85),
        Column(FEATURE, "Feature", width=110),
        Column(MODEL, "Model", width=185),
        Column(FAULT, "Fault", width=140),
        Column("Value", "Calls", "short", decimals=0, width=130, bar=True),
    ),
    PromQL(
        named(noticed_each("judged", f"service_name, {FEATURE}, {MODEL}, {FAULT}", FAILS), FEATURE, "no feature")
        + " > 0",
        shape="rows",
    ),
    none="No faults found",
    sort="Calls",
    links=(_FAULTY_OF_ROW,),
    width=12,
)
_READ = trace_list(
    "Judged calls to read",
    About(
        "The newest traces with a call in which the judge found a fault.",
        "A judge is a model and may be wrong: its reason beside the call settles it.",
        "Click one, and look at the events of the span `judge`: fault, score, reason.",
    ),
    judged(calls(), f"{_FAULTS_OF} != nil"),
    none="No faults found",
    height=7,
)

NOT_JUDGED = bars(
    "Calls not judged",
    "cpm",
    About(
        "Calls per minute that the judge was to read and that were not judged, by reason.",
        "`unavailable`, `unreadable`, `unpriced` and `redaction` are faults: nobody knows what these calls hold.",
        "Most of them for such a reason is an alert. `budget`, `rate`, `queue`, `too_long` are limits.",
    ),
    PromQL(
        or_zero(noticed_by("judge_skipped", REASON), REASON, "0 * sum (genai:service:judged:rate5m)"),
        f"{{{{{REASON}}}}}",
    ),
    colours={"none": BAND} | dict.fromkeys(BLIND, SEVERE),
    links=(_ARRIVED,),
    width=7,
    height=6,
)

FINDINGS = (_FAULTS, _SHARE, _COST, _CALLS, _PLACES, _READ)
"""For the security dashboard."""
