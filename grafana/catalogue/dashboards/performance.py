"""How fast calls are, where the time goes, and what retries and caches have to do with it."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, traces, traces_of_row, traces_of_series
from catalogue.figures import BASELINE_BAND, against_baseline, counted, exemplar_quantile, per_hour, quantile, ratio
from catalogue.palette import BAND, QUANTILES
from catalogue.panels import About, Limits, bars, heatmap_of, lines, number, ranking
from catalogue.promql import MODEL, PROVIDER
from catalogue.tables import Column, rows
from catalogue.target import PromQL

_BY_MODEL = f"{{{{{MODEL}}}}}"
_SLOW = traces("Traces slower than 8 s", calls("duration > 8s"))
_MODEL = traces_of_series(MODEL)
_SLOW_OF_MODEL = traces_of_series(MODEL, where=("duration > 5s",))

_RATE = number(
    "Throughput",
    "reqps",
    About(
        "Calls to models per second over five minutes.",
        "Latency means little without it: quantiles of three calls are chance.",
        "Very low: widen the time range before you judge the rest of this page.",
    ),
    PromQL("sum (genai:calls:rate5m)", "calls"),
    links=(traces("Traces of all calls", calls()),),
)
_P50 = number(
    "p50",
    "s",
    About(
        "Half of the calls took less than this, from request to last byte, over five minutes.",
        "When the median rises, everybody waits longer: the model, the region or the length of answers changed.",
        "Compare with tokens per call on the cost dashboard: longer answers take longer.",
    ),
    PromQL(quantile(0.5, "duration"), "p50"),
    limits=Limits(2, 4),
    links=(_SLOW,),
)
_P95 = number(
    "p95",
    "s",
    About(
        "Nineteen of twenty calls took less than this, over five minutes.",
        "It is the usual measure of what slow means to your users.",
        "Above 8 s an alert fires: see below whether one model or all are slow.",
    ),
    PromQL(quantile(0.95, "duration"), "p95"),
    limits=Limits(5, 8),
    links=(_SLOW,),
)
_P99 = number(
    "p99",
    "s",
    About(
        "All but one of a hundred calls took less than this, over five minutes.",
        "These are time-outs, retries and very long answers; each is somebody who waited.",
        "Above 10 s: open the slow traces; attempts that failed are spans of their own in them.",
    ),
    PromQL(quantile(0.99, "duration"), "p99"),
    limits=Limits(8, 10),
    links=(traces("Traces slower than 10 s", calls("duration > 10s")),),
)
_FIRST = number(
    "First chunk p95",
    "s",
    About(
        "Nineteen of twenty streamed answers began within this time, over five minutes.",
        "In a chat this is the wait that people feel.",
        "Above 3 s an alert fires: the provider queues, the prompt is long, or its cache was lost.",
    ),
    PromQL(quantile(0.95, "first_chunk"), "p95"),
    limits=Limits(1.5, 3),
    none="No streams",
    links=(traces("Traces of slow first chunks", calls("span.gen_ai.response.time_to_first_chunk > 3")),),
)
_GAP = number(
    "Chunk gap p95",
    "s",
    About(
        "The mean pause between the chunks of a stream; nineteen of twenty streams are below this.",
        "Above a quarter of a second text no longer flows, and people start to wait.",
        "One model only: the provider's capacity. All: the network or a busy process on our side.",
    ),
    PromQL(quantile(0.95, "chunk_gap"), "p95"),
    limits=Limits(0.1, 0.25),
    none="No streams",
    links=(traces("Traces of halting streams", calls("span.spanwise.stream.max_gap > 2")),),
)
_LATENCY = lines(
    "Latency",
    "s",
    About(
        "Median, 95th and 99th percentile of the duration of calls; each point on the graph is one trace.",
        "A median that rises is everybody's problem; only a p99 that rises is a few long answers or retries.",
        "Click a point for its trace. Dashed: where the alerts on p95 (8 s) and p99 (10 s) begin.",
    ),
    PromQL(quantile(0.5, "duration"), "p50"),
    exemplar_quantile(0.95, "duration", "p95"),
    PromQL(quantile(0.99, "duration"), "p99"),
    colours=QUANTILES,
    limits=Limits(8, 10),
    links=(_SLOW,),
)
_USUAL = lines(
    "p95 against baseline",
    "s",
    About(
        "The slowest service's p95 among those chosen, and the band in which it usually is at this time of day.",
        "A service that is always slow is not an incident; one that is slower than on the days before may be.",
        "Above the band: was there a deployment (blue marks), or is it the provider? The band needs a day of history.",
    ),
    *against_baseline("genai:service:duration_p95:5m", "duration_p95", "p95", "max"),
    colours={"p95": QUANTILES["p95"], "expected": BAND},
    band=BASELINE_BAND,
    links=(_SLOW,),
)
_HEATMAP = heatmap_of(
    "Latency distribution",
    "s",
    About(
        "How many calls per second took how long: the brighter, the more; the axis is the histogram's buckets.",
        "Two bright bands are two kinds of calls, such as short labels and long answers, that a mean would mix.",
        "A new band on top with a deployment: find its calls among the slow traces.",
    ),
    PromQL("sum by (le) (genai:duration_seconds_bucket:rate5m)", "{{le}}", "buckets"),
    links=(_SLOW,),
)
_BY = lines(
    "p95 by model",
    "s",
    About(
        "The 95th percentile of the duration over five minutes, by model.",
        "It tells a slow model from a slow network: one line rises, or all do.",
        "Click a line for the slow traces of that model; route around it if the provider is at fault.",
    ),
    PromQL(quantile(0.95, "duration", MODEL), _BY_MODEL),
    links=(_SLOW_OF_MODEL,),
)
_FIRST_CHUNK = lines(
    "Time to first chunk",
    "s",
    About(
        "Median and 95th percentile of the time to the first chunk of streamed answers; each point is one trace.",
        "It holds queueing at the provider and reading of the prompt, not the writing of the answer.",
        "Rises alone: the provider queues or the prompt cache is lost (cost dashboard). Above 3 s an alert fires.",
    ),
    PromQL(quantile(0.5, "first_chunk"), "p50"),
    exemplar_quantile(0.95, "time_to_first_chunk", "p95"),
    colours=QUANTILES,
    limits=Limits(severe=3),
    none="No streams",
    links=(traces("Traces of slow first chunks", calls("span.gen_ai.response.time_to_first_chunk > 1")),),
    width=8,
)
_PACE = lines(
    "Pace of streams",
    "s",
    About(
        "Mean pause between chunks, 95th percentile over five minutes, by model.",
        "It is how fluently text appears once it has begun.",
        "One model rises: the provider is short of capacity; try another region or model.",
    ),
    PromQL(quantile(0.95, "chunk_gap", MODEL), _BY_MODEL),
    none="No streams",
    links=(_MODEL,),
    width=8,
)
_TOKENS = lines(
    "Output tokens per hour",
    "short",
    About(
        "Tokens that models wrote per hour, by model.",
        "Providers limit tokens per minute, too: this is how close you come.",
        "Near the quota: raise it, or spread the load over models and time.",
    ),
    PromQL(per_hour('genai:tokens:rate5m{direction="output"}', MODEL), _BY_MODEL),
    stacked=True,
    none="No tokens",
    links=(_MODEL,),
    width=8,
)
_THROUGHPUT = lines(
    "Requests by model",
    "reqps",
    About(
        "Calls per second, by model; the height of all together is the traffic.",
        "It shows which model a deployment or a routing rule moved traffic to.",
        "Traffic on a model that nobody chose: open its traces, they name the service version.",
    ),
    PromQL(f"sum by ({MODEL}) (genai:calls:rate5m)", _BY_MODEL),
    stacked=True,
    links=(_MODEL,),
    width=10,
)
_SHARES = ranking(
    "Model distribution",
    "percentunit",
    About(
        "Share of each model in the calls of the time shown.",
        "Latency and cost follow it: a shift here explains a shift there.",
        "An unexpected model at the top: see which feature asks for it, in its traces.",
    ),
    PromQL(
        f"sort_desc({counted('calls', MODEL)} / on () group_left () {counted('calls')})",
        _BY_MODEL,
        shape="instant",
    ),
    links=(_MODEL,),
    width=7,
)
_RETRIES = bars(
    "Retries",
    "reqps",
    About(
        "Attempts per second that failed and were tried again by the SDK, by provider.",
        "Users do not see them but wait for them; many of them turn a slow provider into an overloaded one.",
        "Rate limits behind them: lower concurrency or raise the quota. Open the traces: each attempt is a span.",
    ),
    PromQL(f"sum by ({PROVIDER}) (genai:retries:rate5m)", f"{{{{{PROVIDER}}}}}"),
    none="No retries",
    links=(traces_of_series(PROVIDER, where=("span.spanwise.attempts > 1",)),),
    width=7,
)
_MODELS = rows(
    "Models",
    About(
        "Per model: traffic, quantiles of the last five minutes, first chunk, share of errors, and tokens per second.",
        "One line per candidate when you ask which model to route to.",
        "Click a row for its traces.",
    ),
    (
        Column(PROVIDER, "Provider", width=95),
        Column(MODEL, "Model", width=190),
        Column("Value #A", "Requests", "reqps", bar=True),
        Column("Value #B", "p50", "s", width=90),
        Column("Value #C", "p95", "s", width=90),
        Column("Value #D", "p99", "s", width=90),
        Column("Value #E", "First chunk p95", "s", width=135),
        Column("Value #F", "Errors", "percentunit", decimals=1, width=85, limits=Limits(0.01, 0.05)),
        Column("Value #G", "Output tokens/s", "short", decimals=0, width=140),
    ),
    *(
        PromQL(expr, shape="rows")
        for expr in (
            f"sum by ({PROVIDER}, {MODEL}) (genai:calls:rate5m)",
            quantile(0.5, "duration", f"{PROVIDER}, {MODEL}"),
            quantile(0.95, "duration", f"{PROVIDER}, {MODEL}"),
            quantile(0.99, "duration", f"{PROVIDER}, {MODEL}"),
            quantile(0.95, "first_chunk", f"{PROVIDER}, {MODEL}"),
            ratio(
                f"sum by ({PROVIDER}, {MODEL}) (genai:errors:rate5m)",
                f"sum by ({PROVIDER}, {MODEL}) (genai:calls:rate5m)",
            ),
            f'sum by ({PROVIDER}, {MODEL}) (genai:tokens:rate5m{{direction="output"}})',
        )
    ),
    sort="Requests",
    links=(traces_of_row(MODEL),),
)

DASHBOARD = Dashboard(
    "GenAI performance",
    "How fast calls to models are: latency, first chunk and pace, by model, with traffic, retries and distribution.",
    (
        Row("How fast now", (_RATE, _P50, _P95, _P99, _FIRST, _GAP)),
        Row("Latency", (_LATENCY, _USUAL, _HEATMAP, _BY)),
        Row("Streams", (_FIRST_CHUNK, _PACE, _TOKENS)),
        Row("Traffic", (_THROUGHPUT, _SHARES, _RETRIES, _MODELS)),
    ),
)
