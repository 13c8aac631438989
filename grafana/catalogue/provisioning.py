"""Writes what Grafana reads at its start: the dashboards, and the data sources that they ask."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from catalogue.dashboard import rendered
from catalogue.dashboards import DASHBOARDS
from catalogue.drill_down import attribute
from catalogue.promql import DIMENSIONS

__all__ = ["FOLDER", "PLACE", "files"]

FOLDER = "GenAI"
PLACE = "/etc/grafana/provisioning/dashboards/genai"
"""Where the dashboards are in Grafana's container."""

_HEAD = "# Generated from grafana/catalogue by grafana/build.py.\n"
_PROVIDER = {
    "apiVersion": 1,
    "providers": [
        {
            "name": "spanwise",
            "orgId": 1,
            "type": "file",
            "folder": FOLDER,
            "disableDeletion": False,
            "allowUiUpdates": False,
            "updateIntervalSeconds": 30,
            "options": {"path": PLACE},
        }
    ],
}


def files() -> Iterator[tuple[str, str]]:
    """Path below `grafana/`, text."""
    for name, board in DASHBOARDS.items():
        yield f"provisioning/dashboards/genai/{name}.json", rendered(name, board)
    yield "provisioning/dashboards/spanwise.yaml", _HEAD + _yaml(_PROVIDER)
    sources = {"apiVersion": 1, "prune": True, "datasources": [_prometheus(), _tempo(), _alertmanager()]}
    yield "provisioning/datasources/spanwise.yaml", _HEAD + _yaml(sources)


def _prometheus() -> dict[str, object]:
    exemplar = {"name": "trace_id", "datasourceUid": "tempo", "urlDisplayLabel": "Open the trace"}
    return _source("Prometheus", "prometheus", "PROMETHEUS_URL", isDefault=True) | {
        "jsonData": {
            "httpMethod": "POST",
            "timeInterval": "15s",
            "prometheusType": "Prometheus",
            "manageAlerts": True,
            "alertmanagerUid": "alertmanager",
            "exemplarTraceIdDestinations": [exemplar],
        }
    }


def _tempo() -> dict[str, object]:
    tags = [{"key": attribute(label).split(".", 1)[1], "value": label} for label in DIMENSIONS]
    # `$$` is a dollar sign to Grafana, which looks for environment variables here
    query = "histogram_quantile(0.95, sum by (le) (genai:duration_seconds_bucket:rate5m{$$__tags}))"
    calls = "sum by (spanwise_outcome) (genai:calls:rate5m{$$__tags})"
    return _source("Tempo", "tempo", "TEMPO_URL") | {
        "jsonData": {
            "httpMethod": "GET",
            "streamingEnabled": {"search": True, "metrics": True},
            "nodeGraph": {"enabled": True},
            "serviceMap": {"datasourceUid": "prometheus"},
            "spanBar": {"type": "Tag", "tag": "gen_ai.request.model"},
            "traceQuery": {"timeShiftEnabled": True, "spanStartTimeShift": "-30m", "spanEndTimeShift": "30m"},
            "tracesToMetrics": {
                "datasourceUid": "prometheus",
                "spanStartTimeShift": "-30m",
                "spanEndTimeShift": "30m",
                "tags": tags,
                "queries": [
                    {"name": "p95 of such calls", "query": query},
                    {"name": "How such calls end", "query": calls},
                ],
            },
        }
    }


def _alertmanager() -> dict[str, object]:
    data = {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
    return _source("Alertmanager", "alertmanager", "ALERTMANAGER_URL") | {"jsonData": data}


def _source(name: str, kind: str, variable: str, **more: object) -> dict[str, object]:
    """A data source whose address is said by an environment variable of Grafana's."""
    url = f"${{{variable}}}"
    return {"name": name, "uid": kind, "type": kind, "access": "proxy", "url": url, "editable": False, **more}


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
