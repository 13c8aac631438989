"""Grafana's SDK, imported here alone: it warns of classic dashboards, which are what Grafana reads from files."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import bargauge, common, heatmap, prometheus, stat, table, tempo, timeseries
    from grafana_foundation_sdk.builders import dashboard as build
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.variants import Dataquery
    from grafana_foundation_sdk.models import common as options
    from grafana_foundation_sdk.models import dashboard as models
    from grafana_foundation_sdk.models import heatmap as heat
    from grafana_foundation_sdk.models.common import DataSourceRef
    from grafana_foundation_sdk.models.dashboard import DashboardLink, DynamicConfigValue, Panel, RowPanel
    from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode
    from grafana_foundation_sdk.models.tempo import MetricsQueryType, SearchTableType

__all__ = [
    "DashboardLink",
    "DataSourceRef",
    "Dataquery",
    "DynamicConfigValue",
    "JSONEncoder",
    "MetricsQueryType",
    "Panel",
    "PromQueryFormat",
    "QueryEditorMode",
    "RowPanel",
    "SearchTableType",
    "bargauge",
    "build",
    "common",
    "heat",
    "heatmap",
    "models",
    "options",
    "prometheus",
    "stat",
    "table",
    "tempo",
    "timeseries",
]
