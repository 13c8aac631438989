"""Attacks, leaks, secrets, people over their limits; and content that redaction could not make safe."""

from __future__ import annotations

from catalogue.alert import Alert, Case
from catalogue.promql import SERVICE, label, occurred, series, sum_by
from catalogue.scenes import SERVICE_LABELS, Scene, cases, happening, selector
from catalogue.wording import COUNT, TIMES, WHO
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["ALERTS"]

_CATEGORY = label(names.SCREEN_CATEGORY)
_TYPE = "spanwise_redaction_type"
_LEAK = "system_prompt_leak"
_SECRET_LEAK = "secret_leak"
_IS_ATTACK = f'{_CATEGORY}!~".*_leak|harm[.].*"'
_LIMIT = (("spanwise_abuse_reason", "requests"), ("spanwise_abuse_subject", "user"))


def _surge(rates: str, fewest: int) -> str:
    """At least so many in 15 minutes, and over three times as many per call as in the last day."""
    now, before = (_per_call(rates, window) for window in ("15m]", "1d] offset 1h"))
    enough = f"900 * {sum_by(SERVICE, f'avg_over_time({rates}[15m])')} > {fewest}"
    return f"{enough} and {now} > 3 * ({before})"


def _per_call(rates: str, window: str) -> str:
    """Without findings it is 0, without calls nothing."""
    calls = f"sum_over_time(genai:service:calls:rate5m[{window})"
    return f"({sum_by(SERVICE, f'sum_over_time({rates}[{window})')} or 0 * {calls}) / ({calls} > 0)"


def _screened(category: str) -> Scene:
    return happening(metrics.SCREENED, (_CATEGORY, category))


def _redacted(kind: str) -> Scene:
    return happening(metrics.REDACTED, (_TYPE, kind), per_call=False)


