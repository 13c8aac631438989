"""Calls fail, or nothing is answered any more."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.promql import ON_SERVICE, OUTCOME, PROVIDER, SERVICE, sum_by
from catalogue.wording import NUMBER, PERCENT, WHO

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
    """Answers were expected (by this hour of the days before, else by the last hour), and there is none."""
    usual = "avg_over_time(genai:service:answers:rate5m[1h] offset 10m)"
    expected = f"(genai:baseline:calls:median or {usual}) > 0.1"
    lately = f"{ON_SERVICE} max_over_time(genai:service:answers:rate5m[6h]) > 0"
    return f"({expected} and {lately}) unless {ON_SERVICE} genai:service:answers:rate5m > 0"


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAIErrorRateHigh",
        expr=f"genai:service:error_ratio:rate5m > 0.05 and genai:service:calls:rate5m > {_FEWEST}",
        summary=f"{PERCENT} of the model calls of {WHO} fail",
        description="More than 5 % of all calls of the last five minutes brought no answer. Rate limits, timeouts, "
        "refused keys and faulty requests count, poor answers do not.",
        priority="P1",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Errors by kind",
        cases=(),
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
        cases=(),
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
        cases=(),
    ),
    Alert(
        name="GenAIRetryStorm",
        expr=f"{sum_by(_BY_PROVIDER, 'genai:retries:rate5m')} / ({_CALLS} > {_FEWEST}) > 1",
        summary=f"{NUMBER} attempts fail per call of {WHO} {_TO}",
        description="The SDK's retries hide failures: most calls need a second attempt. Latency grows, and the "
        "provider gets more load in its worst hour.",
        priority="P3",
        category="reliability",
        owner="application",
        dashboard="spanwise-performance",
        panel="Retries",
        cases=(),
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
        cases=(),
        hold="2m",
    ),
    Alert(
        name="GenAINoResponses",
        expr=_silent(),
        summary=f"{WHO} got no answer from any model for five minutes; {NUMBER} per second are usual",
        description="The service was active in the last hours, and at this time it usually is. Either it makes no "
        "calls, or all of them fail, or its telemetry does not arrive.",
        priority="P1",
        category="reliability",
        owner="application",
        dashboard="spanwise-overview",
        panel="Requests against baseline",
        cases=(),
        hold="2m",
    ),
)
