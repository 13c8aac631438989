"""From a number to the traces behind it: TraceQL, and links to it in Grafana's Explore."""

from __future__ import annotations

import json
from urllib.parse import quote

from catalogue.foundation import DashboardLink, build, models
from catalogue.prometheus_rules import RUNBOOKS
from catalogue.promql import ENVIRONMENT, SERVICE_NAME, label
from catalogue.series import VARIABLES
from spanwise.semconv import attributes as names

__all__ = [
    "attribute",
    "calls",
    "judged",
    "other",
    "runbook",
    "spans",
    "traces",
    "traces_of_bar",
    "traces_of_row",
    "traces_of_series",
]

_CALL = f"span.{names.PROVIDER_NAME} != nil"
_ATTRIBUTES = {
    label(name): f"span.{name}"
    for name in (
        names.OPERATION_NAME,
        names.PROVIDER_NAME,
        names.REQUEST_MODEL,
        names.FEATURE,
        names.OUTCOME,
        names.ERROR_TYPE,
        names.COST_UNPRICED,
        names.SCREEN_CATEGORY,
    )
} | {
    SERVICE_NAME: "resource.service.name",
    ENVIRONMENT: "resource.deployment.environment.name",
    "service_version": "resource.service.version",
}


def _chosen(variable: str) -> str:
    """What the reader chose, or all. A matcher alone would leave out the spans that do not have the attribute."""
    values = f'"${{{variable}:pipe}}"'
    return f'({attribute(VARIABLES[variable])}=~{values} || {values} = ".*")'


def attribute(name: str) -> str:
    """What a label is called in TraceQL: `gen_ai_request_model` → `span.gen_ai.request.model`."""
    return _ATTRIBUTES[name]


def spans(*conditions: str) -> str:
    """A TraceQL spanset of the services and environments that the reader chose."""
    return f"{{ {' && '.join((_chosen('service'), _chosen('environment'), *conditions))} }}"


def calls(*conditions: str) -> str:
    """As `spans`: calls to models, for the providers, models and features that the reader chose."""
    return spans(_CALL, _chosen("provider"), _chosen("model"), _chosen("feature"), *conditions)


def judged(whose: str, *conditions: str) -> str:
    """A TraceQL query for what the judge said of these calls: spans below theirs, in the same trace."""
    return f"{whose} > {spans(*conditions)}"


def traces(title: str, query: str) -> DashboardLink:
    """A link that opens Explore with a TraceQL query, over the time that the dashboard shows."""
    asked = {"refId": "A", "queryType": "traceql", "query": query, "limit": 50, "tableType": "traces"}
    source = {"type": "tempo", "uid": "${tempo}"}
    pane = {
        "datasource": "${tempo}",
        "queries": [{**asked, "datasource": source}],
        "range": {"from": "${__from}", "to": "${__to}"},
    }
    return _link(title, f"/explore?schemaVersion=1&orgId=1&panes={_quoted(json.dumps({'t': pane}))}")


def traces_of_series(*labels: str, where: tuple[str, ...] = ()) -> DashboardLink:
    """The calls behind the series that was clicked on, told by these labels of it."""
    own = (f'{attribute(name)}="${{__field.labels.{name}}}"' for name in labels)
    return traces("Traces of ${__series.name}", calls(*own, *where))


def traces_of_row(*labels: str, where: tuple[str, ...] = ()) -> DashboardLink:
    """The calls behind the row of a table, told by these columns of it."""
    own = (f'{attribute(name)}="${{__data.fields.{name}}}"' for name in labels)
    return traces("Traces of this row", calls(*own, *where))


def traces_of_bar(name: str, *conditions: str) -> DashboardLink:
    """The spans behind a bar of a TraceQL query that groups by one attribute."""
    return traces("Traces of ${__data.fields.Field}", spans(f'{name}="${{__data.fields.Field}}"', *conditions))


def other(title: str, dashboard_name: str) -> DashboardLink:
    """A link to another dashboard of ours, with the same time and choices."""
    return _link(title, f"/d/spanwise-{dashboard_name}?${{__url_time_range}}&${{__all_variables}}", new_tab=False)


def runbook() -> DashboardLink:
    """A link from a row with an alert's name to what to do about it."""
    return _link("Runbook", f"{RUNBOOKS}/${{__data.fields.alertname}}.md")


def _link(title: str, url: str, *, new_tab: bool = True) -> DashboardLink:
    return build.DashboardLink(title).type(models.DashboardLinkType.LINK).url(url).target_blank(new_tab).build()


def _quoted(text: str) -> str:
    """Percent-encoded but for Grafana's `${…}`, whose values it encodes itself."""
    parts = text.split("${")
    quoted = [quote(parts[0], safe="")]
    for part in parts[1:]:
        variable, _, rest = part.partition("}")
        quoted.append(f"${{{variable}}}{quote(rest, safe='')}")
    return "".join(quoted)
