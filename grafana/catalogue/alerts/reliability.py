"""Calls fail, or nothing is answered any more."""

from __future__ import annotations

from catalogue.alert import Alert, Case, Series
from catalogue.promql import OUTCOME, PROVIDER, SERVICE, sum_by
from catalogue.scenes import PROVIDER_LABELS, SERVICE_LABELS, Phases, calls, cases, ended, happening
from catalogue.wording import PERCENT, RATE, WHO
from spanwise.semconv import metrics

__all__ = ["ALERTS"]

_FEWEST = "10 / 300"
"""Ten calls in five minutes: below that a share says nothing."""

_BY_PROVIDER = (*SERVICE, PROVIDER)
_CALLS = sum_by(_BY_PROVIDER, "genai:calls:rate5m")
_TO = "to {{ .Labels.gen_ai_provider_name }}"


def _share(outcomes: str) -> str:
    """The share of a service's calls to a provider that ended so, where there are enough calls."""
    ended = sum_by(_BY_PROVIDER, f'genai:calls:rate5m{{{OUTCOME}=~"{outcomes}"}}')
    return f"{ended} / ({_CALLS} > {_FEWEST})"


def _silent() -> str:
    """Answers were expected, and there is none.

    Expected is at least the lowest pace of the hour around this time a week ago; in the first week that of yesterday,
    on the first day that of the hours before, if there are six.
    """
    answers = "genai:service:answers:rate5m"
    lowest = [f"min_over_time({answers}[1h] offset {offset})" for offset in ("167h30m", "23h30m")]
    today = f"(min_over_time({answers}[5h] offset 1h) and {answers} offset 6h)"
    expected = f"({' or '.join([*lowest, today])}) > 0.1"
    return f"({expected} and max_over_time({answers}[6h]) > 0) unless {answers} > 0"


_DAY = 24 * 60
_SAID = "shop (production) got no answer from any model for five minutes; 1.00 per second are usual"
_SILENCE = (
    *cases(calls(), good=60, bad=0, almost=1, lead=480, labels=SERVICE_LABELS, summary=_SAID)[:3],
    Case(
        "missing",
        "the process ends after two days, and nobody misses it for more than six hours",
        calls()([(60, 2 * _DAY)]),
        fires=(2 * _DAY + 16, 2 * _DAY + 5 * 60),
        silent=(2 * _DAY, 2 * _DAY + 7 * 60),
        labels=SERVICE_LABELS,
    ),
    Case(
        "fires",
        "calls go on, none is answered",
        ended("timeout")([(0, 480), (60, 30)]),
        fires=(495, 510),
        silent=(480,),
        labels=SERVICE_LABELS,
    ),
    Case(
        "silent",
        "a service that rests at night",
        calls()([(60, 600), (0, 840), (60, 600), (0, 840)]),
        silent=(_DAY + 616, _DAY + 660, _DAY + 1200),
    ),
    Case("silent", "a call now and then", calls()([(2, 90), (0, 60)]), silent=(100, 150)),
)


def _poor(phases: Phases) -> tuple[Series, ...]:
    """Calls that are no failures: so many a minute of each kind."""
    kinds = ("abandoned", "cancelled", "truncated", "refusal", "ok")
    return tuple(pair for outcome in kinds for pair in calls(outcome)(phases))


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAIErrorRateHigh",
        expr="genai:service:error_ratio:rate5m > 0.05 and genai:service:errors:rate5m > 4.5 / 300",
        summary=f"{PERCENT} of the model calls of {WHO} fail",
        description="More than 5 % of all calls of the last five minutes, and at least five, brought no answer. "
        "Rate limits, timeouts, refused keys and faulty requests count, poor answers do not.",
        priority="P1",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Errors by kind",
        cases=(
            *cases(
                ended("unavailable"),
                good=0,
                bad=12,
                almost=2,
                labels=SERVICE_LABELS,
                summary="20% of the model calls of shop (production) fail",
            ),
            Case(
                "silent",
                "a call in three minutes, and it fails",
                calls("auth")([(1, 1), (0, 2)] * 20),
                silent=(15, 30, 60),
            ),
            Case("silent", "callers go away, answers are poor", _poor([(10, 60)]), silent=(15, 30, 60)),
        ),
        hold="2m",
    ),
    Alert(
        name="GenAIProviderDown",
        expr=f"{_share('unavailable|timeout')} > 0.5",
        summary=f"{PERCENT} of the calls of {WHO} {_TO} find no server",
        description="More than half of the calls to this provider time out, cannot connect or get a server error.",
        priority="P0",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Errors by kind",
        cases=cases(
            ended("timeout"),
            good=0,
            bad=60,
            almost=24,
            labels=PROVIDER_LABELS,
            summary="100% of the calls of shop (production) to openai find no server",
        ),
        hold="2m",
    ),
    Alert(
        name="GenAIRateLimitStorm",
        expr=f"{_share('rate_limit')} > 0.2",
        summary=f"{PERCENT} of the calls of {WHO} {_TO} are refused by a rate limit",
        description="More than a fifth of the calls end in a rate limit after all attempts of the SDK.",
        priority="P2",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Errors by kind",
        cases=cases(
            ended("rate_limit"),
            good=0,
            bad=30,
            almost=9,
            labels=PROVIDER_LABELS,
            summary="50% of the calls of shop (production) to openai are refused by a rate limit",
        ),
    ),
    Alert(
        name="GenAIRetryStorm",
        expr=f"{sum_by(_BY_PROVIDER, 'genai:retries:rate5m')} / ({_CALLS} > {_FEWEST}) > 1",
        summary=f"{RATE} attempts fail per call of {WHO} {_TO}",
        description="The SDK's retries hide failures: most calls need a second attempt. Latency grows, and the "
        "provider gets more load in its worst hour.",
        priority="P3",
        category="reliability",
        owner="application",
        dashboard="spanwise-performance",
        panel="Retries",
        cases=cases(
            happening(metrics.ATTEMPTS),
            good=0,
            bad=120,
            almost=50,
            labels=PROVIDER_LABELS,
            summary="2.00 attempts fail per call of shop (production) to openai",
            within=20,
        ),
        hold="10m",
    ),
    Alert(
        name="GenAIAuthFailures",
        expr=f"{_share('auth')} > 0.1",
        summary=f"{PERCENT} of the calls of {WHO} {_TO} are refused: the key is not accepted",
        description="The provider answers 401 or 403: a key has expired, was revoked, or has no right to the model.",
        priority="P1",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Errors by kind",
        cases=cases(
            ended("auth"),
            good=0,
            bad=15,
            almost=5,
            labels=PROVIDER_LABELS,
            summary="25% of the calls of shop (production) to openai are refused: the key is not accepted",
        ),
        hold="2m",
    ),
    Alert(
        name="GenAINoResponses",
        expr=_silent(),
        summary=f"{WHO} got no answer from any model for five minutes; {RATE} per second are usual",
        description="The service was active in the last hours, and at this time it usually is. Either it makes no "
        "calls, or all of them fail, or its telemetry does not arrive.",
        priority="P1",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Requests against baseline",
        cases=_SILENCE,
        hold="2m",
    ),
)
