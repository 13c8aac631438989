"""Where a message leads: URLs that Go's text/template fills from an alert's labels.

They hold no `$`, which Grafana's provisioning would replace, and call no function but Go's own.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from catalogue.delivery.routing import GROUP_BY
from catalogue.promql import label
from spanwise.semconv import attributes as names

__all__ = ["SCOPE", "SILENCE_IN_ALERTMANAGER", "SILENCE_IN_GRAFANA", "panel_path", "traces_path"]

_ATTRIBUTES = {
    "service": "resource.service.name",
    "environment": "resource.deployment.environment.name",
    "provider": f"span.{names.PROVIDER_NAME}",
    "model": f"span.{names.REQUEST_MODEL}",
    "feature": f"span.{names.FEATURE}",
}
SCOPE = {variable: label(attribute.split(".", 1)[1]) for variable, attribute in _ATTRIBUTES.items()}
"""Variable of the dashboards → label: whom an alert is about, as far as it says."""


def panel_path(dashboard: str, panel: int) -> str:
    """A panel of a dashboard with the variables set to whom the alert is about; `&from=…&to=…` may follow."""
    chosen = (_where(name, f"&var-{variable}={{{{ urlquery . }}}}") for variable, name in SCOPE.items())
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
        _where(SCOPE[variable], f"{quote(f' && {attribute}=')}{quotation}{{{{ urlquery . }}}}{quotation}")
        for variable, attribute in _ATTRIBUTES.items()
    )


def _where(name: str, text: str) -> str:
    """The text if an alert has the label; its value is `.` there."""
    return f"{{{{ with .Labels.{name} }}}}{text}{{{{ end }}}}"


def _grouped(between: str, quotation: str) -> str:
    """What tells a message's group, as matchers."""
    return between.join(f"{name}%3D{quotation}{{{{ urlquery .GroupLabels.{name} }}}}{quotation}" for name in GROUP_BY)


SILENCE_IN_ALERTMANAGER = f"{{{{ .ExternalURL }}}}/#/silences/new?filter=%7B{_grouped('%2C%20', '%22')}%7D"
"""A new silence for a message's group, which is how one says `I have it`: a silenced alert does not escalate."""

SILENCE_IN_GRAFANA = (
    f"{{{{ .ExternalURL }}}}alerting/silence/new?alertmanager=grafana&matcher={_grouped('&matcher=', '')}"
)
