"""What a panel asks: PromQL of Prometheus, TraceQL of Tempo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalogue.foundation import (
    Dataquery,
    DataSourceRef,
    MetricsQueryType,
    PromQueryFormat,
    QueryEditorMode,
    SearchTableType,
    prometheus,
    tempo,
)
from catalogue.series import scoped

__all__ = ["PROMETHEUS", "TEMPO", "PromQL", "Target", "TraceQL"]

PROMETHEUS = DataSourceRef("prometheus", "${datasource}")
TEMPO = DataSourceRef("tempo", "${tempo}")


@dataclass(frozen=True)
class PromQL:
    """A query of Prometheus.

    Attributes:
        expr: without the dashboard's variables; each metric gets the matchers of those labels that it has.
        legend: name of the series, `{{label}}` for its labels.
        shape: `range` for lines, `instant` for the newest value, `rows` for tables, `buckets` for heatmaps.
        exemplar: whether to ask for exemplars as well; only raw histograms have them.
    """

    expr: str
    legend: str = ""
    shape: Literal["range", "instant", "rows", "buckets"] = "range"
    exemplar: bool = False

    @property
    def source(self) -> DataSourceRef:
        """Prometheus."""
        return PROMETHEUS

    def build(self, ref: str) -> Dataquery:
        """The SDK's model; `ref` is the letter of the query in its panel."""
        query = prometheus.Dataquery().ref_id(ref).datasource(PROMETHEUS).editor_mode(QueryEditorMode.CODE)
        query.expr(scoped(self.expr)).legend_format(self.legend or "__auto").exemplar(self.exemplar)
        formats = {"rows": PromQueryFormat.TABLE, "buckets": PromQueryFormat.HEATMAP}
        query.format(formats.get(self.shape, PromQueryFormat.TIME_SERIES))
        if self.shape in ("instant", "rows"):
            return query.instant().build()
        return query.range().build()


@dataclass(frozen=True)
class TraceQL:
    """A query of Tempo.

    Attributes:
        query: TraceQL with the dashboard's variables; see `catalogue.drill_down.spans`.
        shape: `range` for metrics over time, `search` for a list of traces.
    """

    query: str
    shape: Literal["range", "search"] = "range"
    limit: int = 20

    @property
    def source(self) -> DataSourceRef:
        """Tempo."""
        return TEMPO

    def build(self, ref: str) -> Dataquery:
        """The SDK's model; `ref` is the letter of the query in its panel."""
        query = tempo.Dataquery().ref_id(ref).datasource(TEMPO).query_type("traceql").query(self.query).filters([])
        query.limit(self.limit).table_type(SearchTableType.TRACES)
        if self.shape == "search":
            return query.build()
        return query.metrics_query_type(MetricsQueryType.RANGE).build()


Target = PromQL | TraceQL
