"""From a number to the traces behind it: TraceQL, and links to it in Grafana's Explore."""

from __future__ import annotations

import json
from urllib.parse import quote

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardLink, DashboardLinkType

from catalogue.promql import ENVIRONMENT, SERVICE_NAME, label
from spanwise.semconv import attributes as names

__all__ = ["attribute", "calls", "spans", "other", "traces", "traces_of_bar", "traces_of_row", "traces_of_series"]

_ENVIRONMENT = "resource.deployment.environment.name"
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
} | {SERVICE_NAME: "resource.service.name", ENVIRONMENT: _ENVIRONMENT, "service_version": "resource.service.version"}
_SERVICES = 'resource.service.name=~"${service:pipe}"'
# an application that does not say its environment is shown in each
_IN_ENVIRONMENT = f'({_ENVIRONMENT}=~"${{environment:pipe}}" || !({_ENVIRONMENT} != nil))'
_MODELS = 'span.gen_ai.provider.name=~"${provider:pipe}" && span.gen_ai.request.model=~"${model:pipe}"'


def attribute(name: str) -> str:
    """What a label is called in TraceQL: `gen_ai_request_model` → `span.gen_ai.request.model`."""
    return _ATTRIBUTES[name]


def spans(*conditions: str) -> str:
    """A TraceQL spanset of the services and environments that the reader chose."""
    return f"{{ {' && '.join((_SERVICES, _IN_ENVIRONMENT, *conditions))} }}"


def calls(*conditions: str) -> str:
    """As `spans`: of calls to the providers and models that the reader chose."""
    return spans(_MODELS, *conditions)


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
    """The spans behind a bar of a TraceQL query that groups by one attribute, whose value the bar is called by."""
    return traces("Traces of ${__series.name}", spans(f'{name}="${{__series.name}}"', *conditions))


def other(title: str, dashboard_name: str) -> DashboardLink:
    """A link to another dashboard of ours, with the same time and choices."""
    return _link(title, f"/d/spanwise-{dashboard_name}?${{__url_time_range}}&${{__all_variables}}", new_tab=False)


def _link(title: str, url: str, *, new_tab: bool = True) -> DashboardLink:
    return dashboard.DashboardLink(title).type(DashboardLinkType.LINK).url(url).target_blank(new_tab).build()


def _quoted(text: str) -> str:
    """Percent-encoded but for Grafana's `${…}`, whose values it encodes itself."""
    parts = text.split("${")
    quoted = [quote(parts[0], safe="")]
    for part in parts[1:]:
        variable, _, rest = part.partition("}")
        quoted.append(f"${{{variable}}}{quote(rest, safe='')}")
    return "".join(quoted)
