"""What delivery says without any program: settings, routes, both encodings of an alert, what each message calls."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import cast, get_args

import pytest
import yaml

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from catalogue import grafana_rules, prometheus_rules, provisioning
from catalogue.alert import Alert, Priority
from catalogue.alerts import ALERTS
from catalogue.dashboards import DASHBOARDS
from catalogue.delivery import alertmanager, grafana, messages
from catalogue.delivery.links import SILENCE_IN_ALERTMANAGER, SILENCE_IN_GRAFANA, panel_path
from catalogue.delivery.routing import INHIBITIONS, WATCHED, Inhibition, Timing, duration, out_of_hours, routes
from catalogue.delivery.settings import (
    RECEIVERS,
    Channel,
    Email,
    Receiver,
    Settings,
    SettingsError,
    WorkingHours,
    parse,
    settings,
)

SHIPPED = Path(grafana_rules.__file__).parents[1] / "delivery.yaml"
EVERYBODY: dict[Receiver, str] = dict.fromkeys(RECEIVERS, "secret")
ALL_ON = Settings(
    webhook=Channel(dict.fromkeys(RECEIVERS, "http://webhook:9080/alerts")),
    slack=Channel(EVERYBODY),
    pagerduty=Channel(EVERYBODY),
    email=Email(dict.fromkeys(RECEIVERS, "a@example.com"), "b@example.com", "smtp.example.com:587", "b"),
)


def test_shipped_settings_need_nothing_but_the_local_webhook() -> None:
    assert settings() == Settings(webhook=Channel(dict.fromkeys(RECEIVERS, "http://webhook:9080/alerts")))


@pytest.mark.parametrize("channel", ["slack", "pagerduty", "email"])
def test_one_word_enables_a_channel_of_the_shipped_file(channel: str) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    head, section, tail = shipped.partition(f"\n{channel}:")
    enabled = parse(head + section + tail.replace("enabled: false", "enabled: true", 1))
    told: Channel = getattr(enabled, channel)
    assert told.to
    others = {"webhook", "slack", "pagerduty", "email"} - {channel}
    assert all(getattr(enabled, other) == getattr(settings(), other) for other in others)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "delivery.yaml: a mapping is wanted"),
        ("a: [", "delivery.yaml is no YAML"),
        ("slak: {}", "delivery.yaml: 'slak' is unknown"),
        ("slack: {on: true}", "slack: True is unknown"),
        ("slack: {enabled: yes please}", "slack.enabled: true or false is wanted"),
        ("slack: {enabled: true}", "slack: it is enabled, and `to` names nobody"),
        ("slack: {enabled: true, to: {boss: x}}", "slack.to: 'boss' is unknown"),
        ("webhook: {enabled: true, to: {page: 'ftp://x/y'}}", "webhook.to.page: an address"),
        ("email: {enabled: true, to: a@example.com}", "email: it is enabled, and wants"),
        ("sender: pigeon", "sender: `alertmanager` or `grafana`"),
        ("grafana_url: localhost", "grafana_url: an address"),
        ("working_hours: {days: 'friday:monday'}", "working_hours: `days`"),
        ("working_hours: {from: 09:00, to: 08:00}", "working_hours: "),
        ("working_hours: {from: 10:00, to: 17:00}", "working_hours: `from` and `to` want two times"),
    ],
)
def test_wrong_setting_is_named_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse(text)
    assert str(refused.value).startswith(complaint)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("channel", ["slack", "pagerduty"])
def test_secret_in_place_of_its_file_is_refused_and_not_repeated(channel: str) -> None:
    with pytest.raises(SettingsError, match="the name of a file") as refused:
        parse(f"{channel}: {{enabled: true, to: 'https://hooks.example.com/T0/s3cret'}}")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "slack: {enabled: true, to: ['https://hooks.example.com/T0/s3cret']}",
        "slack: {enabled: true, to: {chat: ['https://hooks.example.com/T0/s3cret']}}",
        "slack: {enabled: true, to: {https://hooks.example.com/T0/s3cret}}",
        "slack: {enabled: 'https://hooks.example.com/T0/s3cret'}",
        "slack: https://hooks.example.com/T0/s3cret",
        "slack: {enabled: true, to: https://hooks.example.com/T0/s3cret",
        "slack: 'https://hooks.example.com/T0/s3cret",
    ],
)
def test_message_about_a_wrong_form_repeats_no_secret(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse(text)
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_secrets_are_read_from_files_and_stand_in_no_configuration() -> None:
    text = yaml.safe_dump(alertmanager.configuration(ALL_ON, Timing()))
    for key in ("api_url_file", "routing_key_file", "auth_password_file"):
        assert f"{key}: /etc/spanwise/secrets/" in text
    told = yaml.safe_dump(grafana.contact_points(ALL_ON))
    assert told.count("$__file{/etc/spanwise/secrets/secret}") == 2 * len(RECEIVERS)


def test_each_priority_has_a_way_and_the_worst_ones_page() -> None:
    ways = [(route.priority, route.receiver) for route in routes(Timing())]
    assert {priority for priority, _ in ways} == {*get_args(Priority)}
    assert {priority for priority, receiver in ways if receiver == "page"} == {"P0", "P1"}
    assert len(ways) == len({*ways})


def test_escalation_is_after_0_15_and_30_minutes() -> None:
    waits = {route.receiver: route.wait for route in routes(Timing()) if route.priority == "P0"}
    assert waits == {"page": 5, "chat": 5, "second": 15 * 60, "third": 30 * 60}


def test_nothing_is_repeated_before_more_of_its_group_is_told() -> None:
    assert all(route.group <= route.repeat for route in routes(Timing()))


def test_shortened_times_keep_their_order() -> None:
    waits = [route.wait for route in routes(Timing().faster(150)) if route.priority == "P0"]
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert waits[-1] == 12


@pytest.mark.parametrize(("seconds", "written"), [(5, "5s"), (90, "90s"), (900, "15m"), (5400, "90m"), (86400, "1d")])
def test_duration_is_written_as_prometheus_does(seconds: int, written: str) -> None:
    assert duration(seconds) == written


def test_out_of_hours_is_what_working_hours_leave() -> None:
    nights = {
        "times": [
            {"start_time": "00:00", "end_time": "08:30"},
            {"start_time": "18:00", "end_time": "24:00"},
        ],
        "location": "Europe/Berlin",
    }
    hours = WorkingHours("tuesday", "friday", "08:30", "18:00", "Europe/Berlin")
    assert out_of_hours(hours) == [
        nights,
        {"weekdays": ["monday", "saturday", "sunday"], "location": "Europe/Berlin"},
    ]


def test_grafana_routes_as_alertmanager_does() -> None:
    first = cast("dict[str, list[dict[str, object]]]", alertmanager.configuration(ALL_ON, Timing())["route"])
    second = grafana.policies(replace(ALL_ON, sender="grafana"), Timing())
    assert [comparable(route, "matchers") for route in first["routes"]] == [
        comparable(route, "object_matchers") for route in cast("list[dict[str, object]]", second["routes"])
    ]


def comparable(route: Mapping[str, object], matchers: str) -> dict[str, object]:
    (matcher,) = cast("list[str | list[str]]", route[matchers])
    text = matcher if isinstance(matcher, str) else f'{matcher[0]}{matcher[1]}"{matcher[2]}"'
    return {key: value for key, value in route.items() if key != matchers} | {"matcher": text}


def test_receiver_that_is_nobody_breaks_neither() -> None:
    only = Settings(sender="grafana", slack=Channel({"chat": "slack_url"}))
    policies = cast("list[dict[str, object]]", grafana.policies(only, Timing())["routes"])
    assert {policy["receiver"] for policy in policies} == {"chat"}
    names = [
        each["name"]
        for each in cast("list[dict[str, object]]", alertmanager.configuration(only, Timing())["receivers"])
    ]
    assert names == [*RECEIVERS, "nobody"]


def labels_of(alert: Alert) -> dict[str, str]:
    return {"alertname": alert.name, **prometheus_rules.labels(alert)}


def fits(matchers: tuple[tuple[str, tuple[str, ...]], ...], alert: Alert) -> bool:
    """Whether an alert can be meant; of an objective's labels only the rules know."""
    return all(labels_of(alert).get(label) in values for label, values in matchers if label != "sloth_slo")


