"""What a dashboard is: rows of panels, laid out; variables, links and annotations are the same on each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from zlib import crc32

from catalogue.foundation import JSONEncoder, Panel, RowPanel, build, models
from catalogue.series import VARIABLES, scoped
from catalogue.target import PROMETHEUS

__all__ = ["TAG", "Dashboard", "Row", "panel_id", "rendered"]

TAG = "spanwise"
_COLUMNS = 24
_MENU = models.DashboardLinkPlacement.IN_CONTROLS_MENU.value
_FIRING = 'ALERTS{alertstate="firing", priority=~"P0|P1", service_name=~"$service|"}'
_NEW_VERSION = (
    "group by (service_name, service_version) (genai:calls:rate5m) "
    "unless group by (service_name, service_version) (genai:calls:rate5m offset 10m) "
    "and on (service_name) group by (service_name) (genai:calls:rate5m offset 10m)"
)


@dataclass(frozen=True)
class Row:
    """Panels under a heading, in reading order; a line takes as many as fit. What is collapsed asks nothing."""

    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


@dataclass(frozen=True)
class Dashboard:
    """One dashboard.

    Attributes:
        title, description: what it answers.
        rows: the first is what one sees without scrolling.
        variables: which of `catalogue.series.VARIABLES` it can be narrowed by.
    """

    title: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[str, ...] = tuple(VARIABLES)

    @property
    def panels(self) -> Iterator[Panel]:
        """All panels, in reading order."""
        return (panel for row in self.rows for panel in row.panels)


def panel_id(title: str) -> int:
    """The number of a panel: it stays the same when others come and go, so that links to it last."""
    return crc32(title.encode()) % 1_000_000


def rendered(name: str, board: Dashboard) -> str:
    """The file that Grafana reads; `name` gives the uid."""
    said = build.Dashboard(board.title).uid(f"spanwise-{name}").description(board.description).tags([TAG, "genai"])
    said.time("now-6h", "now").refresh("30s").tooltip(models.DashboardCursorSync.CROSSHAIR).timezone("browser")
    said.editable().link(_siblings()).variables([*_sources(), *map(_variable, board.variables)])
    said.annotation(_annotation("Alerts of P0 and P1", _FIRING, "{{alertname}}", "red"))
    said.annotation(_annotation("New versions", scoped(_NEW_VERSION), "{{service_name}} {{service_version}}", "blue"))
    model = said.build()
    model.panels = list(_laid_out(board.rows))
    payload: object = json.loads(json.dumps(model, cls=JSONEncoder))
    return json.dumps(_tidied(payload), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _laid_out(rows: tuple[Row, ...]) -> Iterator[Panel | RowPanel]:
    y = 0
    for row in rows:
        heading = RowPanel(collapsed=row.collapsed, title=row.title, id_val=panel_id(f"row {row.title}"))
        heading.grid_pos, y = models.GridPos(x=0, y=y, w=_COLUMNS, h=1), y + 1
        placed, end = _placed(row.panels, y)
        yield heading
        if row.collapsed:
            heading.panels = placed
        else:
            yield from placed
            y = end


def _placed(panels: tuple[Panel, ...], y: int) -> tuple[list[Panel], int]:
    """The panels from left to right, in lines from `y` on; and where the next line is."""
    x = height = 0
    for panel in panels:
        place = panel.grid_pos
        assert place is not None and panel.title is not None
        if x + place.w > _COLUMNS:
            x, y, height = 0, y + height, 0
        place.x, place.y, panel.id_val = x, y, panel_id(panel.title)
        x, height = x + place.w, max(height, place.h)
    return list(panels), y + height


def _siblings() -> build.DashboardLink:
    link = build.DashboardLink("GenAI dashboards").type(models.DashboardLinkType.DASHBOARDS).tags([TAG])
    return link.as_dropdown(True).include_vars(True).keep_time(True)


def _sources() -> tuple[build.DatasourceVariable, build.DatasourceVariable]:
    prometheus = build.DatasourceVariable("datasource").label("Metrics").type("prometheus")
    tempo = build.DatasourceVariable("tempo").label("Traces").type("tempo")
    return (
        prometheus.current(models.VariableOption(text="Prometheus", value="prometheus")),
        tempo.current(models.VariableOption(text="Tempo", value="tempo")),
    )


def _variable(name: str) -> build.QueryVariable:
    """Its choices are what there is within what was chosen before it."""
    before = list(VARIABLES)[: list(VARIABLES).index(name)]
    matchers = ", ".join(f'{VARIABLES[chosen]}=~"${chosen}"' for chosen in before)
    query = f"label_values(genai:calls:rate5m{{{matchers}}}, {VARIABLES[name]})"
    variable = build.QueryVariable(name).label(name.capitalize()).datasource(PROMETHEUS).definition(query)
    variable.query({"query": query, "refId": f"variable-{name}", "qryType": 1})
    variable.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(models.VariableSort.ALPHABETICAL_ASC)
    variable.multi(True).include_all(True).all_value(".*")
    return variable.current(models.VariableOption(text=["All"], value=["$__all"], selected=True))


def _annotation(name: str, expr: str, text: str, colour: str) -> build.AnnotationQuery:
    annotation = build.AnnotationQuery().name(name).datasource(PROMETHEUS).enable(True).icon_color(colour)
    return annotation.expr(expr).title_format(text).step("60s")


def _tidied(value: object) -> object:
    """Without the placement that the SDK gives every link: a menu in which nobody looks for it."""
    if isinstance(value, list):
        return [_tidied(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        said = cast("dict[str, object]", value)
        return {key: _tidied(item) for key, item in said.items() if (key, item) != ("placement", _MENU)}
    return value
