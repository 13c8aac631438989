"""The kinds of panels, tables apart. Each says what it shows, why that matters and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue.foundation import (
    DashboardLink,
    DynamicConfigValue,
    Panel,
    bargauge,
    build,
    common,
    heat,
    heatmap,
    models,
    options,
    stat,
    timeseries,
)
from catalogue.palette import GOOD, SEVERE, WARNING
from catalogue.target import PromQL, Target, TraceQL

__all__ = [
    "About",
    "Limits",
    "bars",
    "finished",
    "fixed",
    "heatmap_of",
    "lines",
    "number",
    "ranking",
    "states",
    "steps",
]


@dataclass(frozen=True)
class About:
    """The text of a panel, in three sentences or more."""

    what: str
    why: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}\n\n**Why:** {self.why}\n\n**Do:** {self.do}"


@dataclass(frozen=True)
class Limits:
    """From where on a value is a warning, and from where on it is severe; both mirror what the alerts say.

    `falling`: low values are the bad ones.
    """

    warning: float | None = None
    severe: float | None = None
    falling: bool = False


Colours = Mapping[str, str]

_VALUE_SIZE = 36
"""Of the big numbers, in pixels: left to Grafana each would have its own."""

_TEN_LARGEST = (
    models.DataTransformerConfig("reduce", options={"reducers": ["sum"], "mode": "seriesToRows"}),
    models.DataTransformerConfig("sortBy", options={"sort": [{"field": "Total", "desc": True}]}),
    models.DataTransformerConfig("limit", options={"limitField": 10}),
)


def number(
    title: str,
    unit: str,
    about: About,
    *targets: Target,
    links: Sequence[DashboardLink] = (),
    limits: Limits | None = None,
    none: str = "No calls",
    width: int = 4,
    height: int = 4,
    decimals: int | None = None,
    units: Colours | None = None,
) -> Panel:
    """Big numbers, one per target, over the line of what they were; coloured only where there is a judgement.
    Of TraceQL it is the sum over the time shown.

    `units`: unit of a target by its legend, where it is not `unit`.
    """
    calculation = "sum" if isinstance(targets[0], TraceQL) else "lastNotNull"
    panel = stat.Panel().reduce_options(common.ReduceDataOptions().calcs([calculation]))
    single = len(targets) == 1 and targets[0].shape == "range"
    panel.graph_mode(options.BigValueGraphMode.AREA if single else options.BigValueGraphMode.NONE)
    panel.color_mode(options.BigValueColorMode.VALUE).justify_mode(options.BigValueJustifyMode.AUTO)
    several = options.BigValueTextMode.VALUE_AND_NAME if len(targets) > 1 else options.BigValueTextMode.VALUE
    panel.text_mode(several).thresholds(_thresholds(limits)).color_scheme(_by_threshold())
    if len(targets) == 1:
        panel.text(common.VizTextDisplayOptions().value_size(_VALUE_SIZE))
    if decimals is not None:
        panel.decimals(decimals)
    for name, own in (units or {}).items():
        panel.override_by_name(name, [DynamicConfigValue("unit", own)])
    return finished(panel.build(), title, unit, about, targets, links, none, (width, height))


def states(
    title: str,
    about: About,
    target: Target,
    *,
    links: Sequence[DashboardLink] = (),
    none: str = "Nothing is watched",
    width: int = 12,
    height: int = 4,
) -> Panel:
    """A tile per series, that says up (1) or down (0)."""
    panel = stat.Panel().reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"])).wide_layout(False)
    panel.graph_mode(options.BigValueGraphMode.NONE).color_mode(options.BigValueColorMode.BACKGROUND_SOLID)
    panel.text_mode(options.BigValueTextMode.VALUE_AND_NAME).justify_mode(options.BigValueJustifyMode.CENTER)
    panel.thresholds(_thresholds(Limits(severe=1, falling=True))).color_scheme(_by_threshold())
    words = {
        "0": models.ValueMappingResult(text="down", color=SEVERE),
        "1": models.ValueMappingResult(text="up", color=GOOD),
    }
    panel.mappings([models.ValueMap(options=words)])
    return finished(panel.build(), title, "short", about, (target,), links, none, (width, height))


def lines(
    title: str,
    unit: str,
    about: About,
    *targets: Target,
    links: Sequence[DashboardLink] = (),
    colours: Colours | None = None,
    limits: Limits | None = None,
    stacked: bool = False,
    band: tuple[str, str] | None = None,
    none: str = "No calls",
    width: int = 12,
    height: int = 8,
    most: float | None = None,
    least: float | None = None,
    below_zero: bool = False,
    name: str = "",
) -> Panel:
    """Lines over time.

    Args:
        colours: by series name.
        limits: drawn as dashed lines.
        stacked: areas on top of each other, for parts of a whole.
        band: names of the lower and the upper series of what is usual.
        most: upper end of the axis. least: how high it is at least; a line of zeros needs no axis up to a hundred.
        below_zero: whether the axis may begin below zero.
        name: of each series, where its own would be unreadable.
    """
    panel = _over_time(targets, stacked=stacked).line_width(1).fill_opacity(60 if stacked else 0)
    panel.show_points(options.VisibilityMode.NEVER).span_nulls(120_000)
    if not below_zero:
        panel.min(0)
    if most is not None:
        panel.max(most)
    if name:
        panel.display_name(name)
    if least is not None:
        panel.axis_soft_max(least)
    if limits:
        panel.thresholds(_thresholds(limits))
        dashed = common.GraphThresholdsStyleConfig().mode(options.GraphThresholdsStyleMode.DASHED)
        panel.thresholds_style(dashed)
    _add_colours(panel, colours)
    if band:
        _add_band(panel, *band)
    return finished(panel.build(), title, unit, about, targets, links, none, (width, height))


def bars(
    title: str,
    unit: str,
    about: About,
    *targets: Target,
    links: Sequence[DashboardLink] = (),
    colours: Colours | None = None,
    none: str = "None",
    width: int = 12,
    height: int = 8,
) -> Panel:
    """Stacked bars over time, for what happens now and then: zero is nothing, not a line."""
    panel = _over_time(targets, stacked=True).draw_style(options.GraphDrawStyle.BARS).line_width(0)
    panel.fill_opacity(85).min(0).axis_soft_max(0.1)
    _add_colours(panel, colours)
    return finished(panel.build(), title, unit, about, targets, links, none, (width, height))


def ranking(
    title: str,
    unit: str,
    about: About,
    *targets: Target,
    links: Sequence[DashboardLink] = (),
    colours: Colours | None = None,
    limits: Limits | None = None,
    none: str = "No calls",
    width: int = 8,
    height: int = 8,
    decimals: int | None = None,
) -> Panel:
    """Horizontal bars, one per series, for who has the most. Of TraceQL it sums over the time shown."""
    panel = bargauge.Panel().orientation(options.VizOrientation.HORIZONTAL).min(0)
    panel.display_mode(options.BarGaugeDisplayMode.BASIC).value_mode(options.BarGaugeValueMode.TEXT)
    traced = any(isinstance(target, TraceQL) for target in targets)
    panel.reduce_options(common.ReduceDataOptions().values(traced).calcs(["lastNotNull"])).show_unfilled(False)
    for transformation in _TEN_LARGEST if traced else ():
        panel.with_transformation(transformation)
    panel.name_placement(options.BarGaugeNamePlacement.LEFT).sizing(options.BarGaugeSizing.MANUAL)
    panel.text(common.VizTextDisplayOptions().value_size(14))
    panel.min_viz_height(16).max_viz_height(24).thresholds(_thresholds(limits))
    panel.color_scheme(_by_threshold() if limits else _one_colour())
    if decimals is not None:
        panel.decimals(decimals)
    _add_colours(panel, colours)
    return finished(panel.build(), title, unit, about, targets, links, none, (width, height))


def heatmap_of(
    title: str,
    unit: str,
    about: About,
    target: Target,
    *,
    links: Sequence[DashboardLink] = (),
    width: int = 12,
    height: int = 8,
) -> Panel:
    """How many values fall into which bucket over time; the target is shaped `buckets`."""
    panel = heatmap.Panel().calculate(False).cell_gap(1).hide_legend()
    colours = heatmap.HeatmapColorOptions().mode(heat.HeatmapColorMode.SCHEME).scheme("Oranges").steps(64)
    panel.color(colours).y_axis(heatmap.YAxisConfig().unit(unit).axis_placement(options.AxisPlacement.LEFT))
    panel.tooltip(heatmap.HeatmapTooltip().mode(options.TooltipDisplayMode.SINGLE).y_histogram(True))
    panel.cell_values(heatmap.CellValues().unit("reqps")).filter_values(heatmap.FilterValueRange().le(1e-9))
    panel.exemplars_color("rgba(255,0,255,0.7)")
    return finished(panel.build(), title, unit, about, (target,), links, "No calls", (width, height))


def finished(
    panel: Panel,
    title: str,
    unit: str,
    about: About,
    targets: Sequence[Target],
    links: Sequence[DashboardLink],
    none: str,
    size: tuple[int, int],
) -> Panel:
    """What all panels have."""
    panel.title, panel.description = title, str(about)
    panel.targets = [target.build(chr(ord("A") + index)) for index, target in enumerate(targets)]
    panel.datasource = targets[0].source
    panel.grid_pos = models.GridPos(w=size[0], h=size[1])
    panel.field_config = panel.field_config or models.FieldConfigSource()
    defaults = panel.field_config.defaults
    defaults.unit, defaults.no_value, defaults.links = unit, none, list(links)
    return panel


def _over_time(targets: Sequence[Target], *, stacked: bool) -> timeseries.Panel:
    """What lines and bars have: a colour for each series, and a tooltip with all of them."""
    panel = timeseries.Panel().color_scheme(build.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC))
    if stacked:
        panel.stacking(common.StackingConfig().mode(options.StackingMode.NORMAL))
    return panel.legend(_legend(targets)).tooltip(_tooltip(stacked=stacked))


def _add_colours(panel: timeseries.Panel | bargauge.Panel, colours: Colours | None) -> None:
    for name, colour in (colours or {}).items():
        panel.override_by_name(name, [fixed(colour)])


def _add_band(panel: timeseries.Panel, lower: str, upper: str) -> None:
    """The area between the edges, with no lines of its own."""
    quiet = [DynamicConfigValue("custom.lineWidth", 0), fixed("#8E95A5")]
    panel.override_by_name(lower, [*quiet, _out_of_legend()])
    filled = [DynamicConfigValue("custom.fillBelowTo", lower), DynamicConfigValue("custom.fillOpacity", 18)]
    panel.override_by_name(upper, [*quiet, *filled])


def _out_of_legend() -> DynamicConfigValue:
    return DynamicConfigValue("custom.hideFrom", {"legend": True, "tooltip": False, "viz": False})


def _legend(targets: Sequence[Target]) -> common.VizLegendOptions:
    """With the newest values where the series are few and known; else the names need the place."""
    legend = common.VizLegendOptions().display_mode(options.LegendDisplayMode.LIST).show_legend(True)
    few = all(isinstance(target, PromQL) and "{{" not in target.legend for target in targets)
    return legend.placement(options.LegendPlacement.BOTTOM).calcs(["lastNotNull"] if few else [])


def _tooltip(*, stacked: bool) -> common.VizTooltipOptions:
    order = options.SortOrder.NONE if stacked else options.SortOrder.DESCENDING
    return common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI).sort(order).hide_zeros(stacked)


def _thresholds(limits: Limits | None) -> build.ThresholdsConfig:
    return build.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps(limits))


def steps(limits: Limits | None) -> list[models.Threshold]:
    """The colours from each value on; that of text where nothing is judged."""
    if limits is None:
        return [models.Threshold(value=None, color="text")]
    if limits.falling:
        first = SEVERE if limits.severe is not None else WARNING
        last = (models.Threshold(value=limits.warning, color=GOOD),) if limits.warning is not None else ()
        between = (models.Threshold(value=limits.severe, color=WARNING),) if limits.severe is not None else ()
        return [models.Threshold(value=None, color=first), *between, *last]
    said = ((limits.warning, WARNING), (limits.severe, SEVERE))
    above = (models.Threshold(value=value, color=colour) for value, colour in said if value is not None)
    return [models.Threshold(value=None, color=GOOD), *above]


def _by_threshold() -> build.FieldColor:
    return build.FieldColor().mode(models.FieldColorModeId.THRESHOLDS)


def _one_colour() -> build.FieldColor:
    return build.FieldColor().mode(models.FieldColorModeId.FIXED).fixed_color("#5794F2")


def fixed(colour: str) -> DynamicConfigValue:
    """One colour, whatever the value."""
    return DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