def test_every_alert_that_a_route_or_an_inhibition_names_exists() -> None:
    sides = [side for rule in INHIBITIONS for side in (rule.source, rule.target)]
    named = {value for side in sides for label, values in side if label == "alertname" for value in values}
    assert named | {*WATCHED} <= {alert.name for alert in ALERTS}


@pytest.mark.parametrize("rule", INHIBITIONS, ids=lambda rule: str(rule.source))
def test_no_value_of_an_inhibition_is_in_vain(rule: Inhibition) -> None:
    for side in (rule.source, rule.target):
        for label, values in side:
            others = tuple(matcher for matcher in side if matcher[0] != label)
            assert all(any(fits((*others, (label, (value,))), alert) for alert in ALERTS) for value in values)


def test_no_two_alerts_keep_each_other_quiet() -> None:
    quiet = {
        (source.name, target.name)
        for rule in INHIBITIONS
        for source, target in product(ALERTS, ALERTS)
        if fits(rule.source, source) and fits(rule.target, target)
    }
    assert {(source, target) for source, target in quiet if (target, source) in quiet} == set()


def prometheus_alerts() -> dict[str, dict[str, object]]:
    documents = [yaml.safe_load(text) for path, text in prometheus_rules.files() if "rules" in path]
    rules = [rule for document in documents for group in document["groups"] for rule in group["rules"]]
    return {rule["alert"]: rule for rule in rules if "alert" in rule}


