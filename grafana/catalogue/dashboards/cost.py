"""What it costs, who spends it, on what, and whether it is well spent."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, traces, traces_of_bar, traces_of_row, traces_of_series
from catalogue.figures import BASELINE_BAND, against_baseline, counted, named, per_hour
from catalogue.palette import BAND, DIRECTIONS
from catalogue.panels import About, Limits, bars, lines, number, ranking
from catalogue.promql import FEATURE, MODEL
from catalogue.tables import Column, rows
from catalogue.target import PromQL, TraceQL

_READ = 'direction="cache_read"'
_INPUT = 'direction="input"'
_OUTPUT = 'direction="output"'
_COSTLY = traces("The costly traces", calls("span.spanwise.cost.amount > 0.01"))
_MODEL = traces_of_series(MODEL)
_UNKNOWN = traces("Traces without a price", calls("span.spanwise.cost.unpriced != nil"))

_DAY = number(
    "Spend in 24 hours",
    "currencyUSD",
    About(
        "US dollars spent in the last 24 hours, and in the 24 hours before them, whatever time the dashboard shows.",
        "It is the figure that the bill will show, a month earlier.",
        "Above the day before by a fifth: see which model grew, then which feature and user.",
    ),
    PromQL(counted("cost_usd", window="1d"), "last 24 h", shape="instant"),
    PromQL(counted("cost_usd", window="1d", ago="1d"), "24 h before", shape="instant"),
    none="No priced calls",
    links=(_COSTLY,),
    width=5,
)
_HOUR = number(
    "Spend now",
    "currencyUSD",
    About(
        "US dollars per hour at the pace of the last five minutes.",
        "It is the first to move when a loop or a leaked key burns money.",
        "Above 100 an hour an alert fires: open the costly traces and find the user or the feature.",
    ),
    PromQL(per_hour("genai:cost_usd:rate5m"), "per hour"),
    limits=Limits(50, 100),
    none="No priced calls",
    links=(_COSTLY,),
)
_MONTH = number(
    "Month at this pace",
    "currencyUSD",
    About(
        "Thirty times what the last 24 hours cost. A day of history is needed before it means anything.",
        "Compare it with the budget while there is time to act.",
        "Too high: the tables below show where a smaller model or a shorter prompt saves most.",
    ),
    PromQL(f"30 * {counted('cost_usd', window='1d')}", "30 days", shape="instant"),
    none="No priced calls",
    decimals=0,
    links=(_COSTLY,),
)
_CALL = number(
    "Cost of a call",
    "currencyUSD",
    About(
        "US dollars per call over the time shown.",
        "It tells growth of traffic from growth of the price per call: only the second is waste.",
        "It rose: see cost per call by model and tokens per call below.",
    ),
    PromQL(f"{counted('cost_usd')} / ({counted('calls')} > 0)", "per call", shape="instant"),
    none="No priced calls",
    decimals=5,
    links=(_COSTLY,),
)
_CACHED = number(
    "Input from the cache",
    "percentunit",
    About(
        "Share of input tokens that the providers' prompt caches served over the time shown.",
        "Cached tokens cost a tenth to a half of others; only providers that tell their cache count.",
        "Low with long, equal prompts: put the fixed part first, and keep it byte for byte the same.",
    ),
    PromQL(
        f"{counted('tokens', where=_READ)} / ({counted('tokens', where=_INPUT)} > 0)",
        "cached",
        shape="instant",
    ),
    none="No cached tokens",
    links=(traces("Traces served from the cache", calls("span.gen_ai.usage.cache_read.input_tokens > 0")),),
)
_UNPRICED_SHARE = number(
    "Unpriced",
    "percentunit",
    About(
        "Share of calls over the time shown whose price is not known; they are in no other figure here.",
        "What is not priced looks free: every sum on this page is too low by it.",
        "See which models below, and give their price in the price table (docs/cost.md).",
    ),
    PromQL(
        f"({counted('unpriced')} or 0 * {counted('calls')}) / ({counted('calls')} > 0)", "unpriced", shape="instant"
    ),
    limits=Limits(0.01, 0.05),
    width=3,
    links=(_UNKNOWN,),
)
_PACE = lines(
    "Spend per hour",
    "currencyUSD",
    About(
        "US dollars per hour, by model; the height of all together is what you pay.",
        "A step is a deployment or a new model; a slope is a loop that feeds on its own output.",
        "Click the model for its traces; above 100 an hour, or half above the day's average, an alert fires.",
    ),
    PromQL(per_hour("genai:cost_usd:rate5m", MODEL), f"{{{{{MODEL}}}}}"),
    stacked=True,
    none="No priced calls",
    links=(_MODEL,),
)
_USUAL = lines(
    "Spend against baseline",
    "currencyUSD",
    About(
        "US dollars per hour of chosen services with a day of history (of all, if none has any), and its usual band.",
        "It tells a busy Monday from a defect: usual is what was at this hour of other days and weeks.",
        "Outside of it: compare with requests against baseline on the overview; if those are usual, calls got dearer.",
    ),
    *against_baseline("genai:service:cost_usd:per_hour", "cost_per_hour", "spend per hour"),
    colours={"spend per hour": "#73BF69", "expected": BAND},
    band=BASELINE_BAND,
    none="No priced calls",
    links=(_COSTLY,),
)
_DAYS = lines(
    "Spend per day",
    "currencyUSD",
    About(
        "US dollars spent in the 24 hours before each moment, by service.",
        "Above 500 the daily budget alert fires; a fifth above the days before is worth a ticket.",
        "Choose the service above; then model, feature and user below tell what grew.",
    ),
    PromQL("sum by (service_name) (genai:service:cost_usd:day)", "{{service_name}}"),
    limits=Limits(severe=500),
    none="No priced calls",
    links=(traces_of_series("service_name", where=("span.spanwise.cost.amount > 0.01",)),),
    width=8,
)
_MODELS = rows(
    "Models",
    About(
        "Per model over the time shown: money, calls, money per call, and tokens in and out.",
        "Most of the money goes to one or two models; that is where a cheaper one pays.",
        "Click a row for the traces; try a smaller model on the simple part of them.",
    ),
    (
        Column("gen_ai_provider_name", "Provider", width=90),
        Column(MODEL, "Model", width=165),
        Column("Value #A", "Spend", "currencyUSD", bar=True),
        Column("Value #B", "Calls", "short", width=70),
        Column("Value #C", "Per call", "currencyUSD", width=95),
        Column("Value #D", "Tokens in", "short", width=90),
        Column("Value #E", "Tokens out", "short", width=95),
        Column("Value #F", "Cached", "percentunit", decimals=0, width=75),
    ),
    *(
        PromQL(expr.replace("BY", "gen_ai_provider_name, gen_ai_request_model"), shape="rows")
        for expr in (
            counted("cost_usd", "BY"),
            counted("calls", "BY"),
            f"{counted('cost_usd', 'BY')} / ({counted('calls', 'BY')} > 0)",
            counted("tokens", "BY", _INPUT),
            counted("tokens", "BY", _OUTPUT),
            f"{counted('tokens', 'BY', _READ)} / ({counted('tokens', 'BY', _INPUT)} > 0)",
        )
    ),
    sort="Spend",
    links=(traces_of_row(MODEL),),
    width=16,
)
_FEATURES = ranking(
    "Spend by feature",
    "currencyUSD",
    About(
        "US dollars over the time shown by what the application says the call is for, and by kind of operation.",
        "It shows which part of the product the money goes to.",
        "Everything is `no feature`? Let the application say it: spanwise.feature (docs/configuration.md).",
    ),
    PromQL(
        f"sort_desc({named(counted('cost_usd', f'{FEATURE}, gen_ai_operation_name'), FEATURE, 'no feature')})",
        f"{{{{{FEATURE}}}}} · {{{{gen_ai_operation_name}}}}",
        shape="instant",
    ),
    none="No priced calls",
    links=(_COSTLY,),
)
_USERS = ranking(
    "Spend by user",
    "currencyUSD",
    About(
        "US dollars by user over the time shown, the ten with the most, summed over the traces that sampling kept.",
        "One user who costs more than all others is a script, a loop, or a key in wrong hands.",
        "Click a bar for the traces. Costly traces are always kept, cheap ones by a share: small users look smaller.",
    ),
    TraceQL(
        f"{calls('span.user.id != nil')} | sum_over_time(span.spanwise.cost.amount) by (span.user.id)",
    ),
    none="No users in the traces",
    links=(traces_of_bar("span.user.id"),),
)
_SERVICES = ranking(
    "Spend by service",
    "currencyUSD",
    About(
        "US dollars over the time shown by service and environment.",
        "Test environments that cost like production are the easiest saving.",
        "Choose the service above to see the rest of this page for it alone.",
    ),
    PromQL(
        f"sort_desc({counted('cost_usd', 'service_name, deployment_environment_name')})",
        "{{service_name}} {{deployment_environment_name}}",
        shape="instant",
    ),
    none="No priced calls",
    links=(_COSTLY,),
)
_TOKENS = lines(
    "Tokens",
    "short",
    About(
        "Tokens per hour by direction. Cached tokens are part of the input, reasoning is part of the output.",
        "Output costs several times as much as input, reasoning is output that nobody reads.",
        "Input grows: prompts or history grow, trim them. Reasoning grows: lower its effort.",
    ),
    PromQL(per_hour("genai:tokens:rate5m", "direction"), "{{direction}}"),
    colours=DIRECTIONS,
    none="No tokens",
    links=(traces("Traces with many tokens", calls("span.gen_ai.usage.input_tokens > 10000")),),
    width=8,
)
_PER_CALL = lines(
    "Tokens per call",
    "short",
    About(
        "Mean input and output tokens of the calls, and how much output is usual at this time of day.",
        "It is the part of the cost that prompts and limits decide.",
        "Output far above usual: an agent in a loop, or a missing limit of tokens. Open the longest traces.",
    ),
    PromQL('sum (genai:tokens:rate5m{direction="input"}) / (sum (genai:calls:rate5m) > 0)', "input"),
    PromQL('sum (genai:tokens:rate5m{direction="output"}) / (sum (genai:calls:rate5m) > 0)', "output"),
    PromQL("avg (genai:baseline:output_tokens_per_call:upper)", "usual output, to"),
    colours={**DIRECTIONS, "usual output, to": BAND},
    links=(traces("The longest answers", calls("span.gen_ai.usage.output_tokens > 2000")),),
    width=8,
)
_COST_PER_CALL = lines(
    "Cost per call",
    "currencyUSD",
    About(
        "US dollars per call, by model.",
        "A jump without a deployment is a changed price, a lost cache or a longer prompt.",
        "Compare with tokens per call and the cache hit rate: what moved at the same time is the cause.",
    ),
    PromQL(
        f"sum by ({MODEL}) (genai:cost_usd:rate5m) / (sum by ({MODEL}) (genai:calls:rate5m) > 0)", f"{{{{{MODEL}}}}}"
    ),
    none="No priced calls",
    links=(_MODEL,),
    width=8,
)
_HIT = lines(
    "Cache hit rate",
    "percentunit",
    About(
        "Share of input tokens that the providers' prompt caches served, by model, where a model has a cache at all.",
        "A collapse multiplies the price of input at once, and first chunks come later.",
        "It fell with a deployment? Something variable moved to the front of the prompt, such as a date.",
    ),
    PromQL(
        f'sum by ({MODEL}) (genai:tokens:rate5m{{direction="cache_read"}}) '
        f'/ (sum by ({MODEL}) (genai:tokens:rate5m{{direction="input"}}) > 0)',
        f"{{{{{MODEL}}}}}",
    ),
    most=1,
    none="No cached tokens",
    links=(_MODEL,),
    width=8,
)
_UNPRICED = bars(
    "Unpriced calls",
    "reqps",
    About(
        "Calls per second whose price is not known, by model and reason.",
        "They cost money that no figure here shows. Above 5 % of the calls an alert fires.",
        "`unknown_model`: add the model's price (docs/cost.md). Others: open a trace, it says what was missing.",
    ),
    PromQL(
        f"sum by ({MODEL}, spanwise_cost_unpriced) (genai:unpriced:rate5m)",
        f"{{{{{MODEL}}}}} · {{{{spanwise_cost_unpriced}}}}",
    ),
    none="Every call has a price",
    links=(_UNKNOWN,),
    width=8,
)
_ESTIMATED = bars(
    "Estimated calls",
    "reqps",
    About(
        "Calls per second whose tokens the provider did not tell, so that they were estimated from the text.",
        "Their cost is an estimate too, some percent off.",
        "Ask for usage in streams (OpenAI: stream_options.include_usage).",
    ),
    PromQL(f"sum by ({MODEL}) (genai:estimated:rate5m)", f"{{{{{MODEL}}}}}"),
    none="No estimates",
    links=(traces("Traces with estimated tokens", calls("span.spanwise.usage.estimated=true")),),
    width=8,
)

DASHBOARD = Dashboard(
    "GenAI cost",
    "What calls to models cost: today, by model, feature and user, per call and per token, and what has no price.",
    (
        Row("Today", (_DAY, _HOUR, _MONTH, _CALL, _CACHED, _UNPRICED_SHARE)),
        Row("Pace", (_PACE, _USUAL, _DAYS, _MODELS)),
        Row("Who and what for", (_FEATURES, _USERS, _SERVICES)),
        Row("Well spent?", (_TOKENS, _PER_CALL, _COST_PER_CALL, _HIT, _UNPRICED, _ESTIMATED)),
    ),
)
