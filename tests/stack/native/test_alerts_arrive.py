"""Things that go wrong in applications, and the alert of each at a webhook: through Prometheus and Alertmanager, and
through Grafana. All at once, each in a service of its own, beside one in which nothing is wrong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import yaml

from catalogue.delivery import grafana
from catalogue.delivery.alertmanager import configuration
from catalogue.delivery.routing import Timing
from catalogue.delivery.settings import RECEIVERS, Channel, Settings, WorkingHours, settings
from native.compose import ROOT
from native.history import Past, write_past
from native.programs import SERVICES, Stack
from native.webhook import Delivery
from provider import LocalProvider

pytestmark = pytest.mark.native

ENVIRONMENT = "drill"
EXPECTED = {
    "rate_limit_storm": "GenAIRateLimitStorm",
    "price_jump": "GenAICostPerCallJump",
    "leak": "GenAISystemPromptLeak",
    "latency_step": "GenAILatencyP95High",
    "silence": "GenAINoResponses",
}
"""Drill → what must be told of it."""

CALM = Past("calm", ENVIRONMENT, calls=4, cost=0.00004, output=50, seconds=0.6)
PASTS = (
    CALM,
    *(replace(CALM, service=name) for name in ("rate_limit_storm", "leak", "silence")),
    replace(CALM, service="latency_step", calls=2),
    replace(CALM, service="price_jump", model="gpt-4o"),
)
"""What the services were like before; the price jump is that of the model that the drill asks."""

PAST_ENDED = 35 * 60
LONGEST = 17 * 60
SILENT_AFTER = 100
SENDERS = ("alertmanager", "grafana")


def around_the_clock(sender: str, receiver: str) -> Settings:
    """The shipped settings, with one webhook for everybody and nobody asleep."""
    hours = WorkingHours(first="monday", last="sunday", begin="00:00", end="24:00")
    told = Channel(dict.fromkeys(RECEIVERS, receiver))
    shipped = replace(settings(), webhook=told, working_hours=hours)
    return replace(shipped, sender="grafana") if sender == "grafana" else replace(shipped, sender="alertmanager")


def delivery_of_both(folder: Path) -> dict[str, Path]:
    """Alertmanager and Grafana both send, each to its own path of the webhook."""
    told = {sender: around_the_clock(sender, f"http://webhook:9080/{sender}") for sender in SENDERS}
    shutil.copytree(ROOT / "grafana" / "alertmanager", folder / "alertmanager")
    shutil.copytree(ROOT / "grafana" / "provisioning", folder / "provisioning")
    config = yaml.safe_dump(configuration(told["alertmanager"], Timing()))
    (folder / "alertmanager" / "alertmanager.yml").write_text(config)
    for path, text in grafana.provisioned(told["grafana"]):
        (folder / path).write_text(text)
    return {f"grafana/{name}": folder / name for name in ("alertmanager", "provisioning")}


@contextmanager
def drilled(drill: str, service: str, seconds: float, stack: Stack, provider: LocalProvider) -> Generator[None]:
    """An application with this fault in it, which knows nothing of Spanwise."""
    instrument = str(Path(sys.executable).with_name("opentelemetry-instrument"))
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "examples"),
        "OPENAI_BASE_URL": provider.openai_base_url,
        "OPENAI_API_KEY": "sk-local",
        "OTEL_SERVICE_NAME": service,
        "OTEL_RESOURCE_ATTRIBUTES": f"deployment.environment.name={ENVIRONMENT}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": stack.otlp_url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRIC_EXPORT_INTERVAL": "10000",
    }
    command = [instrument, sys.executable, "-m", "shop.drill", drill, "--seconds", str(seconds)]
    with (stack.folder / f"{service}.out").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


def alerts(delivery: Delivery) -> list[Mapping[str, Mapping[str, str]]]:
    return cast("list[Mapping[str, Mapping[str, str]]]", delivery.body["alerts"])


def arrived(deliveries: list[Delivery], sender: str) -> dict[tuple[str, str], Mapping[str, str]]:
    """(service, alert) → annotations, of all that a sender told."""
    told = [alert for delivery in deliveries if delivery.path == f"/{sender}" for alert in alerts(delivery)]
    return {
        (alert["labels"].get("service_name", ""), alert["labels"]["alertname"]): alert["annotations"] for alert in told
    }


def missing(deliveries: list[Delivery]) -> set[tuple[str, str, str]]:
    """What has not been told yet, and by whom it should be."""
    return {
        (sender, service, name)
        for sender in SENDERS
        for service, name in EXPECTED.items()
        if (service, name) not in arrived(deliveries, sender)
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    """What the webhook was sent until all was told that must be, or for `LONGEST` seconds."""
    folder = tmp_path_factory.mktemp("alerts")
    stack = Stack(folder / "stack", SERVICES, configurations=delivery_of_both(folder))
    write_past(folder / "stack" / "prometheus" / "data", PASTS, time.time() - PAST_ENDED)
    with stack, LocalProvider() as provider, ExitStack() as running:
        deadline = time.monotonic() + LONGEST
        for service in ("calm", *EXPECTED):
            drill, seconds = ("calm", SILENT_AFTER) if service == "silence" else (service, LONGEST)
            running.enter_context(drilled(drill, service, seconds, stack, provider))
        while missing(stack.webhook.deliveries) and time.monotonic() < deadline:
            time.sleep(1)
        return list(stack.webhook.deliveries)


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("service", EXPECTED)
def test_fault_makes_its_alert_arrive_with_what_one_needs_to_act(
    told: list[Delivery], service: str, sender: str
) -> None:
    said = arrived(told, sender)
    assert (service, EXPECTED[service]) in said, sorted(said)
    annotations = said[service, EXPECTED[service]]
    assert service in annotations["summary"]
    assert annotations["runbook_url"].endswith(f"/grafana/runbooks/{EXPECTED[service]}.md")


@pytest.mark.parametrize("sender", SENDERS)
def test_nothing_is_told_of_a_service_in_which_nothing_is_wrong(told: list[Delivery], sender: str) -> None:
    said = arrived(told, sender)
    assert said
    assert not [alert for alert in said if alert[0] not in EXPECTED]
