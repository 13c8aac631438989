"""Who attacks, what leaks, who is over a limit, and what was redacted before it left the process."""

from __future__ import annotations

from catalogue import judge_panels
from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import calls, spans, traces, traces_of_bar, traces_of_row, traces_of_series
from catalogue.figures import counted, named, noticed, noticed_by, noticed_of, or_zero, ratio
from catalogue.foundation import DashboardLink, Panel
from catalogue.palette import BAND, HARMS, LIMIT, SEVERE
from catalogue.panels import About, Limits, bars, number, ranking
from catalogue.promql import FEATURE, MODEL
from catalogue.tables import Column, rows, trace_list
from catalogue.target import PromQL, Target, TraceQL

_CATEGORY = "spanwise_screen_category"
_TYPE = "spanwise_redaction_type"
_LEAK = f'{_CATEGORY}=~".*_leak"'
_PROMPT = f'{_CATEGORY}=~"system_prompt_leak|canary_leak"'
_OTHER_LEAK = f'{_CATEGORY}=~"secret_leak|tool_definitions_leak"'
_HARM = f'{_CATEGORY}=~"harm[.].*"'
_ATTACK = f'{_CATEGORY}!~".*_leak|harm[.].*"'
_IS_FLAGGED = "span.spanwise.screen.flagged=true"
_IS_OVER = "span.spanwise.abuse.flagged=true"
_FLAGGED = traces("Traces of flagged calls", calls(_IS_FLAGGED))
_LEAKED = traces(
    "Traces of leaks", calls('(span.spanwise.screen.leak > 0 || span.spanwise.screen.category=~".*_leak")')
)
_HARMFUL = traces("Traces of harmful content", calls("span.spanwise.screen.harm != nil"))
_OVER = traces("Traces of those over a limit", calls(_IS_OVER))
_REDACTED = traces("Traces with redacted values", spans("span.spanwise.redaction.count > 0"))
_SECRET = traces("Traces with secrets", spans('span.spanwise.redaction.types="SECRET"'))
_BLANK = traces("Traces without their content", spans("span.spanwise.redaction.failed=true"))
_LIMIT = "spanwise_abuse_subject, spanwise_abuse_reason"
_NAMES_LIMIT = "{{spanwise_abuse_subject}} {{spanwise_abuse_reason}}"


def _tile(title: str, unit: str, about: About, *targets: Target, link: DashboardLink, limits: Limits | None) -> Panel:
    """A big number of the first row, which has two lines of them."""
    decimals = 1 if unit == "percentunit" else 0
    return number(title, unit, about, *targets, links=(link,), limits=limits, decimals=decimals, width=6, height=3)


