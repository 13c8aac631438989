"""Where a message leads: URLs that Go's text/template fills from an alert's labels.

They hold no `$`, which Grafana's provisioning would replace, and call no function but Go's own.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from catalogue.delivery.routing import GROUP_BY
from catalogue.drill_down import attribute
from catalogue.promql import ENVIRONMENT, FEATURE, MODEL, PROVIDER, SERVICE_NAME
from spanwise.semconv import attributes as names

__all__ = ["SCOPE", "SILENCE_IN_ALERTMANAGER", "SILENCE_IN_GRAFANA", "panel_path", "traces_path"]

SCOPE = {
    "service": SERVICE_NAME,
    "environment": ENVIRONMENT,
    "provider": PROVIDER,
    "model": MODEL,
    "feature": FEATURE,
}
"""Variable of the dashboards → label: whom an alert is about, as far as it says."""


def panel_path(dashboard: str, panel: int) -> str:
    """A panel of a dashboard with the variables set to whom the alert is about; `&from=…&to=…` may follow."""
    chosen = (_where(label, f"&var-{variable}={{{{ urlquery . }}}}") for variable, label in SCOPE.items())
    return f"/d/{dashboard}?viewPanel={panel}{''.join(chosen)}"


def traces_path(begin: str, end: str) -> str:
    """Explore with the calls of whom the alert is about; times in milliseconds or as `now`, or templates of them.

    A value with a quote in it leads to a query that Tempo refuses.
    """
    search = {"refId": "A", "datasource": {"type": "tempo", "uid": "tempo"}, "queryType": "traceql", "limit": 50}
    query = f"{{span.{names.OPERATION_NAME}!=nilSCOPE}}"
    pane = {"datasource": "tempo", "queries": [{**search, "query": query}], "range": {"from": "BEGIN", "to": "END"}}
    panes = quote(json.dumps({"t": pane}, separators=(",", ":")), safe="")
    for name, part in {"SCOPE": _conditions(), "BEGIN": begin, "END": end}.items():
        panes = panes.replace(name, part)
    return f"/explore?schemaVersion=1&orgId=1&panes={panes}"


def _conditions() -> str:
    """TraceQL within JSON within a URL."""
    quotation = quote('\\"', safe="")
    return "".join(
        _where(label, f"{quote(f' && {attribute(label)}=')}{quotation}{{{{ urlquery . }}}}{quotation}")
        for label in SCOPE.values()
    )


def _where(label: str, text: str) -> str:
    """The text if an alert has the label; its value is `.` there."""
    return f"{{{{ with .Labels.{label} }}}}{text}{{{{ end }}}}"


def _grouped(between: str, quotation: str) -> str:
    """What tells a message's group, as matchers."""
    return between.join(
        f"{label}%3D{quotation}{{{{ urlquery .GroupLabels.{label} }}}}{quotation}" for label in GROUP_BY
    )


SILENCE_IN_ALERTMANAGER = f"{{{{ .ExternalURL }}}}/#/silences/new?filter=%7B{_grouped('%2C%20', '%22')}%7D"
"""A new silence for a message's group, which is how one says `I have it`: a silenced alert does not escalate."""

SILENCE_IN_GRAFANA = (
    f"{{{{ .ExternalURL }}}}alerting/silence/new?alertmanager=grafana&matcher={_grouped('&matcher=', '')}"
)
