"""A judge reads a sample of the calls: what it finds in them, and whether it sees them at all."""

from __future__ import annotations

from catalogue.alert import Alert, Case, Series
from catalogue.judging import BLIND, FAILS, FAULT, REASON, VERDICT, judged_calls
from catalogue.promql import SERVICE, any_of, grown, series, sum_by
from catalogue.scenes import SERVICE_LABELS, Phases, Scene, cases, increasing, selector
from catalogue.wording import PERCENT, WHO
from spanwise.semconv import metrics

__all__ = ["ALERTS"]

_CALLS = 10
"""How many calls a minute are to be judged in the cases."""

_INJECTION = (FAULT, "prompt_injection")
_FAILED = sum_by((*SERVICE, FAULT), grown(f"genai:judged:total{{{FAILS}}}", "30m", "1h"))
_ALL = sum_by((*SERVICE, FAULT), grown("genai:judged:total", "30m", "1h"))
_UNSEEN = sum_by(SERVICE, grown(f'genai:judge_skipped:total{{{REASON}=~"{any_of(BLIND)}"}}', "30m", "1h"))
_SEEN = judged_calls(grown("genai:judged:total", "30m", "1h"))


def _verdict(verdict: str, *, fault: tuple[str, str] = _INJECTION, instance: str = "a") -> str:
    name = series(metrics.JUDGE_SCORE, "count")
    return selector(name, *SERVICE_LABELS, fault, (VERDICT, verdict), ("instance", instance))


def _skipped(reason: str) -> str:
    return selector(series(metrics.JUDGE_SKIPPED), *SERVICE_LABELS, (REASON, reason), ("instance", "a"))


def _of_all(counter: str) -> Scene:
    """Level: how many of the calls of a minute this counter counts; the others pass, for either of two faults."""

    def scene(phases: Phases) -> tuple[Series, ...]:
        others = increasing([(_CALLS - level, minutes) for level, minutes in phases])
        leak = _verdict("pass", fault=(FAULT, "system_prompt_leak"))
        return ((counter, increasing(phases)), (_verdict("pass"), others), (leak, others))

    return scene


def _first_ones(minute: int, *instances: str) -> tuple[Series, ...]:
    """One fault of each process, which never counted one before, and never another."""
    return tuple((_verdict("fail", instance=instance), f"_x{minute} 1x60") for instance in instances)


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAIJudgeFoundFaults",
        expr=f"{_FAILED} / {_ALL} >= 0.05 and {_FAILED} > 2.5",
        summary=f"The judge found {{{{ .Labels.{FAULT} }}}} in {PERCENT} of the calls of {WHO} that it read",
        description="At least three such calls in half an hour, and 5% of those that were judged for it. It reads a "
        "sample: of all calls the same share has the fault, and the judge may be wrong about single ones.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Faults found by the judge",
        cases=(
            *cases(
                _of_all(_verdict("fail")),
                good=0,
                bad=2,
                almost=0.4,
                labels=(*SERVICE_LABELS, _INJECTION),
                summary="The judge found prompt_injection in 20% of the calls of shop (production) that it read",
                within=30,
                gone=55,
            ),
            Case(
                "fires",
                "the first faults of three processes are their only ones",
                (*_first_ones(31, "a", "b", "c"), (_verdict("pass"), "0+1x90")),
                fires=(38, 50),
                silent=(30, 80),
                labels=(*SERVICE_LABELS, _INJECTION),
            ),
            Case(
                "silent",
                "two faults in three calls",
                (*_first_ones(31, "a", "b"), (_verdict("pass"), "0x30 1x60")),
                silent=(30, 38, 50, 80),
            ),
        ),
    ),
    Alert(
        name="GenAIJudgeBlind",
        expr=f"{_UNSEEN} / ({_UNSEEN} + {_SEEN} or {_UNSEEN}) >= 0.45 and {_UNSEEN} > 4.5",
        summary=f"{PERCENT} of the calls of {WHO} that the judge was to read were not judged",
        description="Its model does not answer, answers what cannot be read, or has no price; or calls could not be "
        "redacted for it. The limit is 45% in half an hour; a call that is judged for some faults and not for others "
        "counts as both. What budget, rate and queue leave out does not count. No faults found is not no faults.",
        priority="P3",
        category="telemetry",
        owner="platform",
        dashboard="spanwise-pipeline",
        panel="Calls not judged",
        cases=(
            *cases(
                _of_all(_skipped("unavailable")),
                good=0,
                bad=8,
                almost=4,
                labels=SERVICE_LABELS,
                summary="80% of the calls of shop (production) that the judge was to read were not judged",
                within=30,
                gone=55,
            ),
            Case(
                "fires",
                "it never judged a call",
                ((_skipped("unpriced"), "_x31 1+1x30"),),
                fires=(45, 60),
                silent=(30, 34),
                labels=SERVICE_LABELS,
            ),
            Case(
                "fires",
                "it never has an answer to one of two questions",
                ((_skipped("unreadable"), "0+10x60"), (_verdict("pass"), "0+10x60")),
                fires=(30, 60),
                labels=SERVICE_LABELS,
            ),
            Case("silent", "the budget is spent", _of_all(_skipped("budget"))([(0, 30), (9, 60)]), silent=(45, 60, 90)),
            Case("silent", "four calls", ((_skipped("unreadable"), "_x31 4x60"),), silent=(38, 50, 80)),
        ),
    ),
)