_ATTACKS = _tile(
    "Attacks flagged",
    "short",
    About(
        "Calls in the time shown in which screening saw an attack: injection, jailbreak, exfiltration and others.",
        "Single ones are daily noise of a public application; a surge is somebody at work.",
        "See the category and the user below; flagged calls are not blocked by Spanwise.",
    ),
    PromQL(noticed("flagged", _ATTACK), "flagged"),
    limits=Limits(1),
    link=_FLAGGED,
)
_SHARE = _tile(
    "Share flagged",
    "percentunit",
    About(
        "Share of calls that were flagged as attacks, over the time shown.",
        "It tells more attacks from more traffic.",
        "Above 2 %: either an attack, or a prompt of your own that looks like one. Read three traces to know.",
    ),
    PromQL(ratio(counted("flagged", where=_ATTACK), counted("calls")), "flagged", shape="instant"),
    limits=Limits(0.02, 0.1),
    link=_FLAGGED,
)
_LEAKS = _tile(
    "Leaks in answers",
    "short",
    About(
        "Answers in the time shown that gave away the system prompt, a canary in it, a secret, or the tools.",
        "Whoever reads it knows your instructions and what to write against them, or has a key.",
        "Any of a prompt or a secret is an alert (P1): open the trace, note the user, change what was given away.",
    ),
    PromQL(noticed("flagged", _PROMPT), "prompts"),
    PromQL(noticed("flagged", _OTHER_LEAK), "secrets, tools"),
    limits=Limits(severe=1),
    link=_LEAKED,
)
_OVERS = _tile(
    "Over a limit",
    "short",
    About(
        "How many times in the time shown a user, a tenant or a key went over one of their limits.",
        "A script that runs wild and a stolen account show here before they do on the bill.",
        "See below which limit it was, and whose calls; the application can refuse them (docs/abuse.md).",
    ),
    PromQL(noticed("abuse"), "flags"),
    limits=Limits(1),
    link=_OVER,
)
_HARMS = _tile(
    "Harmful content",
    "short",
    About(
        "Findings of harm in prompts and answers in the time shown: violence, hate, self-harm, crime and others.",
        "Patterns alone: what is counted is hardly ever harmless, and much is not counted.",
        "`self_harm` is a person to help; harm in answers is the model's, in prompts a user's.",
    ),
    PromQL(noticed("flagged", _HARM), "findings"),
    limits=Limits(1),
    link=_HARMFUL,
)
_SECRETS = _tile(
    "Secrets found",
    "short",
    About(
        "Keys, tokens and passwords in prompts and answers in the time shown, redacted before they left the process.",
        "The telemetry does not hold them, but the provider has seen them.",
        "Any is an alert (P2): find the user or feature by the trace, and have the secret rotated.",
    ),
    PromQL(noticed("redacted", f'{_TYPE}="SECRET"'), "secrets"),
    limits=Limits(1),
    link=_SECRET,
)
_PERSONAL = _tile(
    "Personal data",
    "short",
    About(
        "Names, addresses, numbers and others that were masked before export, in the time shown.",
        "It shows that redaction works, and how much personal data users type.",
        "A surge: does a feature now send whole records to the model? Send less.",
    ),
    PromQL(noticed("redacted", f'{_TYPE}!="SECRET"'), "values"),
    limits=None,
    link=_REDACTED,
)
_BLANKED = _tile(
    "Content dropped",
    "short",
    About(
        "Spans in the time shown that were sent without their content, because redaction failed on them.",
        "Nothing leaked, redaction fails closed; but a detector is broken, and what it missed is unknown.",
        "Any is an alert (P1): the trace names the step that failed; see internal errors on the pipeline dashboard.",
    ),
    PromQL(noticed_of("spanwise_pipeline_content_dropped_total"), "spans"),
    limits=Limits(severe=1),
    link=_BLANK,
)
_FLAGS = bars(
    "Flagged calls",
    "reqpm",
    About(
        "Calls per minute in which screening saw an attack, by category; one call counts in one category.",
        "The category says what the attacker wants: your instructions, your data, or the model's consent.",
        "Click a bar for the traces; the span says which rule matched, where, and with which score.",
    ),
    PromQL(noticed_by("flagged", _CATEGORY, _ATTACK), f"{{{{{_CATEGORY}}}}}"),
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
_LEAKS_BY_KIND = bars(
    "Leaks by kind",
    "reqpm",
    About(
        "Answers per minute that gave something away, by what: the system prompt, a canary in it, secrets, tools.",
        "A steady rate is a prompt that makes the model quote itself; a burst is an attack that works.",
        "Click through to the traces; compare the versions of the prompt before and after it began.",
    ),
    PromQL(or_zero(noticed_by("flagged", _CATEGORY, _LEAK), _CATEGORY), f"{{{{{_CATEGORY}}}}}"),
    colours={"none": BAND, "system_prompt_leak": SEVERE, "canary_leak": LIMIT, "secret_leak": "purple"},
    links=(_LEAKED,),
)
_HARM_BY_KIND = bars(
    "Harm by category",
    "reqpm",
    About(
        "Calls per minute with harmful content in prompts or answers, by category; a call may count in several.",
        "Which of your duties it touches depends on the category: people at risk first.",
        "Open the traces; the span says where in the call it stood. Patterns miss what is only meant.",
    ),
    PromQL(or_zero(noticed_by("flagged", _CATEGORY, _HARM), _CATEGORY), f"{{{{{_CATEGORY}}}}}"),
    colours={"none": BAND} | {f"harm.{category}": colour for category, colour in HARMS.items()},
    links=(_HARMFUL,),
)
_LIMITS = bars(
    "Limits exceeded",
    "cpm",
    About(
        "Times per minute that somebody went over a limit, by who it was (user, tenant, key) and which limit.",
        "The limit says what goes on: requests is a script, errors a wrong key, injections an attacker.",
        "See whose calls they are on the right. Wrong limit for them? Raise it (SPANWISE_ABUSE_REQUESTS and others).",
    ),
    PromQL(noticed_by("abuse", _LIMIT), _NAMES_LIMIT),
    none="Nobody is over a limit",
    links=(_OVER,),
)
_USERS_OVER = ranking(
    "Calls of users over a limit",
    "short",
    About(
        "Calls that users made while they were over a limit, in the time shown. Sampling keeps a hundred a minute.",
        "It names those whom the panel on the left only counts.",
        "Click a bar for the user's calls: a script, a customer who grew, or a stolen account?",
    ),
    TraceQL(f"{calls(_IS_OVER, 'span.user.id != nil')} | count_over_time() by (span.user.id)"),
    none="Nobody is over a limit",
    links=(traces_of_bar("span.user.id", _IS_OVER),),
    width=12,
)
_TYPES = bars(
    "Redactions by type",
    "cpm",
    About(
        "Values per minute that were redacted, by type.",
        "A type that was never there and now is, is new data in your prompts: a matter for your records of processing.",
        "Click through to the traces, and ask the feature's owner whether the model needs it.",
    ),
    PromQL(noticed_by("redacted", _TYPE, f'{_TYPE}!="SECRET"'), f"{{{{{_TYPE}}}}}"),
    none="Nothing to redact",
    links=(_REDACTED,),
)
_SECRETS_OVER_TIME = bars(
    "Secrets over time",
    "cpm",
    About(
        "Secrets per minute found in traffic, by service.",
        "A burst is one user's configuration file; a steady rate is an application that puts a key into its prompt.",
        "Steady: look for the key in the application's own templates.",
    ),
    PromQL(
        or_zero(noticed_by("redacted", "service_name", f'{_TYPE}="SECRET"'), "service_name"),
        "{{service_name}}",
    ),
    colours={"none": BAND},
    links=(_SECRET,),
)
_WHERE = rows(
    "Flagged by model and feature",
    About(
        "Attacks flagged in the time shown, by service, model, feature and category.",
        "It shows which door is tried.",
        "Click a row for its traces; consider a check before that feature calls the model.",
    ),
    (
        Column("service_name", "Service", width=85),
        Column(FEATURE, "Feature", width=110),
        Column(MODEL, "Model", width=185),
        Column(_CATEGORY, "Category", width=140),
        Column("Value", "Calls", "short", decimals=0, width=130, bar=True),
    ),
    PromQL(
        named(counted("flagged", f"service_name, {FEATURE}, {MODEL}, {_CATEGORY}", _ATTACK), FEATURE, "no feature")
        + " > 0",
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
    "Attacks on prompts, leaks, harm, what a judge finds, who is over a limit, what was redacted before export.",
    (
        Row("Is somebody at work?", (_ATTACKS, _SHARE, _LEAKS, _OVERS, _HARMS, _SECRETS, _PERSONAL, _BLANKED)),
        Row("Attacks", (_FLAGS, _USERS, _PLACES, _WHERE, _READ)),
        Row("Leaks and harm", (_LEAKS_BY_KIND, _HARM_BY_KIND)),
        Row("Judge", judge_panels.FINDINGS),
        Row("Limits of users, tenants and keys", (_LIMITS, _USERS_OVER)),
        Row("Personal data and secrets", (_TYPES, _SECRETS_OVER_TIME)),
    ),
)
