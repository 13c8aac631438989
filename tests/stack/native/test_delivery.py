"""Alertmanager, the real one, with the shipped routes and messages: who is told, when, and what they read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from catalogue.alert import Priority
from catalogue.alerts import ALERTS
from catalogue.delivery import messages
from catalogue.delivery.alertmanager import configuration
from catalogue.delivery.links import SILENCE_IN_ALERTMANAGER, panel_path
from catalogue.delivery.routing import Timing
from catalogue.delivery.settings import (
    DAYS,
    RECEIVERS,
    SECRETS,
    Channel,
    Email,
    Settings,
    WorkingHours,
    settings,
)
from catalogue.prometheus_rules import labels, texts
from native.build import binary
from native.places import free_addresses
from native.process import running
from native.programs import Stack
from native.webhook import Delivery, WebhookReceiver
from stack.native.stand_ins import Inbox, Service
from stack.native.waiting import eventually

pytestmark = pytest.mark.native

REPOSITORY = Path(__file__).parents[3]
SHIPPED = REPOSITORY / "grafana" / "alertmanager"
FAST = Timing().faster(150)
"""Escalates after 6 and 12 seconds; what waits otherwise waits one or two."""

SCOPE = {
    "service_name": "shop & <co>",
    "deployment_environment_name": "production",
    "gen_ai_provider_name": "openai",
    "gen_ai_request_model": "gpt-5",
}

TRACEQL = (
    '{span.gen_ai.operation.name!=nil && resource.service.name="shop & <co>"'
    ' && resource.deployment.environment.name="production"'
    ' && span.gen_ai.provider.name="openai" && span.gen_ai.request.model="gpt-5"}'
)


def amtool(*arguments: str | Path) -> str:
    done = subprocess.run([binary("amtool"), *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(folder: Path, chosen: Settings, timing: Timing, **top: object) -> Path:
    """A configuration and its templates, as the catalogue writes them; secrets are in `folder/secrets`."""
    config = json.dumps({**configuration(chosen, timing), **top}).replace(SECRETS, str(folder / "secrets"))
    path = folder / "alertmanager.yml"
    path.write_text(config)
    (folder / "templates").mkdir(exist_ok=True)
    text = messages.templates(chosen.grafana_url, SILENCE_IN_ALERTMANAGER)
    (folder / "templates" / "spanwise.tmpl").write_text(text)
    return path


@contextmanager
def alertmanager(folder: Path, config: Path) -> Generator[str]:
    """Its URL, while it runs."""
    (address,) = free_addresses(1)
    arguments = [
        f"--config.file={config}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--web.external-url=http://localhost:9093",
        "--cluster.listen-address=",
    ]
    with running("alertmanager", arguments, f"http://{address}/-/ready", folder=folder):
        yield f"http://{address}"


def alert(name: str, priority: Priority, category: str = "reliability", **labels: str) -> dict[str, object]:
    """An alert as Prometheus sends it."""
    said = {"alertname": name, "priority": priority, "category": category, "owner": "application", **SCOPE, **labels}
    address = panel_path("spanwise-overview", 7).split("{{")[0]
    annotations = {
        "summary": f"61 % of the calls of {said['service_name']} fail",
        "description": "More than half of the calls to this provider <fail>.",
        "dashboard_url": f"{address}&var-service=shop",
        "runbook_url": f"https://example.com/runbooks/{name}.md",
    }
    return {"labels": said, "annotations": annotations, "startsAt": datetime.now(timezone.utc).isoformat()}


def over(fired: Mapping[str, object]) -> dict[str, object]:
    return {**fired, "endsAt": datetime.now(timezone.utc).isoformat()}


def post(url: str, *alerts: Mapping[str, object]) -> None:
    request = urllib.request.Request(f"{url}/api/v2/alerts", json.dumps(alerts).encode())
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=5):
        pass


def told(delivery: Delivery) -> tuple[str, str, str]:
    """Receiver, status and name of what a webhook was told."""
    common = cast("dict[str, str]", delivery.body["commonLabels"])
    return str(delivery.body["receiver"]), str(delivery.body["status"]), common["alertname"]


def to(receiver: str, name: str, status: str = "firing") -> Callable[[Delivery], bool]:
    return lambda delivery: told(delivery) == (receiver, status, name)


def webhook_only(receiver: WebhookReceiver) -> Settings:
    return replace(Settings(), webhook=Channel(dict.fromkeys(RECEIVERS, f"{receiver.url}/alerts")))


def test_alertmanager_takes_the_shipped_configuration() -> None:
    assert "SUCCESS" in amtool("check-config", SHIPPED / "alertmanager.yml")


@pytest.mark.parametrize(
    ("priority", "receivers"),
    [("P0", "page,chat,second,third"), ("P1", "page,chat,second"), ("P2", "chat"), ("P3", "ticket"), ("", "chat")],
)
def test_each_priority_reaches_its_receivers(priority: str, receivers: str) -> None:
    config = f"--config.file={SHIPPED / 'alertmanager.yml'}"
    amtool("config", "routes", "test", config, f"--verify.receivers={receivers}", f"priority={priority}")


def test_alertmanager_that_does_not_send_tells_nobody(tmp_path: Path) -> None:
    config = written(tmp_path, replace(settings(), sender="grafana"), Timing())
    for priority in ("P0", "P3"):
        verify = "--verify.receivers=nobody"
        amtool("config", "routes", "test", f"--config.file={config}", verify, f"priority={priority}")


def test_only_what_goes_on_escalates(tmp_path: Path) -> None:
    with WebhookReceiver() as receiver, alertmanager(tmp_path, written(tmp_path, webhook_only(receiver), FAST)) as url:
        began = time.time()
        brief, lasting, silenced = alert("Brief", "P0"), alert("Lasting", "P0"), alert("Silenced", "P0")
        post(url, brief, lasting, silenced)
        for name in ("Brief", "Lasting", "Silenced"):
            receiver.wait_for(to("page", name))
        post(url, over(brief))
        amtool("silence", "add", f"--alertmanager.url={url}", "--comment=I have it", "alertname=Silenced")
        second = receiver.wait_for(to("second", "Lasting"))
        third = receiver.wait_for(to("third", "Lasting"))
        assert FAST.second_after <= second.at - began < third.at - began
        assert third.at - began >= FAST.third_after
        receiver.wait_for(to("page", "Brief", "resolved"))
        post(url, over(lasting))
        for called in ("page", "second", "third"):
            receiver.wait_for(to(called, "Lasting", "resolved"))
    escalated = {told(delivery)[2] for delivery in receiver.deliveries if told(delivery)[0] in ("second", "third")}
    assert escalated == {"Lasting"}


def test_budget_that_burns_keeps_its_echoes_quiet_and_no_cause(tmp_path: Path) -> None:
    with WebhookReceiver() as receiver, alertmanager(tmp_path, written(tmp_path, webhook_only(receiver), FAST)) as url:
        post(url, alert("GenAIErrorBudgetBurnCritical", "P0", sloth_slo="requests-availability"))
        receiver.wait_for(to("page", "GenAIErrorBudgetBurnCritical"))
        post(
            url,
            alert("GenAIErrorBudgetBurnHigh", "P1", sloth_slo="requests-availability"),
            alert("GenAIErrorRateHigh", "P1"),
            alert("GenAIAuthFailures", "P1"),
        )
        receiver.wait_for(to("page", "GenAIAuthFailures"))
        assert eventually(lambda: inhibited(url) == {"GenAIErrorBudgetBurnHigh", "GenAIErrorRateHigh"})


def test_provider_that_is_down_explains_what_follows_from_it(tmp_path: Path) -> None:
    with WebhookReceiver() as receiver, alertmanager(tmp_path, written(tmp_path, webhook_only(receiver), FAST)) as url:
        post(url, alert("GenAIProviderDown", "P0"))
        receiver.wait_for(to("page", "GenAIProviderDown"))
        post(
            url,
            alert("GenAIErrorRateHigh", "P1"),
            alert("SlowToo", "P1", "latency"),
            alert("OtherKind", "P1", "security"),
            alert("OtherService", "P1", service_name="search"),
        )
        receiver.wait_for(to("page", "OtherKind"))
        receiver.wait_for(to("page", "OtherService"))
        assert eventually(lambda: inhibited(url) == {"GenAIErrorRateHigh", "SlowToo"})
    assert {told(delivery)[2] for delivery in receiver.deliveries} == {
        "GenAIProviderDown",
        "OtherKind",
        "OtherService",
    }


def inhibited(url: str) -> set[str]:
    """The names of the alerts that another one keeps quiet."""
    with urllib.request.urlopen(f"{url}/api/v2/alerts?inhibited=true", timeout=5) as answer:
        alerts = cast("list[dict[str, dict[str, object]]]", json.load(answer))
    return {str(each["labels"]["alertname"]) for each in alerts if each["status"]["inhibitedBy"]}


def test_collector_that_is_down_keeps_what_it_makes_look_silent_quiet(tmp_path: Path) -> None:
    with WebhookReceiver() as receiver, alertmanager(tmp_path, written(tmp_path, webhook_only(receiver), FAST)) as url:
        post(url, alert("GenAICollectorDown", "P1", "telemetry", service_name=""))
        receiver.wait_for(to("page", "GenAICollectorDown"))
        post(url, alert("GenAINoResponses", "P1"), alert("GenAIAuthFailures", "P1"))
        receiver.wait_for(to("page", "GenAIAuthFailures"))
        assert eventually(lambda: inhibited(url) == {"GenAINoResponses"})
    assert "GenAINoResponses" not in {told(delivery)[2] for delivery in receiver.deliveries}


def test_p2_waits_for_working_hours(tmp_path: Path) -> None:
    day_off = DAYS[(datetime.now(timezone.utc) + timedelta(days=3)).weekday()]
    with WebhookReceiver() as receiver:
        chosen = replace(webhook_only(receiver), working_hours=WorkingHours(day_off, day_off, "00:00", "24:00"))
        with alertmanager(tmp_path, written(tmp_path, chosen, FAST)) as url:
            post(url, alert("CanWait", "P2"), alert("Cannot", "P1"))
            receiver.wait_for(to("chat", "Cannot"))
            assert eventually(lambda: muted(url) == {"CanWait"})
        assert "CanWait" not in {told(delivery)[2] for delivery in receiver.deliveries}


def test_p2_is_told_in_working_hours(tmp_path: Path) -> None:
    with WebhookReceiver() as receiver:
        chosen = replace(webhook_only(receiver), working_hours=WorkingHours("monday", "sunday", "00:00", "24:00"))
        with alertmanager(tmp_path, written(tmp_path, chosen, FAST)) as url:
            post(url, alert("CanWait", "P2"))
            receiver.wait_for(to("chat", "CanWait"))


def muted(url: str) -> set[str]:
    """The names of the alerts that a mute time holds back."""
    with urllib.request.urlopen(f"{url}/api/v2/alerts/groups?muted=true", timeout=5) as answer:
        groups = cast("list[dict[str, list[dict[str, dict[str, object]]]]]", json.load(answer))
    alerts = [each for group in groups for each in group["alerts"]]
    return {str(each["labels"]["alertname"]) for each in alerts if each["status"]["mutedBy"]}


@contextmanager
def every_channel(folder: Path) -> Generator[tuple[str, Service, Inbox]]:
    """An Alertmanager that tells Slack, PagerDuty and mail, all at home; its URL, and what stands in for them."""
    with Service() as service, Inbox(*free_addresses(1)) as inbox:
        (folder / "secrets").mkdir()
        (folder / "secrets" / "slack_url").write_text(f"{service.url}/slack\n")
        (folder / "secrets" / "pagerduty_key").write_text("0123456789abcdef\n")
        chosen = replace(
            Settings(),
            slack=Channel({"chat": "slack_url"}),
            pagerduty=Channel({"page": "pagerduty_key"}),
            email=Email({"page": "on-call@example.com"}, "alerts@example.com", inbox.address, tls=False),
        )
        top = {"global": {"pagerduty_url": f"{service.url}/pagerduty"}}
        with alertmanager(folder, written(folder, chosen, FAST, **top)) as url:
            yield url, service, inbox


def test_message_says_what_is_wrong_since_when_for_whom_and_where_to_look(tmp_path: Path) -> None:
    with every_channel(tmp_path) as (url, service, inbox):
        down = alert("GenAIProviderDown", "P0")
        post(url, down)
        assert eventually(lambda: bool(service.posted("/slack") and service.posted("/pagerduty") and inbox.mails))
    (attachment,) = cast("list[dict[str, str]]", service.posted("/slack")[0]["attachments"])
    page = service.posted("/pagerduty")[0]
    payload = cast("dict[str, object]", page["payload"])
    details = cast("dict[str, str]", payload["custom_details"])["alerts"]
    plain, html = bodies(inbox.mails[0])
    began = datetime.fromisoformat(str(down["startsAt"]))
    for text in (attachment["text"], details, plain, html):
        assert "61 % of the calls of shop" in text
        assert "More than half of the calls" in text
        assert "in production, provider openai, model gpt-5" in text
        assert f"since {began.day} {began:%b %H:%M:%S} UTC" in text
        addresses = links(text)
        assert addresses["runbook"] == "https://example.com/runbooks/GenAIProviderDown.md"
        assert addresses["panel"].startswith(
            "http://localhost:3000/d/spanwise-overview?viewPanel=7&var-service=shop&from="
        )
        assert searched(addresses["traces"]) == TRACEQL
        assert "alertname%3D%22GenAIProviderDown%22" in addresses["silence"]
    assert attachment["title"] == "P0 GenAIProviderDown: shop &amp; &lt;co&gt; (production)"
    assert inbox.mails[0]["subject"] == "P0 GenAIProviderDown: shop & <co> (production)"
    assert payload["summary"] == f"{inbox.mails[0]['subject']}. 61 % of the calls of shop & <co> fail"
    assert (payload["severity"], payload["class"], payload["group"]) == ("critical", "reliability", "production")
    assert {each["href"] for each in cast("list[dict[str, str]]", page["links"])} < set(links(details).values())


def test_tempo_understands_the_query_of_a_message(tmp_path: Path) -> None:
    with Stack(tmp_path, ["tempo"]) as stack:
        url = f"{stack.url('tempo')}/api/search?{urlencode({'q': TRACEQL})}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert cast("dict[str, object]", json.load(answer))["traces"] == []


def test_alert_of_prometheus_reaches_the_webhook_through_what_is_shipped(tmp_path: Path) -> None:
    down = next(each for each in ALERTS if each.name == "GenAIProviderDown")
    expr = 'label_replace(vector(0.61), "service_name", "shop", "", "")'
    rule = {"alert": down.name, "expr": expr, "labels": labels(down), "annotations": texts(down)}
    prometheus = tmp_path / "prometheus"
    shutil.copytree(SHIPPED.parent / "prometheus", prometheus, ignore=shutil.ignore_patterns("rules"))
    (prometheus / "rules").mkdir()
    groups = {"groups": [{"name": "test", "interval": "1s", "rules": [rule]}]}
    (prometheus / "rules" / "alerts.yml").write_text(json.dumps(groups))
    given = {"grafana/prometheus": prometheus}
    with Stack(tmp_path / "stack", ["prometheus", "alertmanager"], configurations=given) as stack:
        delivery = stack.webhook.wait_for(to("page", "GenAIProviderDown"))
        stack.webhook.wait_for(to("chat", "GenAIProviderDown"))
    annotations = cast("list[dict[str, dict[str, str]]]", delivery.body["alerts"])[0]["annotations"]
    assert annotations["summary"].startswith("61% of the calls of shop")
    assert annotations["runbook_url"].endswith("/GenAIProviderDown.md")


def test_labels_cannot_write_to_everybody_in_slack_or_markup_into_mail(tmp_path: Path) -> None:
    with every_channel(tmp_path) as (url, service, inbox):
        post(url, alert("Hostile", "P0", service_name="<!channel>", gen_ai_request_model="<img src=x>"))
        assert eventually(lambda: bool(service.posted("/slack") and inbox.mails))
    (attachment,) = cast("list[dict[str, str]]", service.posted("/slack")[0]["attachments"])
    assert "<!channel>" not in attachment["text"] + attachment["title"]
    assert "<img" not in attachment["text"]
    assert "<img" not in bodies(inbox.mails[0])[1]


def test_end_is_told_with_how_long_it_lasted(tmp_path: Path) -> None:
    with every_channel(tmp_path) as (url, service, inbox):
        down = alert("GenAIProviderDown", "P0")
        down["startsAt"] = (datetime.now(timezone.utc) - timedelta(minutes=42)).isoformat()
        post(url, down)
        assert eventually(lambda: bool(service.posted("/slack") and service.posted("/pagerduty") and inbox.mails))
        post(url, over(down))
        assert eventually(
            lambda: len(service.posted("/slack")) == len(service.posted("/pagerduty")) == len(inbox.mails) == 2
        )
    assert service.posted("/pagerduty")[1]["event_action"] == "resolve"
    assert service.posted("/pagerduty")[1]["dedup_key"] == service.posted("/pagerduty")[0]["dedup_key"]
    (attachment,) = cast("list[dict[str, str]]", service.posted("/slack")[1]["attachments"])
    assert attachment["title"].startswith("Resolved: P0 GenAIProviderDown")
    assert " after 42m" in attachment["text"]
    assert " after 42m" in bodies(inbox.mails[1])[0]
    assert "Silence it" not in attachment["text"]


def test_message_about_many_shows_ten(tmp_path: Path) -> None:
    with every_channel(tmp_path) as (url, _, inbox):
        post(url, *(alert("GenAIProviderDown", "P0", gen_ai_request_model=f"model-{number}") for number in range(14)))
        assert eventually(lambda: bool(inbox.mails))
    assert str(inbox.mails[0]["subject"]).endswith(", 14 alerts")
    for text in bodies(inbox.mails[0]):
        assert text.count(", model model-") == 10
        assert "These are 10 of 14." in text


def bodies(mail: EmailMessage) -> tuple[str, str]:
    """Plain text and HTML."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    return plain.get_content(), html.get_content()


def links(text: str) -> dict[str, str]:
    """The addresses of a message, by what they lead to."""
    found: list[str] = [unescape(address) for address in re.findall(r'https?://[^\s|">]+', text)]
    marks = {"/d/": "panel", "/explore?": "traces", "/runbooks/": "runbook", "/#/silences/new": "silence"}
    return {name: address for address in found for mark, name in marks.items() if mark in address}


def searched(address: str) -> str:
    """The TraceQL that a link to Explore holds."""
    panes = json.loads(parse_qs(urlsplit(address).query)["panes"][0])
    return str(panes["t"]["queries"][0]["query"])
