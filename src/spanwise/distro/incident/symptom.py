"""What an alert is about, as something that can be counted and divided among models, versions and users."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from spanwise.semconv import attributes as names

__all__ = ["FAILED", "SYMPTOMS", "Counted", "Symptom", "symptom_named", "symptom_of"]

Counted = Literal[
    "calls", "slow_calls", "slow_first_chunks", "cost", "tokens", "output_tokens", "cache_read_tokens",
    "unpriced", "retries", "flagged", "redacted", "judged", "faults",
]  # fmt: skip
"""What is counted. `tokens` are input and output, `judged` what a judge finds in calls, `faults` those of telemetry."""

FAILED = ("auth", "bad_request", "error", "not_found", "rate_limit", "timeout", "unavailable")
"""Outcomes of calls that brought no answer."""

_REDACTION_TYPE = "spanwise.redaction.type"


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that can become worse.

    Attributes:
        name: for the command line.
        title: what people call it.
        counted: what is bad, or what there is too much of.
        per: what it is divided by; `None`: a sum, per hour.
        outcomes: which calls are meant, where calls are counted; empty: all.
        own: dimensions that only what is bad has.
        words: a regular expression that recognises it in an alert's name, or else in its expression.
    """

    name: str
    title: str
    counted: Counted
    words: str
    per: Literal["calls", "input_tokens"] | None = None
    outcomes: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    @property
    def on_calls(self) -> bool:
        """Whether the span of a call tells if it is affected."""
        return self.counted not in ("judged", "faults")


def _poor(outcome: str, title: str, words: str) -> Symptom:
    return Symptom(outcome, title, "calls", words, "calls", (outcome,))


_OUTCOME = (names.OUTCOME, names.ERROR_TYPE)

SYMPTOMS: tuple[Symptom, ...] = (
    Symptom(
        "telemetry", "faults of the telemetry pipeline", "faults",
        "Telemetry|Pipeline|RedactionFailed|Unparsed|InternalErrors|Collector|Tempo|Rules|MetricsRejected|Alertmanager"
        "|Notification|Audit|JudgeBlind|spanwise_(pipeline|internal|audit|judge_skipped)",
        own=("metric", "reason", "site", "part"),
    ),
    Symptom(
        "rate_limit", "calls refused by a rate limit", "calls", "RateLimit|rate_limit", "calls", ("rate_limit",),
        _OUTCOME,
    ),
    Symptom("auth", "calls refused for their credentials", "calls", 'Auth|"auth"', "calls", ("auth",), _OUTCOME),
    _poor("truncated", "answers cut off at the token limit", "Truncat|truncated"),
    _poor("refusal", "answers that refuse", "Refus|refusal"),
    _poor("malformed_output", "answers that are not of the form asked for", "Malformed|malformed_output"),
    _poor("empty", "empty answers", 'Empty|"empty"'),
    _poor("content_filter", "answers stopped by a content filter", "ContentFilter|content_filter"),
    Symptom("cost_per_call", "cost of a call", "cost", "Price|CostPerCall|cost_per_call", "calls"),
    Symptom(
        "unpriced", "calls without a known price", "unpriced", "Unpriced|UnknownPrice|unpriced", "calls",
        own=(names.COST_UNPRICED,),
    ),
    Symptom("cost", "cost", "cost", "Cost|DailyBudget|Spend|cost_usd|cost_per_hour"),
    Symptom(
        "flagged", "calls flagged by screening", "flagged", "Injection|Leak|Jailbreak|Flagged|genai:flagged",
        "calls", own=(names.SCREEN_CATEGORY,),
    ),
    Symptom(
        "judged", "faults that the judge finds in calls", "judged", "Judge|genai:judged", "calls",
        own=(names.EVALUATION_NAME,),
    ),
    Symptom(
        "redacted", "values redacted", "redacted", "PII|Pii|Personal|Secret|genai:redacted", own=(_REDACTION_TYPE,)
    ),
    Symptom("first_chunk", "streams with a late first chunk", "slow_first_chunks", "FirstChunk|first_chunk", "calls"),
    Symptom("latency", "slow calls", "slow_calls", "[Ll]atency|duration", "calls"),
    Symptom("cache", "input tokens served from the cache", "cache_read_tokens", "Cache|cache_hit", "input_tokens"),
    Symptom("tokens", "tokens of a call", "tokens", "Token|tokens", "calls"),
    Symptom("retries", "attempts tried again per call", "retries", "Retr(y|ies)|genai:retries", "calls"),
    Symptom(
        "failures", "failed calls", "calls", "Error|Fail|[Aa]vailab|ProviderDown|error_ratio|genai:errors|sli_error",
        "calls", FAILED, _OUTCOME,
    ),
    Symptom("calls", "calls", "calls", "Traffic|Silen|NoResponse|NoCalls|Abuse|genai:(calls|abuse)|service:calls"),
)  # fmt: skip
"""In the order in which words are looked for: the special before the general."""


def symptom_named(name: str) -> Symptom:
    """The symptom of that name; `KeyError` where there is none."""
    return {symptom.name: symptom for symptom in SYMPTOMS}[name]


def symptom_of(alert: str, expression: str = "", objective: str = "") -> Symptom | None:
    """What an alert is about, by the objective it guards, its name, or else what its expression reads.

    `None` where none of them tells.
    """
    for text in (objective, alert, expression):
        for symptom in SYMPTOMS:
            if re.search(symptom.words, text):
                return symptom
    return None
