"""Attacks, leaks, secrets; and content that redaction could not make safe."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.promql import SERVICE, label, occurred, series, sum_by
from catalogue.wording import NUMBER, WHO
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["ALERTS"]

_CATEGORY = label(names.SCREEN_CATEGORY)
_TYPE = "spanwise_redaction_type"
_LEAK = "system_prompt_leak"


def _surge(rates: str, fewest: int) -> str:
    """At least so many in 15 minutes, and over three times the pace of the last day."""
    now = sum_by(SERVICE, f"avg_over_time({rates}[15m])")
    before = sum_by(SERVICE, f"avg_over_time({rates}[1d] offset 1h)")
    return f"900 * ({now}) > {fewest} unless {now} < 3 * {before}"


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAIInjectionSurge",
        expr=_surge(f'genai:flagged:rate5m{{{_CATEGORY}!="{_LEAK}"}}', 10),
        summary=f"Screening flagged {NUMBER} calls of {WHO} in 15 minutes",
        description="Over three times the pace of the last day: somebody tries prompt injection or jailbreaks, or a "
        "document that many calls read holds instructions.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Flagged calls",
        cases=(),
    ),
    Alert(
        name="GenAISystemPromptLeak",
        expr=occurred(f'{series(metrics.SCREENED)}{{{_CATEGORY}="{_LEAK}"}}'),
        summary=f"{WHO} gave parts of its system prompt away, {NUMBER} times in 10 minutes",
        description="An answer repeats the system prompt. Whatever stands in it is known outside now.",
        priority="P1",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="System prompt leaks",
        cases=(),
        hold="0s",
    ),
    Alert(
        name="GenAIPersonalDataSurge",
        expr=_surge(f'genai:redacted:rate5m{{{_TYPE}!="SECRET"}}', 50),
        summary=f"{NUMBER} pieces of personal data were redacted from the calls of {WHO} in 15 minutes",
        description="Over three times the pace of the last day: a new source of prompts holds personal data. The "
        "provider got it; only the telemetry is redacted.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Redactions by type",
        cases=(),
    ),
    Alert(
        name="GenAISecretInTraffic",
        expr=occurred(f'{series(metrics.REDACTED)}{{{_TYPE}="SECRET"}}'),
        summary=f"{NUMBER} secrets stood in the telemetry of {WHO} and were redacted",
        description="A key or a password was in a prompt, an answer or an attribute. The provider has it: change it.",
        priority="P2",
        category="security",
        owner="security",
        dashboard="spanwise-security",
        panel="Secrets found",
        cases=(),
        hold="0s",
    ),
    Alert(
        name="GenAIRedactionFailed",
        expr=occurred(series(metrics.PIPELINE_BLANKED)),
        summary=f"Redaction failed for {NUMBER} spans of {WHO}; they were sent without content",
        description="Nothing leaked: a span that cannot be redacted loses its content, until the cause is repaired.",
        priority="P1",
        category="security",
        owner="platform",
        dashboard="spanwise-security",
        panel="Content dropped",
        cases=(),
        hold="0s",
    ),
)
