"""What each alert is about."""

from __future__ import annotations

import pytest

from catalogue.alert import Alert
from catalogue.alerts import ALERTS
from catalogue.promql import FAILED as FAILED_IN_RULES
from spanwise.distro.incident.symptom import FAILED, SYMPTOMS, symptom_named, symptom_of

_OF_CATEGORY = {
    "reliability": {"failures", "rate_limit", "auth", "retries", "calls"},
    "latency": {"latency", "first_chunk"},
    "cost": {"cost", "cost_per_call", "tokens", "unpriced", "cache"},
    "quality": {"truncated", "refusal", "malformed_output", "empty"},
    "security": {"flagged", "redacted", "judged", "telemetry", "calls"},
    "traffic": {"calls"},
    "telemetry": {"telemetry"},
}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_name_of_each_alert_tells_its_symptom(alert: Alert) -> None:
    found = symptom_of(alert.name)
    assert found is not None
    assert found.name in _OF_CATEGORY[alert.category]


def test_every_symptom_belongs_to_an_alert_or_is_asked_for_by_name() -> None:
    named = {found.name for alert in ALERTS if (found := symptom_of(alert.name))}
    assert {symptom.name for symptom in SYMPTOMS} - named == {"content_filter"}


@pytest.mark.parametrize(
    ("alert", "expression", "objective", "name"),
    [
        ("GenAIErrorBudgetBurnHigh", "", "requests-latency", "latency"),
        ("GenAIErrorBudgetBurnHigh", "", "requests-availability", "failures"),
        ("TeamAlert7", "sum(genai:cost_usd:rate5m) > 3", "", "cost"),
        ("TeamAlert7", 'genai:calls:rate5m{spanwise_outcome="auth"} > 0', "", "auth"),
    ],
)
def test_objective_or_expression_tells_where_the_name_does_not(
    alert: str, expression: str, objective: str, name: str
) -> None:
    assert symptom_of(alert, expression, objective) == symptom_named(name)


def test_alert_about_something_else_has_no_symptom() -> None:
    assert symptom_of("DiskFull", "node_filesystem_free_bytes < 1") is None


def test_calls_that_failed_are_those_of_the_rules() -> None:
    assert FAILED == FAILED_IN_RULES
