"""Whether answers are good: how calls end, why, and how long the answers are."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, traces, traces_of_bar, traces_of_row, traces_of_series
from catalogue.figures import BASELINE_BAND, against_baseline, ratio
from catalogue.foundation import Panel
from catalogue.palette import BAND, DIRECTIONS, OUTCOMES
from catalogue.panels import About, Limits, heatmap_of, lines, number, ranking
from catalogue.promql import ANSWERED, FEATURE, MODEL, any_of
from catalogue.tables import Column, rows, trace_list
from catalogue.target import PromQL, TraceQL

_POOR = tuple(outcome for outcome in ANSWERED if outcome != "ok")
_IS_POOR = f'span.spanwise.outcome=~"{any_of(_POOR)}"'
_ANSWERS = f'genai:calls:rate5m{{spanwise_outcome=~"{any_of(ANSWERED)}"}}'
# of 4 ** n, as far as answers go; what is longer is in the last one
_BOUNDS = "(1|4|16|64|256|1024|4096|16384|65536)([.]0)?|[+]Inf"
_GOOD_FROM = Limits(0.95, 0.9, falling=True)
_TRUNCATED_FROM = Limits(0.05, 0.1)
_REFUSED_FROM = Limits(0.02, 0.05)
_BROKEN_FROM = Limits(0.01, 0.02)
_POOR_TRACES = traces("Traces of poor answers", calls(_IS_POOR))


def _share(title: str, outcomes: str, about: About, limits: Limits) -> Panel:
    """What part of the answers ended so."""
    expr = ratio(f'sum (genai:calls:rate5m{{spanwise_outcome=~"{outcomes}"}})', f"sum ({_ANSWERS})")
    link = traces("Traces of these answers", calls(f'span.spanwise.outcome=~"{outcomes}"'))
    return number(title, "percentunit", about, PromQL(expr, title), limits=limits, none="No answers", links=(link,))


def _by_model(outcomes: str) -> PromQL:
    part = f'sum by ({MODEL}) (genai:calls:rate5m{{spanwise_outcome=~"{outcomes}"}})'
    return PromQL(ratio(part, f"sum by ({MODEL}) ({_ANSWERS})"), shape="rows")


_GOOD = _share(
    "Good answers",
    "ok",
    About(
        "Share of answers over five minutes that ended as asked; failed calls are not counted, they are errors.",
        "A call can succeed and still leave a user without an answer: the four tiles to the right say how.",
        "Below 95 %: find the outcome that grew, then its model or feature in the tables below.",
    ),
    _GOOD_FROM,
)
_TRUNCATED = _share(
    "Truncated",
    "truncated",
    About(
        "Share of answers that the limit of output tokens cut off.",
        "The end is missing, and with it often the point, or the closing brace of a JSON answer.",
        "Above 10 % an alert fires: raise the limit of tokens, or ask for shorter answers.",
    ),
    _TRUNCATED_FROM,
)
_REFUSED = _share(
    "Refused or filtered",
    "refusal|content_filter",
    About(
        "Share of answers in which the model declined, or the provider's filter stopped it.",
        "Users see a no; a new model or a changed system prompt often is the cause.",
        "Above 5 % an alert fires: read some of the traces, is the question harmful or the model over-cautious?",
    ),
    _REFUSED_FROM,
)
_MALFORMED = _share(
    "Malformed output",
    "malformed_output",
    About(
        "Share of answers that were to be JSON of a schema and were not.",
        "The code behind the call fails on them, or worse, half reads them.",
        "Above 2 % an alert fires: use the provider's structured outputs; check the limit of tokens.",
    ),
    _BROKEN_FROM,
)
_EMPTY = _share(
    "Empty answers",
    "empty",
    About(
        "Share of answers that hold nothing at all.",
        "The call succeeds and costs money, and the user sees a blank page.",
        "Above 2 % an alert fires: open the traces, look at the finish reason and the reasoning tokens.",
    ),
    _BROKEN_FROM,
)
_LENGTH = number(
    "Tokens per answer",
    "short",
    About(
        "Mean output tokens of the answers, over five minutes.",
        "Answers that become much shorter or longer are the first sign of a changed model or prompt.",
        "Compare with what is usual, below, and with the version of the service.",
    ),
    PromQL(f'sum (genai:tokens:rate5m{{direction="output"}}) / (sum ({_ANSWERS}) > 0)', "tokens"),
    decimals=0,
    none="No answers",
    links=(traces("The longest answers", calls("span.gen_ai.usage.output_tokens > 2000")),),
)
_OUTCOMES = lines(
    "Outcomes",
    "percentunit",
    About(
        "Share of all calls by how they ended, but for the good ones; failed calls included.",
        "A colour that grows is a change in the model, the prompt, or the traffic.",
        "Click it for its traces; alerts watch each kind for each model.",
    ),
    PromQL(
        'sum by (spanwise_outcome) (genai:calls:rate5m{spanwise_outcome!="ok"}) '
        "/ on () group_left () (sum (genai:calls:rate5m) > 0)",
        "{{spanwise_outcome}}",
    ),
    colours={outcome: colour for outcome, colour in OUTCOMES.items() if outcome != "ok"},
    stacked=True,
    none="All calls ended well",
    links=(traces_of_series("spanwise_outcome"),),
)
_REASONS = ranking(
    "Finish reasons",
    "short",
    About(
        "What providers said why an answer ended, in their own words, counted on the traces that sampling kept.",
        "`length` and `max_tokens` are truncation, `stop` and `end_turn` are the good ones, others are worth a look.",
        "Click a bar for its traces. A reason you do not know: the provider changed something.",
    ),
    TraceQL(
        f"{calls('span.gen_ai.response.finish_reasons != nil')} "
        "| count_over_time() by (span.gen_ai.response.finish_reasons)"
    ),
    none="No finish reasons in the traces",
    links=(traces_of_bar("span.gen_ai.response.finish_reasons"),),
    width=12,
)
_ANSWER_LENGTH = lines(
    "Response length",
    "short",
    About(
        "Output tokens per answer of the chosen services, and the band in which they usually are.",
        "Silent changes of a model show here before anybody complains. The band needs a day of history.",
        "Far outside: compare with deployments (blue marks); if there was none, it is the provider.",
    ),
    *against_baseline("genai:service:output_tokens_per_call:rate5m", "output_tokens_per_call", "output", "avg"),
    colours={"output": DIRECTIONS["output"], "expected": BAND},
    band=BASELINE_BAND,
    none="No answers",
    links=(_POOR_TRACES,),
)
_LENGTHS = heatmap_of(
    "Response length distribution",
    "short",
    About(
        "How many answers per second had how many output tokens; each row of cells is four times the one below.",
        "A second bright band means a second kind of answer, such as a list where there was a sentence.",
        "Only applications that emit the conventions' v1.41 names have this histogram.",
    ),
    PromQL(
        'sum by (le) (rate(gen_ai_client_token_usage_bucket{gen_ai_token_type="output", '
        f'le=~"{_BOUNDS}"}}[$__rate_interval]))',
        "{{le}}",
        "buckets",
    ),
    links=(traces("The longest answers", calls("span.gen_ai.usage.output_tokens > 2000")),),
)
_MODELS = rows(
    "Quality by model",
    About(
        "Per model, over five minutes: answers per second and the share that ended in each poor way.",
        "A model that truncates or refuses twice as often as another is the wrong one for this work.",
        "Click a row for its traces.",
    ),
    (
        Column(MODEL, "Model"),
        Column("Value #A", "Answers", "reqps", width=105),
        Column("Value #B", "Good", "percentunit", decimals=1, width=80, limits=_GOOD_FROM),
        Column("Value #C", "Truncated", "percentunit", decimals=1, width=95, limits=_TRUNCATED_FROM),
        Column("Value #D", "Refused", "percentunit", decimals=1, width=90, limits=_REFUSED_FROM),
        Column("Value #E", "Malformed", "percentunit", decimals=1, width=100, limits=_BROKEN_FROM),
        Column("Value #F", "Empty", "percentunit", decimals=1, width=80, limits=_BROKEN_FROM),
    ),
    PromQL(f"sum by ({MODEL}) ({_ANSWERS})", shape="rows"),
    _by_model("ok"),
    _by_model("truncated"),
    _by_model("refusal|content_filter"),
    _by_model("malformed_output"),
    _by_model("empty"),
    sort="Answers",
    links=(traces_of_row(MODEL),),
    width=14,
)
_FEATURES = ranking(
    "Poor answers by feature",
    "percentunit",
    About(
        "Share of answers that were poor, by what the application says the call is for.",
        "A prompt belongs to a feature: this is whose prompt to look at.",
        "Everything is `no feature`? Let the application say it: spanwise.feature (docs/configuration.md).",
    ),
    PromQL(
        "sort_desc(label_replace("
        + ratio(
            f'sum by ({FEATURE}) (genai:calls:rate5m{{spanwise_outcome=~"{any_of(_POOR)}"}})',
            f"sum by ({FEATURE}) ({_ANSWERS})",
        )
        + f', "{FEATURE}", "no feature", "{FEATURE}", ""))',
        f"{{{{{FEATURE}}}}}",
        "instant",
    ),
    limits=Limits(0.05, 0.1),
    none="No answers",
    links=(_POOR_TRACES,),
    width=10,
)
_READ = trace_list(
    "Poor answers to read",
    About(
        "The newest traces with an answer that was truncated, refused, filtered, malformed or empty.",
        "Ten of them read by a person say more than any curve.",
        "Click one; with content captured (SPANWISE_CAPTURE_CONTENT) question and answer are on the span, redacted.",
    ),
    calls(_IS_POOR),
    none="No poor answers",
)

DASHBOARD = Dashboard(
    "GenAI quality",
    "Whether answers are good: truncated, refused, malformed, empty, how long, by model and feature.",
    (
        Row("Are the answers good?", (_GOOD, _TRUNCATED, _REFUSED, _MALFORMED, _EMPTY, _LENGTH)),
        Row("How calls end", (_OUTCOMES, _REASONS, _MODELS, _FEATURES)),
        Row("Length", (_ANSWER_LENGTH, _LENGTHS)),
        Row("Read some", (_READ,)),
    ),
)
