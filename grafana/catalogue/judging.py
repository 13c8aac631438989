"""What a judge says of a sample of calls, what it leaves out, what it costs: labels, recording rules, expressions."""

from __future__ import annotations

from collections.abc import Iterator

from catalogue.promql import DIMENSIONS, MODEL, SERVICE, comma, label, series, sum_by
from catalogue.rule import Rule
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["BLIND", "FAILS", "FAULT", "JUDGE", "REASON", "VERDICT", "judge_copies", "judge_rates", "judged_calls"]

FAULT = label(names.EVALUATION_NAME)
"""What a call is judged for: `prompt_injection`, or a criterion of the user's own."""

VERDICT = label(names.EVALUATION_LABEL)
REASON = label(names.JUDGE_SKIPPED)

JUDGE = label(names.JUDGE_MODEL)
"""The judge's model. Its metric calls it the requested model, as if it were one of the application's calls."""

FAILS = f'{VERDICT}="fail"'
"""Matches calls that the judge is sure enough to have a fault."""

BLIND = ("redaction", "unavailable", "unpriced", "unreadable")
"""Why calls are not judged though judge and limits would allow it: faults. The other reasons are what was asked for."""

_JUDGED = "Calls that were judged, once for each fault, by fault and verdict"
_SKIPPED = "Calls that were to be judged and were not, by reason"


def judged_calls(per_fault: str) -> str:
    """Calls by service, of an amount that counts a call once for each fault that it is judged for."""
    return f"max by ({comma(SERVICE)}) ({sum_by((*SERVICE, FAULT), per_fault)})"


def judge_copies() -> Iterator[Rule]:
    """Counters as they are."""
    score, skipped = series(metrics.JUDGE_SCORE, "count"), series(metrics.JUDGE_SKIPPED)
    yield Rule("genai:judged:total", score, f"{_JUDGED}; per instance, since its start.")
    yield Rule("genai:judge_skipped:total", skipped, f"{_SKIPPED}; per instance, since its start.")
    named = f'label_replace({series(metrics.JUDGE_COST)}, "{JUDGE}", "$1", "{MODEL}", "(.*)")'
    # or else who looks at one model of the application would see no cost of its judge
    spent = f'label_replace({named}, "{MODEL}", "", "", "")'
    yield Rule("genai:judge_cost_usd:total", spent, "What judging cost, in USD; per instance, since its start.")


def judge_rates() -> Iterator[Rule]:
    """Rates per second over five minutes."""
    judged = sum_by((*DIMENSIONS, FAULT, VERDICT), f"rate({series(metrics.JUDGE_SCORE, 'count')}[5m])")
    yield Rule("genai:judged:rate5m", judged, f"{_JUDGED}; per second.")
    skipped = sum_by((*SERVICE, REASON), f"rate({series(metrics.JUDGE_SKIPPED)}[5m])")
    yield Rule("genai:judge_skipped:rate5m", skipped, f"{_SKIPPED}; per second.")
    calls = judged_calls("genai:judged:rate5m")
    yield Rule("genai:service:judged:rate5m", calls, "Calls per second that were judged.")
