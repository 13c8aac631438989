"""Alerts: complete, routable, explained, and each with cases of all four kinds."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args

import pytest

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from catalogue.alert import Alert, Case, Category, Priority
from catalogue.alerts import ALERTS
from catalogue.prometheus_rules import RUNBOOKS, labels, texts
from catalogue.promql import SERVICE
from catalogue.promtool import compiled
from catalogue.recording import RULES
from catalogue.scenes import cases, constant, ended, increasing
from catalogue.wording import WHO

NAN = float("nan")
LABEL = re.compile(r"\{\{ \.Labels\.(\w+)")
RECORDED = re.compile(r"\b(?:genai|slo):[\w:]+")
DURATION = re.compile(r"\d+[smh]")
EACH = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)


def of_kind(alert: Alert, kind: str) -> list[Case]:
    return [case for case in alert.cases if case.kind == kind]


def test_names_are_unique_and_short_enough_for_an_identifier() -> None:
    names = [alert.name for alert in ALERTS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"GenAI([A-Z][a-z]+|P9[59])+", name) and len(name) <= 34 for name in names)


def test_every_category_and_priority_is_used() -> None:
    assert {alert.category for alert in ALERTS} == set(get_args(Category))
    assert {alert.priority for alert in ALERTS} == set(get_args(Priority))


def test_few_alerts_wake_somebody() -> None:
    assert Counter(alert.priority for alert in ALERTS)["P0"] <= 3


@EACH
def test_alert_has_cases_of_all_four_kinds(alert: Alert) -> None:
    kinds = {case.kind for case in alert.cases}
    assert kinds == {"fires", "silent", "resolves", "missing"}


@EACH
def test_cases_look_where_their_kind_says(alert: Alert) -> None:
    for case in alert.cases:
        assert case.series and (case.fires or case.silent), case.name
        assert bool(case.fires) == bool(case.labels), case.name
    assert all(case.fires for case in of_kind(alert, "fires"))
    assert all(case.silent and not case.fires for case in of_kind(alert, "silent"))
    assert all(case.fires and max(case.silent) > max(case.fires) for case in of_kind(alert, "resolves"))
    assert any(min(case.silent, default=999) < min(case.fires) for case in of_kind(alert, "fires"))


@EACH
def test_text_is_looked_at_in_one_case_and_holds_the_number(alert: Alert) -> None:
    told = [case for case in alert.cases if case.summary]
    assert len(told) == 1
    if "VALUE" in alert.summary:
        assert re.search(r"\d", told[0].summary)


@EACH
def test_text_names_only_labels_that_the_alert_has(alert: Alert) -> None:
    has = {key for case in alert.cases for key, _ in case.labels}
    assert set(LABEL.findall(alert.summary)) <= has
    assert not LABEL.findall(alert.description)


@EACH
def test_alert_about_a_service_says_which_and_where(alert: Alert) -> None:
    keys = {key for case in alert.cases for key, _ in case.labels}
    assert (WHO in alert.summary) == (set(SERVICE) <= keys)
    assert set(SERVICE) <= keys or {"job", "instance"} <= keys


@EACH
def test_alert_reads_series_that_are_recorded(alert: Alert) -> None:
    recorded = {rule.name for rule in RULES}
    assert set(RECORDED.findall(alert.expr)) <= recorded


@EACH
def test_ratio_never_divides_by_zero(alert: Alert) -> None:
    """What divides is compared with a limit first, so that it is left out; a budget and a constant are no traffic."""
    for _, divisor in re.findall(r"(/) ([^/]*)", alert.expr):
        constant_or_guarded = re.match(r"\d|on \(.*\) slo:error_budget|sum by|\(", divisor)
        assert constant_or_guarded, f"{alert.name}: / {divisor[:60]}"


@EACH
def test_alert_does_not_flap(alert: Alert) -> None:
    """It holds for a while before it fires, or asks about ten minutes and more; and it stays a while."""
    assert DURATION.fullmatch(alert.hold) and DURATION.fullmatch(alert.keep)
    assert alert.keep not in ("0s", "0m")
    assert alert.hold != "0s" or re.search(r"\[1[05]m\]", alert.expr)


@EACH
def test_texts_are_templates_of_prometheus(alert: Alert) -> None:
    said = texts(alert)
    assert said["runbook_url"] == f"{RUNBOOKS}/{alert.name}.md"
    assert f"/d/{alert.dashboard}?" in said["dashboard_url"]
    assert "VALUE" not in "".join(said.values()) and "$" not in "".join(said.values())
    assert all(text.count("{{") == text.count("}}") for text in said.values())
    assert set(labels(alert)) == {"priority", "category", "owner"}


def test_case_gets_a_service_of_its_own() -> None:
    files = dict(compiled(ALERTS, []))
    assert sum(text.count("eval_time") for text in files.values()) > 4 * len(ALERTS)
    assert not any('service_name="shop"' in text for text in files.values())


def test_counter_goes_on_where_the_phase_before_ended() -> None:
    assert increasing([(60, 30), (0, 10)]) == "0 60+60x29 1800+0x9"
    assert increasing([(1, 2), (NAN, 3), (2, 1)]) == "0 1+1x1 _x3 4+2x0"


def test_gauge_begins_with_the_level_of_its_first_phase() -> None:
    assert constant([(5, 2), (NAN, 1), (7, 1)]) == "5 5x1 _x1 7x0"


def test_cases_of_a_scene_cover_all_kinds() -> None:
    made = cases(ended("error"), good=0, bad=30, almost=1, labels=(("a", "b"),), summary="s")
    assert [case.kind for case in made] == ["fires", "silent", "resolves", "missing"]
    assert made[0].silent == (30,) and made[0].fires == (45, 55)
