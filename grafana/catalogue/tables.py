"""Tables: of series with a column for each figure, and of traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue.foundation import DashboardLink, DynamicConfigValue, Panel, common, models, options, table
from catalogue.panels import About, Limits, finished, fixed, steps
from catalogue.target import Target, TraceQL

__all__ = ["Column", "rows", "trace_list"]


@dataclass(frozen=True)
class Column:
    """A column of a table: its field (`Value #A`, or a label), its title, its unit, its width in pixels.

    `colours`: of its values. `limits`: from where on its numbers are coloured.
    """

    field: str
    title: str
    unit: str = ""
    decimals: int | None = None
    width: int | None = None
    bar: bool = False
    colours: Mapping[str, str] | None = None
    limits: Limits | None = None


def rows(
    title: str,
    about: About,
    columns: Sequence[Column],
    *targets: Target,
    links: Sequence[DashboardLink] = (),
    none: str = "No calls",
    sort: str = "",
    descending: bool = True,
    width: int = 24,
    height: int = 8,
) -> Panel:
    """A table: one row per combination of labels, one column per target; `columns` says all that is shown, in order.
    The links are those of its labels, not of its numbers.
    """
    panel = table.Panel().cell_height(options.TableCellHeight.SM)
    if len(targets) > 1:
        panel.with_transformation(models.DataTransformerConfig("merge", options={}))
    order = {column.field: index for index, column in enumerate(columns)}
    hidden = {"Time": True} | ({} if "Value" in order or len(targets) > 1 else {"Value": True})
    arranged = {"excludeByName": hidden, "indexByName": order, "renameByName": {}}
    panel.with_transformation(models.DataTransformerConfig("organize", options=arranged))
    for column in columns:
        linked = links if not column.field.startswith("Value") else ()
        panel.override_by_name(column.field, _column(column, linked))
    if sort:
        panel.sort_by([common.TableSortByFieldState().display_name(sort).desc(descending)])
    return finished(panel.build(), title, "short", about, targets, (), none, (width, height))


def trace_list(
    title: str, about: About, query: str, *, none: str = "No traces", width: int = 24, height: int = 9
) -> Panel:
    """The newest traces that a TraceQL query finds; a click opens one."""
    panel = table.Panel().cell_height(options.TableCellHeight.SM).build()
    return finished(panel, title, "short", about, (TraceQL(query, "search"),), (), none, (width, height))


def _column(column: Column, links: Sequence[DashboardLink]) -> list[DynamicConfigValue]:
    # what an empty table says is not for each of its cells
    said = [DynamicConfigValue("displayName", column.title), DynamicConfigValue("noValue", "–")]
    if links:
        said.append(DynamicConfigValue("links", list(links)))
    if column.width:
        said.append(DynamicConfigValue("custom.width", column.width))
    if column.unit:
        said.append(DynamicConfigValue("unit", column.unit))
    if column.decimals is not None:
        said.append(DynamicConfigValue("decimals", column.decimals))
    if column.bar:
        said.append(
            DynamicConfigValue("custom.cellOptions", {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"})
        )
        said += [fixed("#5794F2"), DynamicConfigValue("min", 0), DynamicConfigValue("fieldMinMax", True)]
    if column.limits:
        judged = {"mode": "absolute", "steps": [vars(step) for step in steps(column.limits)]}
        said += [DynamicConfigValue("thresholds", judged), DynamicConfigValue("color", {"mode": "thresholds"})]
        said.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
    if column.colours:
        mapped = {
            value: {"color": colour, "index": index} for index, (value, colour) in enumerate(column.colours.items())
        }
        said.append(DynamicConfigValue("mappings", [{"type": "value", "options": mapped}]))
        said.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
    return said
