"""Runbooks: one for each alert, of one shape, and every query in them asks for what there is."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from catalogue.alert import Alert
from catalogue.alerts import ALERTS
from catalogue.series import EXTERNAL, labels_of
from spanwise.distro.incident.symptom import symptom_of
from spanwise.semconv import attributes
from unit.query_names import labels_read, metrics_read, spans_read

ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "grafana" / "runbooks"
HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Afterwards"]

# of a process of Go that Prometheus scrapes
_SCRAPED = ("process_", "go_")
_RESOURCE = {"service.name", "service.version", "service.instance.id", "deployment.environment.name"}
_BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)]+)\)")
_VARIABLE = re.compile(r"\bSPANWISE_[A-Z_]+\b")


def text_of(alert: Alert) -> str:
    return (RUNBOOKS / f"{alert.name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def queries(text: str, language: str) -> list[str]:
    return [" ".join(body.split()) for kind, body in _BLOCK.findall(text) if kind == language]


every_alert = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)


def test_each_alert_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert sorted(path.stem for path in RUNBOOKS.glob("*")) == sorted(alert.name for alert in ALERTS)


@every_alert
def test_runbook_has_the_five_headings_in_their_order(alert: Alert) -> None:
    found = re.findall(r"^(#+) (.+)$", text_of(alert), re.MULTILINE)
    assert found == [("#", alert.name), *(("##", heading) for heading in HEADINGS)]
    assert all(section(text_of(alert), heading).strip() for heading in HEADINGS)


@every_alert
def test_diagnosis_is_numbered_and_has_a_query(alert: Alert) -> None:
    diagnosis = section(text_of(alert), "Diagnosis")
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", diagnosis, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 3
    assert queries(diagnosis, "promql")


@every_alert
def test_runbook_of_calls_names_the_incident_report(alert: Alert) -> None:
    symptom = symptom_of(alert.name)
    assert symptom is not None, "spanwise incident does not know what this alert is about"
    if symptom.counted != "faults":
        assert f"--alert {alert.name}" in text_of(alert)


@every_alert
def test_report_command_is_one_that_there_is(alert: Alert) -> None:
    for options in re.findall(r"spanwise incident ([^`\n]*)", text_of(alert)):
        assert {*re.findall(r"--[a-z]+", options)} <= {
            "--prometheus", "--tempo", "--alert", "--service", "--symptom", "--from", "--to"
        }  # fmt: skip


@every_alert
def test_promql_reads_metrics_and_labels_that_there_are(alert: Alert) -> None:
    for query in queries(text_of(alert), "promql"):
        for metric in metrics_read(query):
            known = labels_of(metric)
            assert known is not None or metric.startswith((*EXTERNAL, *_SCRAPED)), f"{metric} in {query}"
        having = [labels_of(metric) for metric in metrics_read(query)]
        if None not in having:
            assert labels_read(query) <= {"__name__"}.union(*(labels for labels in having if labels)), query


@every_alert
def test_traceql_reads_attributes_that_spans_have(alert: Alert) -> None:
    known = {value for name, value in vars(attributes).items() if name.isupper()}
    for query in queries(text_of(alert), "traceql"):
        for scope, attribute in spans_read(query):
            assert attribute in (_RESOURCE if scope == "resource" else known), query


@every_alert
def test_links_and_settings_resolve(alert: Alert) -> None:
    text = text_of(alert)
    for target in _LINK.findall(text):
        assert (RUNBOOKS / target).is_file(), target
    settings = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in _VARIABLE.findall(text) if f"`{name}`" not in settings] == []
    assert [path for path in re.findall(r"\bdocs/[\w-]+\.md", text) if not (ROOT / path).is_file()] == []


def test_no_two_runbooks_share_a_sentence() -> None:
    """A text that could stand in any runbook helps with none."""
    told = {alert.name: prose(text_of(alert)) for alert in ALERTS}
    for one, other in combinations(told, 2):
        assert told[one] & told[other] == set(), f"{one} and {other}"


def prose(text: str) -> set[str]:
    """Lines that are neither queries nor commands, and longer than a phrase."""
    lines = (line.strip(" -0123456789.") for line in _BLOCK.sub("", text).splitlines())
    return {line for line in lines if len(line.split()) > 6 and "spanwise incident" not in line}