def _born(counter: str, *labels: tuple[str, str]) -> Case:
    """A counter that no one sent before counts one event, and never another."""
    name = selector(counter, *SERVICE_LABELS, *labels, ("instance", "a"))
    return Case(
        "fires",
        "the first event of a process is its only one",
        ((name, "_x31 1x90"),),
        fires=(32, 38),
        silent=(30, 60, 120),
        labels=SERVICE_LABELS,
    )


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAIInjectionSurge",
        expr=_surge(f"genai:flagged:rate5m{{{_IS_ATTACK}}}", 10),
        summary=f"Screening flagged {COUNT} calls of {WHO} in 15 minutes",
        description="Over three times as many per call as in the last day: somebody tries prompt injection or "
        "jailbreaks, or a document that many calls read holds instructions.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Flagged calls",
        cases=(
            *cases(
                _screened("prompt_injection"),
                good=0,
                bad=4,
                almost=0.5,
                labels=SERVICE_LABELS,
                summary="Screening flagged 60 calls of shop (production) in 15 minutes",
                lead=90,
                within=25,
            ),
            Case("silent", "it has been so all the time", _screened("jailbreak")([(4, 240)]), silent=(30, 180, 240)),
            Case("silent", "harm is no attack", _screened("harm.hate")([(0, 90), (4, 60)]), silent=(115, 150)),
        ),
    ),
    Alert(
        name="GenAISystemPromptLeak",
        expr=occurred(f'{series(metrics.SCREENED)}{{{_CATEGORY}=~"{_LEAK}|canary_leak"}}'),
        summary=f"{WHO} gave parts of its system prompt away, {TIMES} in 10 minutes",
        description="An answer repeats the system prompt, or a canary in it. Whatever stands in it is known outside "
        "now. An answer with both counts twice.",
        priority="P1",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Leaks by kind",
        cases=(
            *cases(
                _screened(_LEAK),
                good=0,
                bad=1,
                almost=0,
                labels=SERVICE_LABELS,
                summary="shop (production) gave parts of its system prompt away, 5 times in 10 minutes",
                within=5,
            ),
            _born(series(metrics.SCREENED), (_CATEGORY, _LEAK)),
            _born(series(metrics.SCREENED), (_CATEGORY, "canary_leak")),
            Case("silent", "a secret has its own alert", _screened(_SECRET_LEAK)([(0, 30), (1, 30)]), silent=(35, 60)),
        ),
        hold="0s",
    ),
    Alert(
        name="GenAISecretLeak",
        expr=occurred(f'{series(metrics.SCREENED)}{{{_CATEGORY}="{_SECRET_LEAK}"}}'),
        summary=f"{WHO} answered with a secret, {TIMES} in 10 minutes",
        description="An answer holds a key or a password that its user did not write: it comes from the system prompt, "
        "a tool, a document, or the model.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Leaks by kind",
        cases=(
            *cases(
                _screened(_SECRET_LEAK),
                good=0,
                bad=1,
                almost=0,
                labels=SERVICE_LABELS,
                summary="shop (production) answered with a secret, 5 times in 10 minutes",
                within=5,
            ),
            _born(series(metrics.SCREENED), (_CATEGORY, _SECRET_LEAK)),
            Case("silent", "a prompt has its own alert", _screened(_LEAK)([(0, 30), (1, 30)]), silent=(35, 60)),
        ),
        hold="0s",
    ),
    Alert(
        name="GenAIAbuseSurge",
        expr=_surge("genai:abuse:rate5m", 5),
        summary=f"Users, tenants or keys of {WHO} went over a limit {TIMES} in 15 minutes",
        description="Over three times as often per call as in the last day: scripts that run wild, stolen accounts, or "
        "limits that are too narrow for what the application has become.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Limits exceeded",
        cases=(
            *cases(
                happening(metrics.ABUSE_FLAGS, *_LIMIT, per_call=False),
                good=0,
                bad=2,
                almost=0.2,
                labels=SERVICE_LABELS,
                summary="Users, tenants or keys of shop (production) went over a limit 30 times in 15 minutes",
                lead=90,
                within=25,
            ),
            Case(
                "silent",
                "it has been so all the time",
                happening(metrics.ABUSE_FLAGS, *_LIMIT, per_call=False)([(2, 240)]),
                silent=(30, 180, 240),
            ),
        ),
    ),
    Alert(
        name="GenAIPersonalDataSurge",
        expr=_surge(f'genai:redacted:rate5m{{{_TYPE}!="SECRET"}}', 50),
        summary=f"{COUNT} pieces of personal data were redacted from the calls of {WHO} in 15 minutes",
        description="Over three times as many per call as in the last day: a new source of prompts holds personal "
        "data. The provider got it; only the telemetry is redacted.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Redactions by type",
        cases=cases(
            _redacted("EMAIL"),
            good=0,
            bad=10,
            almost=3,
            labels=SERVICE_LABELS,
            summary="150 pieces of personal data were redacted from the calls of shop (production) in 15 minutes",
            lead=90,
            within=25,
        ),
    ),
    Alert(
        name="GenAISecretInTraffic",
        expr=occurred(f'{series(metrics.REDACTED)}{{{_TYPE}="SECRET"}}'),
        summary=f"{COUNT} secrets stood in the telemetry of {WHO} and were redacted",
        description="A key or a password was in a prompt, an answer or an attribute. The provider has it: change it.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Secrets found",
        cases=(
            *cases(
                _redacted("SECRET"),
                good=0,
                bad=1,
                almost=0,
                labels=SERVICE_LABELS,
                summary="5 secrets stood in the telemetry of shop (production) and were redacted",
                within=5,
            ),
            _born(series(metrics.REDACTED), (_TYPE, "SECRET")),
            Case("silent", "an address is no secret", _redacted("EMAIL")([(0, 30), (1, 30)]), silent=(35, 60)),
        ),
        hold="0s",
    ),
    Alert(
        name="GenAIRedactionFailed",
        expr=occurred(series(metrics.PIPELINE_BLANKED)),
        summary=f"Redaction failed for {COUNT} spans of {WHO}; they were sent without content",
        description="Nothing leaked: a span that cannot be redacted loses its content, until the cause is repaired.",
        priority="P1",
        category="security",
        owner="platform",
        dashboard="spanwise-security",
        panel="Content dropped",
        cases=(
            *cases(
                happening(metrics.PIPELINE_BLANKED, per_call=False),
                good=0,
                bad=2,
                almost=0,
                labels=SERVICE_LABELS,
                summary="Redaction failed for 10 spans of shop (production); they were sent without content",
                within=5,
            ),
            _born(series(metrics.PIPELINE_BLANKED)),
        ),
        hold="0s",
    ),
)
