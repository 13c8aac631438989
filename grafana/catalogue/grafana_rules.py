"""Writes the alerts as rules of Grafana: the same expressions, times and labels as Prometheus has."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from catalogue.alert import Alert
from catalogue.alerts import ALERTS
from catalogue.dashboard import panel_id
from catalogue.prometheus_rules import labels, texts

__all__ = ["FOLDER", "files", "rule", "uid"]

FOLDER = "GenAI"
"""Where the dashboards are as well."""

_HEAD = "# Generated from grafana/catalogue by grafana/build.py.\n"
_INTERVAL = "30s"
_HOUR = 3600
# Prometheus raises an alert for every series that the expression returns, whatever its value is
_RETURNED = "is_number($A) || is_nan($A) || is_inf($A)"

# while nothing is returned there is no A; `.Values.A.Value` would fill Grafana's log with errors then
_VALUE = '(index .Values "A").Value'


def files() -> Iterator[tuple[str, str]]:
    """A group for each category."""
    groups = [_group(category) for category in sorted({alert.category for alert in ALERTS})]
    text = yaml.safe_dump({"apiVersion": 1, "groups": groups}, sort_keys=False, width=1000, allow_unicode=True)
    yield "provisioning/alerting/rules.yaml", _HEAD + text


def uid(alert: Alert) -> str:
    """Its name in kebab case: `GenAIProviderDown` → `genai-provider-down`; 40 characters at most."""
    words: list[str] = re.findall("[A-Z][a-z0-9]*", alert.name.replace("GenAI", "Genai"))
    return "-".join(words).lower()


def rule(alert: Alert) -> dict[str, object]:
    """One rule. That data are missing is no alert: other alerts say so; that the query fails is an error."""
    panel = panel_id(alert.panel)
    return {
        "uid": uid(alert),
        "title": alert.name,
        "condition": "C",
        "for": alert.hold,
        "keepFiringFor": alert.keep,
        "noDataState": "OK",
        "execErrState": "Error",
        "dashboardUid": alert.dashboard,
        "panelId": panel,
        "labels": labels(alert),
        "annotations": _annotations(alert, panel),
        "data": [_query(alert.expr), _condition()],
    }


def _group(category: str) -> dict[str, object]:
    rules = [rule(alert) for alert in ALERTS if alert.category == category]
    return {"orgId": 1, "name": f"genai-{category}", "folder": FOLDER, "interval": _INTERVAL, "rules": rules}


def _annotations(alert: Alert, panel: int) -> dict[str, str]:
    return {
        **texts(alert),
        "summary": alert.summary.replace("VALUE", _VALUE),
        "description": alert.description.replace("VALUE", _VALUE),
        "__dashboardUid__": alert.dashboard,
        "__panelId__": str(panel),
    }


def _query(expr: str) -> dict[str, object]:
    model = {"refId": "A", "expr": expr, "instant": True, "range": False, "intervalMs": 1000, "maxDataPoints": 43200}
    times = {"from": _HOUR, "to": 0}
    return {"refId": "A", "relativeTimeRange": times, "datasourceUid": "prometheus", "model": model}


def _condition() -> dict[str, object]:
    model = {"refId": "C", "type": "math", "expression": _RETURNED}
    return {"refId": "C", "datasourceUid": "__expr__", "model": model}
