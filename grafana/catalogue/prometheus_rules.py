"""Writes the catalogue as rule files of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from catalogue.alert import Alert
from catalogue.alerts import ALERTS
from catalogue.dashboard import panel_id
from catalogue.delivery.links import panel_path
from catalogue.delivery.settings import settings
from catalogue.recording import GROUPS
from catalogue.rule import Group, Rule

__all__ = ["GROUP_ORDER", "RUNBOOKS", "files", "labels", "texts"]

RUNBOOKS = "https://github.com/spanwise/spanwise/blob/main/grafana/runbooks"
_INTERVAL = "30s"
GROUP_ORDER = (*(group.name for group in GROUPS), *sorted({f"genai-alerts-{alert.category}" for alert in ALERTS}))
"""Names of all groups; each reads what those before it make."""

_HEAD = "# Generated from grafana/catalogue by grafana/build.py.\n"


def labels(alert: Alert) -> dict[str, str]:
    """What an alert's route depends on."""
    return {"category": alert.category, "owner": alert.owner, "priority": alert.priority}


def texts(alert: Alert) -> dict[str, str]:
    """What an alert says, as a template of Prometheus."""
    return {
        "dashboard_url": settings().grafana_url + panel_path(alert.dashboard, panel_id(alert.panel)),
        "description": alert.description.replace("VALUE", ".Value"),
        "runbook_url": f"{RUNBOOKS}/{alert.name}.md",
        "summary": alert.summary.replace("VALUE", ".Value"),
    }


def files() -> Iterator[tuple[str, str]]:
    """The recording rules, and the alerts of each category."""
    yield "prometheus/rules/recording.yml", _document([_recording(group) for group in GROUPS])
    for category in sorted({alert.category for alert in ALERTS}):
        rules = [_alerting(alert) for alert in ALERTS if alert.category == category]
        group: dict[str, object] = {"name": f"genai-alerts-{category}", "interval": _INTERVAL, "rules": rules}
        yield f"prometheus/rules/alerts-{category}.yml", _document([group])


def _recording(group: Group) -> dict[str, object]:
    return {"name": group.name, "interval": group.interval, "rules": [_record(rule) for rule in group.rules]}


def _record(rule: Rule) -> dict[str, object]:
    return {"record": rule.name, "expr": rule.expr, **({"labels": dict(rule.labels)} if rule.labels else {})}


def _alerting(alert: Alert) -> dict[str, object]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.hold,
        "keep_firing_for": alert.keep,
        "labels": labels(alert),
        "annotations": texts(alert),
    }


def _document(groups: list[dict[str, object]]) -> str:
    return _HEAD + yaml.safe_dump({"groups": groups}, sort_keys=False, width=1000, allow_unicode=True)
