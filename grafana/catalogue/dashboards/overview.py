"""Is it all right? If not: since when, for whom, what kind."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, other, runbook, traces, traces_of_bar, traces_of_row, traces_of_series
from catalogue.figures import (
    BASELINE_BAND,
    against_baseline,
    exemplar_quantile,
    named,
    noticed,
    of_usual,
    per_hour,
    quantile,
    ratio,
)
from catalogue.palette import BAND, OUTCOMES, PRIORITIES, QUANTILES
from catalogue.panels import About, Limits, bars, lines, number, ranking
from catalogue.promql import FAILED, any_of
from catalogue.tables import Column, rows
from catalogue.target import PromQL, TraceQL

_ALL = traces("Traces of all calls", calls())
_FAILED = traces("Traces of failed calls", calls(f'span.spanwise.outcome=~"{any_of(FAILED)}"'))
_SLOW = traces("Traces slower than 8 s", calls("duration > 8s"))
_COSTLY = traces("The costly traces", calls("span.spanwise.cost.amount > 0.01"))
_FLAGGED = traces("Traces of flagged calls", calls("span.spanwise.screen.flagged=true"))

_REQUESTS = number(
    "Requests",
    "reqps",
    About(
        "Calls to models per second over five minutes, and how that compares with this hour of the days before.",
        "No calls, or far more than usual, comes before every other symptom.",
        "Below usual: look at the application and its deployments first. Above: see cost and users.",
    ),
    PromQL("sum (genai:calls:rate5m)", "now"),
    of_usual("genai:service:calls:rate5m", "calls"),
    units={"of usual": "percentunit"},
    links=(_ALL, other("Performance", "performance")),
)
_ERRORS = number(
    "Error rate",
    "percentunit",
    About(
        "Share of calls over five minutes that brought no answer; calls that users left are not counted.",
        "Above 5 % people notice; the error budget of 1 % is spent five times too fast.",
        "Open the traces of failed calls, then see below which kind it is and which provider.",
    ),
    PromQL(ratio("sum (genai:errors:rate5m)", "sum (genai:calls:rate5m)"), "errors"),
    limits=Limits(0.01, 0.05),
    links=(_FAILED, other("Service level", "slo")),
)
_P95 = number(
    "p95 latency",
    "s",
    About(
        "Nineteen of twenty calls took less than this, over five minutes, from request to last byte.",
        "It is what the slowest twentieth of your users waits at least.",
        "Above 8 s: see whether one model or all are slow, on the performance dashboard.",
    ),
    PromQL(quantile(0.95, "duration"), "p95"),
    limits=Limits(5, 8),
    links=(_SLOW, other("Performance", "performance")),
)
_FIRST_CHUNK = number(
    "First chunk p95",
    "s",
    About(
        "How long nineteen of twenty streamed answers took at most until their first chunk.",
        "In a chat this is the wait that people feel; the rest they read along.",
        "Above 3 s: the provider queues, or prompts grew; compare with input tokens per call.",
    ),
    PromQL(quantile(0.95, "first_chunk"), "p95"),
    limits=Limits(1.5, 3),
    none="No streams",
    links=(traces("Traces of slow first chunks", calls("span.gen_ai.response.time_to_first_chunk > 3")),),
)
_SPEND = number(
    "Spend per hour",
    "currencyUSD",
    About(
        "What an hour costs at the pace of the last five minutes, and how that compares with this hour of other days.",
        "A loop, a leaked key or a larger model shows here within minutes, on the invoice after weeks.",
        "Far above usual: the cost dashboard names the model, the feature and the user.",
    ),
    PromQL(per_hour("genai:cost_usd:rate5m"), "now"),
    of_usual("genai:service:cost_usd:per_hour", "cost_per_hour"),
    units={"of usual": "percentunit"},
    none="No priced calls",
    links=(_COSTLY, other("Cost", "cost")),
)
_FLAGS = number(
    "Flagged calls",
    "short",
    About(
        "Calls that screening flagged in the time shown: prompt injection, jailbreak, leaks and others.",
        "Single ones are daily noise of a public application; a surge is somebody at work.",
        "Open the traces; a leaked system prompt is always worth a look.",
    ),
    PromQL(noticed("flagged"), "flagged"),
    limits=Limits(1),
    decimals=0,
    links=(_FLAGGED, other("Security", "security")),
)
_BASELINE = lines(
    "Requests against baseline",
    "reqps",
    About(
        "Calls per second of the chosen services that have a day of history (of all, if none has), and the usual band.",
        "Outside of the band traffic is not what it was at this time on the days before.",
        "A drop to nothing: is the application up, does its telemetry arrive (pipeline)? A spike: who (active users)?",
    ),
    *against_baseline("genai:service:calls:rate5m", "calls", "requests"),
    colours={"requests": "#5794F2", "expected": BAND},
    band=BASELINE_BAND,
    links=(_ALL,),
)
_ALERTS = rows(
    "Firing alerts",
    About(
        "Alerts that fire now for the chosen services and for the monitoring itself, and for how long.",
        "It is the list to work through, most urgent first.",
        "Each alert has a runbook: open it by the link in its row.",
    ),
    (
        Column("priority", "Priority", width=80, colours=PRIORITIES),
        Column("alertname", "Alert"),
        Column("service_name", "Service", width=130),
        Column("Value", "For", "dtdurations", decimals=0, width=110),
    ),
    PromQL(
        named(
            "max by (priority, alertname, service_name) ((time() - ALERTS_FOR_STATE) and ignoring (alertstate) "
            'ALERTS{alertstate="firing", priority=~"P.", service_name=~"$service|"})',
            "service_name",
            "monitoring",
        ),
        shape="rows",
    ),
    none="Nothing fires",
    sort="Priority",
    links=(runbook(), traces_of_row("service_name")),
    descending=False,
    width=12,
)
_LATENCY = lines(
    "Latency",
    "s",
    About(
        "Median, 95th and 99th percentile of the duration of calls; each point on the graph is one trace.",
        "A median that rises is everybody's problem; only a p99 that rises is a few long answers or retries.",
        "Click a point for its trace; by model it is on the performance dashboard.",
    ),
    PromQL(quantile(0.5, "duration"), "p50"),
    exemplar_quantile(0.95, "duration", "p95"),
    PromQL(quantile(0.99, "duration"), "p99"),
    colours=QUANTILES,
    links=(_SLOW, other("Performance", "performance")),
)
_KINDS = bars(
    "Errors by kind",
    "reqps",
    About(
        "Calls per second that brought no answer, by how they ended.",
        "The kind says whose turn it is: rate limits are quota, auth is a key, unavailable is the provider.",
        "Click a bar for the traces of that kind; the runbook of its alert has the next steps.",
    ),
    PromQL("sum by (spanwise_outcome) (genai:errors:rate5m)", "{{spanwise_outcome}}"),
    colours={outcome: OUTCOMES[outcome] for outcome in FAILED},
    none="No errors",
    links=(traces_of_series("spanwise_outcome"),),
)
_BURN = lines(
    "Spend against baseline",
    "currencyUSD",
    About(
        "US dollars per hour of chosen services with a day of history (of all, if none has any), and its usual band.",
        "Money that burns faster than usual, although requests do not grow, is a larger model or longer prompts.",
        "See cost per call and tokens per call on the cost dashboard.",
    ),
    *against_baseline("genai:service:cost_usd:per_hour", "cost_per_hour", "spend per hour"),
    colours={"spend per hour": "#73BF69", "expected": BAND},
    band=BASELINE_BAND,
    none="No priced calls",
    links=(_COSTLY, other("Cost", "cost")),
)
_USERS = ranking(
    "Most active users",
    "short",
    About(
        "Calls by user in the time shown, the ten with the most, counted on the traces that sampling kept.",
        "One user far ahead of all others is a script, a loop or an attack.",
        "Click a bar for the user's traces. Sampled traces show who, not exactly how many.",
    ),
    TraceQL(f"{calls('span.user.id != nil')} | count_over_time() by (span.user.id)"),
    none="No users in the traces",
    links=(traces_of_bar("span.user.id"),),
    width=6,
)
_ACTIVE = lines(
    "Active users",
    "short",
    About(
        "Distinct users whose calls ended in the last five minutes, by service; within about 2 %.",
        "Requests that rise with the users are success, without them a loop, a retry storm or one user's script.",
        "Rises alone: see who, on the left. Each process counts by itself: whom two of them serve counts twice.",
    ),
    PromQL("sum by (service_name) (spanwise_client_active_users)", "{{service_name}}"),
    none="No users are told",
    least=5,
    links=(traces("Traces with a user", calls("span.user.id != nil")),),
    width=6,
)

DASHBOARD = Dashboard(
    "GenAI overview",
    "Is it all right? Traffic, errors, latency, spend and security of every call to a model, at a glance.",
    (
        Row("Is it all right?", (_REQUESTS, _ERRORS, _P95, _FIRST_CHUNK, _SPEND, _FLAGS)),
        Row("What is going on", (_BASELINE, _ALERTS, _KINDS, _LATENCY, _BURN, _USERS, _ACTIVE)),
    ),
)
