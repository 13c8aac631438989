"""Grafana's backend, the real one, with the shipped alerting files: all load, evaluate, fire and deliver."""

from __future__ import annotations

import json
import shutil
import urllib.request
from base64 import b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import pytest
import yaml

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from catalogue.alert import Alert, Priority
from catalogue.alerts import ALERTS
from catalogue.delivery import messages
from catalogue.delivery.grafana import contact_points, mute_times, policies
from catalogue.delivery.links import SILENCE_IN_GRAFANA
from catalogue.delivery.routing import Timing
from catalogue.delivery.settings import RECEIVERS, SECRETS, Channel, Email, Settings, WorkingHours, settings
from catalogue.grafana_rules import FOLDER, rule, uid
from native.places import free_addresses
from native.programs import Stack
from native.webhook import Delivery
from stack.native.stand_ins import Inbox, Service
from stack.native.waiting import eventually

pytestmark = pytest.mark.native

PROVISIONING = Path(__file__).parents[3] / "grafana" / "provisioning"
Rules = dict[str, dict[str, object]]


def asked(stack: Stack, path: str) -> object:
    """What Grafana's API answers its administrator."""
    request = urllib.request.Request(stack.url("grafana") + path)
    word = b64encode(f"admin:{stack.grafana_password}".encode()).decode()
    request.add_header("authorization", f"Basic {word}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return cast("object", json.load(answer))


def rules(stack: Stack) -> Rules:
    """The state of each rule, by its title."""
    answer = cast("dict[str, dict[str, list[dict[str, list[dict[str, object]]]]]]", asked(stack, _STATE))
    return {str(found["name"]): found for group in answer["data"]["groups"] for found in group["rules"]}


_STATE = "/api/prometheus/grafana/api/v1/rules"


def evaluated(found: Mapping[str, object]) -> bool:
    return not str(found.get("lastEvaluation", "0001")).startswith("0001")


def alerts(found: Mapping[str, object]) -> list[dict[str, dict[str, str]]]:
    return cast("list[dict[str, dict[str, str]]]", found.get("alerts") or [])


def _alert(name: str, expr: str, priority: Priority = "P0", hold: str = "0s") -> Alert:
    return Alert(
        name=name,
        expr=expr,
        summary="{{ .Labels.service_name }} has {{ VALUE | humanize }}",
        description="As it is.",
        priority=priority,
        category="reliability",
        owner="platform",
        dashboard="spanwise-overview",
        panel="Errors by kind",
        cases=(),
        hold=hold,
    )


def provisioning(folder: Path, chosen: Settings, *fired: Alert) -> Path:
    """The shipped files with other rules, evaluated as often as Grafana can, and other settings."""
    shutil.copytree(PROVISIONING, folder)
    sections: dict[str, list[dict[str, object]]] = {
        "groups": [
            {"orgId": 1, "name": "test", "folder": FOLDER, "interval": "10s", "rules": [rule(each) for each in fired]}
        ],
        "contactPoints": contact_points(chosen),
        "muteTimes": mute_times(chosen),
        "policies": [policies(chosen, Timing().faster(300))],
        "templates": [
            {"orgId": 1, "name": "spanwise", "template": messages.templates(chosen.grafana_url, SILENCE_IN_GRAFANA)}
        ],
    }
    for name, entries in sections.items():
        file = "rules" if name == "groups" else name
        text = yaml.safe_dump({"apiVersion": 1, name: entries})
        (folder / "alerting" / f"{file}.yaml").write_text(text.replace(SECRETS, str(folder.parent / "secrets")))
    return folder


@contextmanager
def grafana(
    folder: Path, chosen: Settings, *fired: Alert, environment: Mapping[str, str] | None = None
) -> Generator[Stack]:
    """Prometheus, and Grafana with these rules."""
    given = {"grafana/provisioning": provisioning(folder / "provisioning", chosen, *fired)}
    services = ["prometheus", "grafana"]
    with Stack(folder / "stack", services, configurations=given, environment=environment) as stack:
        yield stack


def of(name: str, receiver: str, delivery: Delivery) -> bool:
    common = cast("dict[str, str]", delivery.body["commonLabels"])
    return delivery.body["receiver"] == receiver and common["alertname"] == name


def test_every_rule_loads_and_is_healthy(tmp_path: Path) -> None:
    with Stack(tmp_path, ["prometheus", "grafana"]) as stack:
        names = {alert.name for alert in ALERTS}
        assert eventually(lambda: names == {name for name, found in rules(stack).items() if evaluated(found)})
        unwell = {name: found for name, found in rules(stack).items() if found["health"] != "ok"}
        assert unwell == {}
        provisioned = cast("list[dict[str, str]]", asked(stack, "/api/v1/provisioning/alert-rules"))
        assert {found["uid"] for found in provisioned} == {uid(alert) for alert in ALERTS}
        points = cast("list[dict[str, str]]", asked(stack, "/api/v1/provisioning/contact-points"))
        assert {*RECEIVERS} <= {point["name"] for point in points}
        assert "Error in expanding template" not in stack.programs["grafana"].log_path.read_text()


def test_rule_fires_for_every_series_whatever_its_value_and_for_none_without(tmp_path: Path) -> None:
    expressions = {
        "Zero": "vector(0)",
        "Negative": "vector(-3)",
        "NotANumber": "vector(0) / 0",
        "Infinite": "vector(1) / 0",
        "Nothing": "vector(1) > 2",
        "Two": 'label_replace(vector(1), "service_name", "shop", "", "") '
        'or label_replace(vector(0), "service_name", "search", "", "")',
    }
    fired = [_alert(f"Case{name}", expr) for name, expr in expressions.items()]
    with grafana(tmp_path, settings(), *fired) as stack:
        assert eventually(lambda: all(map(evaluated, rules(stack).values())))
        states = {name.removeprefix("Case"): found["state"] for name, found in rules(stack).items()}
        assert states == {name: "inactive" if name == "Nothing" else "firing" for name in expressions}
        summaries = sorted(each["annotations"]["summary"] for each in alerts(rules(stack)["CaseTwo"]))
        assert summaries == ["search has 0", "shop has 1"]


def test_grafana_that_sends_routes_as_alertmanager_does(tmp_path: Path) -> None:
    shop = 'label_replace(vector(7), "service_name", "shop", "", "")'
    with grafana(tmp_path, replace(settings(), sender="grafana"), _alert("GenAIProviderDown", shop)) as stack:
        for receiver in ("page", "chat", "second", "third"):
            delivery = stack.webhook.wait_for(partial(of, "GenAIProviderDown", receiver))
        assert delivery.body["title"] == "Still firing: P0 GenAIProviderDown: shop"
        message = str(delivery.body["message"])
        assert "shop has 7" in message
        assert "For service shop, since " in message
        assert "viewPanel=" in message and "&from=" in message
        assert "resource.service.name%3D%5C%22shop%5C%22" in message
        assert "runbooks/GenAIProviderDown.md" in message
        assert "alerting/silence/new?alertmanager=grafana&matcher=alertname%3DGenAIProviderDown" in message
        (told,) = cast("list[dict[str, str]]", delivery.body["alerts"])
        assert "/d/spanwise-overview" in told["dashboardURL"]
        assert "viewPanel=" in told["panelURL"]


def test_grafana_that_does_not_send_tells_only_what_alertmanager_cannot(tmp_path: Path) -> None:
    """The one that is told fires ten seconds after the other: what that one sent would have arrived."""
    quiet, watched = _alert("GenAIProviderDown", "vector(1)"), _alert("GenAIAlertmanagerDown", "vector(1)", hold="10s")
    with grafana(tmp_path, settings(), quiet, watched) as stack:
        stack.webhook.wait_for(partial(of, "GenAIAlertmanagerDown", "page"))
        assert rules(stack)["GenAIProviderDown"]["state"] == "firing"
        names = {cast("dict[str, str]", each.body["commonLabels"])["alertname"] for each in stack.webhook.deliveries}
    assert names == {"GenAIAlertmanagerDown"}


def test_channels_read_their_secrets_and_deliver(tmp_path: Path) -> None:
    """PagerDuty is not fired at: this Grafana knows no other address of it than the real one."""
    mails = Email({"ticket": "llm-team@example.com"}, "alerts@example.com", "smtp.example.com:587")
    chosen = replace(
        Settings(sender="grafana", working_hours=WorkingHours("monday", "sunday", "00:00", "24:00")),
        slack=Channel({"chat": "slack_url"}),
        pagerduty=Channel({"page": "pagerduty_key"}),
        email=mails,
    )
    (address,) = free_addresses(1)
    smtp = {"ENABLED": "true", "HOST": address, "FROM_ADDRESS": "alerts@example.com", "SKIP_VERIFY": "true"}
    with Service() as service, Inbox(address) as inbox:
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets" / "slack_url").write_text(f"{service.url}/slack\n")
        (tmp_path / "secrets" / "pagerduty_key").write_text("0123456789abcdef\n")
        fired = (_alert("ToChat", "vector(1)", "P2"), _alert("ToTicket", "vector(1)", "P3"))
        variables = {f"GF_SMTP_{name}": value for name, value in smtp.items()}
        with grafana(tmp_path, chosen, *fired, environment=variables) as stack:
            assert eventually(lambda: bool(service.posted("/slack") and inbox.mails))
            points = cast("list[dict[str, str]]", asked(stack, "/api/v1/provisioning/contact-points"))
    assert {("page", "pagerduty"), ("chat", "slack"), ("ticket", "email")} <= {
        (point["name"], point["type"]) for point in points
    }
    assert "P2 ToChat" in json.dumps(service.posted("/slack")[0])
    assert inbox.mails[0]["subject"] == "P3 ToTicket"
    body = inbox.mails[0].get_body(("html",))
    assert body is not None
    assert "/d/spanwise-overview?viewPanel=" in str(body.get_content())