def grafana_alerts() -> dict[str, dict[str, object]]:
    ((_, text),) = grafana_rules.files()
    return {rule["title"]: rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]}


def test_prometheus_and_grafana_have_the_same_alerts() -> None:
    def essence(rule: Mapping[str, object], expr: object, keep: object) -> dict[str, object]:
        return {"expr": expr, "for": rule["for"], "keep": keep, "labels": rule["labels"]}

    ours = {
        name: essence(
            rule, cast("list[dict[str, dict[str, object]]]", rule["data"])[0]["model"]["expr"], rule["keepFiringFor"]
        )
        for name, rule in grafana_alerts().items()
    }
    theirs = {name: essence(rule, rule["expr"], rule["keep_firing_for"]) for name, rule in prometheus_alerts().items()}
    assert ours == theirs
    assert {*ours} == {alert.name for alert in ALERTS}


def test_grafana_says_what_prometheus_says() -> None:
    theirs = prometheus_alerts()
    for name, rule in grafana_alerts().items():
        ours = cast("dict[str, str]", rule["annotations"])
        said = cast("dict[str, str]", theirs[name]["annotations"])
        for key in ("summary", "description", "runbook_url"):
            assert ours[key].replace('(index .Values "A").Value', ".Value") == said[key]


def test_every_rule_of_grafana_has_its_own_short_uid() -> None:
    uids = [grafana_rules.uid(alert) for alert in ALERTS]
    assert len({*uids}) == len(uids)
    assert all(re.fullmatch(r"genai(-[a-z0-9]+)+", uid) and len(uid) <= 40 for uid in uids)
    assert "genai-latency-p95-high" in uids


def test_every_rule_leads_to_a_panel_that_exists() -> None:
    panels = {
        (f"spanwise-{name}", title)
        for name, board in DASHBOARDS.items()
        for title in (panel.title for panel in board.panels)
    }
    assert {(alert.dashboard, alert.panel) for alert in ALERTS} <= panels


def test_rules_are_in_the_folder_of_the_dashboards() -> None:
    assert grafana_rules.FOLDER == provisioning.FOLDER


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings(list(cast("dict[object, object]", value).values()))
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from strings(item)


def test_provisioned_files_have_a_dollar_sign_only_where_grafana_leaves_it() -> None:
    """In the model of a query, which is taken as it is; what is in an annotation or a label may be replaced."""
    for path, text in (*grafana.files(), *grafana_rules.files()):
        for found in strings(yaml.safe_load(text)):
            assert "$" not in found or found == "is_number($A) || is_nan($A) || is_inf($A)", path


@pytest.mark.parametrize("silence", [SILENCE_IN_ALERTMANAGER, SILENCE_IN_GRAFANA])
def test_every_template_that_is_called_is_defined(silence: str) -> None:
    text = messages.templates("http://localhost:3000", silence)
    defined = re.findall(r'define "([^"]+)"', text)
    called = {*re.findall(r'template "([^"]+)"', text + "".join(strings(everything_that_calls())))}
    assert len({*defined}) == len(defined)
    assert called == {*defined}


def everything_that_calls() -> list[object]:
    return [alertmanager.configuration(ALL_ON, Timing()), grafana.contact_points(ALL_ON)]


def test_no_word_in_capitals_is_left_in_the_templates() -> None:
    text = messages.templates("http://localhost:3000", SILENCE_IN_ALERTMANAGER)
    assert {*re.findall(r"\b[A-Z_]{4,}\b", text)} == set()


def test_templates_lead_to_the_grafana_of_the_settings() -> None:
    text = messages.templates("https://grafana.example.com/ops", SILENCE_IN_ALERTMANAGER)
    assert "https://grafana.example.com/ops/explore?" in text
    assert "localhost" not in text


def test_panel_path_sets_the_variables_of_the_dashboard() -> None:
    assert panel_path("spanwise-cost", 7).startswith(
        "/d/spanwise-cost?viewPanel=7{{ with .Labels.service_name }}&var-service={{ urlquery . }}{{ end }}"
    )
