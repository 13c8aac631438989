"""Who attacks, what leaks, and what was redacted before it left the process."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, spans, traces, traces_of_bar, traces_of_row, traces_of_series
from catalogue.figures import counted, named, or_zero, ratio
from catalogue.panels import About, Column, Limits, bars, number, ranking, rows, trace_list
from catalogue.promql import FEATURE, MODEL
from catalogue.target import PromQL, TraceQL

_CATEGORY = "spanwise_screen_category"
_TYPE = "spanwise_redaction_type"
_LEAK = f'{_CATEGORY}="system_prompt_leak"'
_ATTACK = f'{_CATEGORY}!="system_prompt_leak"'
_IS_FLAGGED = "span.spanwise.screen.flagged=true"
_FLAGGED = traces("Traces of flagged calls", calls(_IS_FLAGGED))
_LEAKED = traces("Traces of leaks", calls("span.spanwise.screen.leak=true"))
_REDACTED = traces("Traces with redacted values", spans("span.spanwise.redaction.count > 0"))
_SECRET = traces("Traces with secrets", spans('span.spanwise.redaction.types="SECRET"'))
_BLANK = traces("Traces without their content", spans("span.spanwise.redaction.failed=true"))
_DROPPED = "spanwise_pipeline_content_dropped_total"

_ATTACKS = number(
    "Attacks flagged",
    "short",
    About(
        "Calls in the time shown whose input screening flagged: injection, jailbreak, exfiltration and others.",
        "Single ones are daily noise of a public application; a surge is somebody at work.",
        "See the category and the user below; flagged calls are not blocked by Spanwise.",
    ),
    PromQL(f"{counted('flagged', where=_ATTACK)} or vector(0)", "flagged"),
    limits=Limits(1),
    decimals=0,
    links=(_FLAGGED,),
)
_SHARE = number(
    "Share flagged",
    "percentunit",
    About(
        "Share of calls that were flagged, over the time shown.",
        "It tells more attacks from more traffic.",
        "Above 2 %: either an attack, or a prompt of your own that looks like one. Read three traces to know.",
    ),
    PromQL(ratio(counted("flagged", where=_ATTACK), counted("calls")), "flagged", shape="instant"),
    limits=Limits(0.02, 0.1),
    decimals=1,
    links=(_FLAGGED,),
)
_LEAKS = number(
    "System prompt leaks",
    "short",
    About(
        "Answers in the time shown that gave the system prompt away, or a canary in it.",
        "Whoever reads it knows your instructions, and what to write against them.",
        "Any is an alert (P1): open the trace, note the user, change the canary, keep secrets out of prompts.",
    ),
    PromQL(f"{counted('flagged', where=_LEAK)} or vector(0)", "leaks"),
    limits=Limits(severe=1),
    decimals=0,
    links=(_LEAKED,),
)
_SECRETS = number(
    "Secrets found",
    "short",
    About(
        "Keys, tokens and passwords in prompts and answers in the time shown, redacted before they left the process.",
        "The telemetry does not hold them, but the provider has seen them.",
        "Any is an alert (P2): find the user or feature by the trace, and have the secret rotated.",
    ),
    PromQL(f"""{counted("redacted", where=f'{_TYPE}="SECRET"')} or vector(0)""", "secrets"),
    limits=Limits(1),
    decimals=0,
    links=(_SECRET,),
)
_PERSONAL = number(
    "Personal data",
    "short",
    About(
        "Names, addresses, numbers and others that were masked before export, in the time shown.",
        "It shows that redaction works, and how much personal data users type.",
        "A surge: does a feature now send whole records to the model? Send less.",
    ),
    PromQL(f"""{counted("redacted", where=f'{_TYPE}!="SECRET"')} or vector(0)""", "values"),
    decimals=0,
    links=(_REDACTED,),
)
_BLANKED = number(
    "Content dropped",
    "short",
    About(
        "Spans in the time shown that were sent without their content, because redaction failed on them.",
        "Nothing leaked, redaction fails closed; but a detector is broken, and what it missed is unknown.",
        "Any is an alert (P1): the trace names the step that failed; see internal errors on the pipeline dashboard.",
    ),
    PromQL(f"sum (increase({_DROPPED}[$__range])) or vector(0)", "spans"),
    limits=Limits(severe=1),
    decimals=0,
    links=(_BLANK,),
)
_FLAGS = bars(
    "Flagged calls",
    "reqps",
    About(
        "Calls per second that screening flagged, by category; one call counts in one category.",
        "The category says what the attacker wants: your instructions, your data, or the model's consent.",
        "Click a bar for the traces; the span says which rule matched, where, and with which score.",
    ),
    PromQL(f"sum by ({_CATEGORY}) (genai:flagged:rate5m)", f"{{{{{_CATEGORY}}}}}"),
    colours={"system_prompt_leak": "red"},
    none="Nothing flagged",
    links=(traces_of_series(_CATEGORY),),
)
_USERS = ranking(
    "Flagged calls by user",
    "short",
    About(
        "Flagged calls by user in the time shown, the ten with the most. Sampling keeps every flagged trace.",
        "Attacks come from few users: a name here is somebody to talk to, or to block.",
        "Click a bar for the user's flagged calls.",
    ),
    TraceQL(f"{calls(_IS_FLAGGED, 'span.user.id != nil')} | count_over_time() by (span.user.id)"),
    none="No flagged users",
    links=(traces_of_bar("span.user.id", _IS_FLAGGED),),
    width=6,
)
_PLACES = ranking(
    "Flagged calls by place",
    "short",
    About(
        "Where the flagged text was: what the user wrote, what a tool or a search returned, what the model answered.",
        "Text of tools and documents is an attack on your users, planted by somebody else.",
        "Click a bar; for tools, find the document or page and remove it from the index.",
    ),
    TraceQL(f"{calls(_IS_FLAGGED)} | count_over_time() by (span.spanwise.screen.place)"),
    none="Nothing flagged",
    links=(traces_of_bar("span.spanwise.screen.place", _IS_FLAGGED),),
    width=6,
)
_TYPES = bars(
    "Redactions by type",
    "cps",
    About(
        "Values per second that were redacted, by type.",
        "A type that was never there and now is, is new data in your prompts: a matter for your records of processing.",
        "Click through to the traces, and ask the feature's owner whether the model needs it.",
    ),
    PromQL(f'sum by ({_TYPE}) (genai:redacted:rate5m{{{_TYPE}!="SECRET"}})', f"{{{{{_TYPE}}}}}"),
    none="Nothing to redact",
    links=(_REDACTED,),
)
_SECRETS_OVER_TIME = bars(
    "Secrets over time",
    "cps",
    About(
        "Secrets per second found in traffic, by service.",
        "A burst is one user's configuration file; a steady rate is an application that puts a key into its prompt.",
        "Steady: look for the key in the application's own templates.",
    ),
    PromQL(
        or_zero(f'sum by (service_name) (genai:redacted:rate5m{{{_TYPE}="SECRET"}})', "service_name"),
        "{{service_name}}",
    ),
    none="No secrets",
    links=(_SECRET,),
)
_WHERE = rows(
    "Flagged by model and feature",
    About(
        "Flagged calls in the time shown, by service, model, feature and category.",
        "It shows which door is tried.",
        "Click a row for its traces; consider a check before that feature calls the model.",
    ),
    (
        Column("service_name", "Service", width=100),
        Column(FEATURE, "Feature", width=110),
        Column(MODEL, "Model", width=170),
        Column(_CATEGORY, "Category", width=140),
        Column("Value", "Calls", "short", decimals=0, width=130, bar=True),
    ),
    PromQL(
        named(counted("flagged", f"service_name, {FEATURE}, {MODEL}, {_CATEGORY}"), FEATURE, "no feature") + " > 0",
        shape="rows",
    ),
    none="Nothing flagged",
    sort="Calls",
    links=(traces_of_row(MODEL, _CATEGORY),),
    width=12,
)
_READ = trace_list(
    "Flagged calls to read",
    About(
        "The newest traces with a flagged call.",
        "Three traces read tell an attack from a false alarm.",
        "Click one: category, score, rule and place are on the span.",
    ),
    calls(_IS_FLAGGED),
    none="Nothing flagged",
    width=12,
    height=8,
)

DASHBOARD = Dashboard(
    "GenAI security",
    "Attacks on prompts, leaks of the system prompt, secrets and personal data found and redacted before export.",
    (
        Row("Is somebody at work?", (_ATTACKS, _SHARE, _LEAKS, _SECRETS, _PERSONAL, _BLANKED)),
        Row("Attacks", (_FLAGS, _USERS, _PLACES, _WHERE, _READ)),
        Row("Personal data and secrets", (_TYPES, _SECRETS_OVER_TIME)),
    ),
)
