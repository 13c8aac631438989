"""What the panels of a dashboard file ask, as requests to the data sources; needs nothing but the standard library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

__all__ = ["Answer", "Question", "found_in", "questions"]

_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)")
_SCRAPE_S = 15
_ALL = ".*"

Source = Literal["prometheus", "tempo"]


@dataclass(frozen=True)
class Question:
    """One query of one panel.

    Attributes:
        dashboard: uid. panel: title. ref: letter of the query in the panel.
        source: who is asked. text: PromQL or TraceQL with the dashboard's variables.
        shape: `instant` and `range` ask for numbers, `search` for traces.
    """

    dashboard: str
    panel: str
    ref: str
    source: Source
    text: str
    shape: Literal["instant", "range", "search"]

    def __str__(self) -> str:
        return f"{self.dashboard} · {self.panel} · {self.ref}"

    def request(self, end: float, seconds: int, chosen: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
        """Path and parameters below the data source's address, for the time before `end` (seconds since 1970).

        `chosen`: variable → its value; the others are `All`.
        """
        step = max(_SCRAPE_S, seconds // 120)
        known = {"__rate_interval": f"{4 * _SCRAPE_S}s", "__range": f"{seconds}s", **(chosen or {})}
        asked = _VARIABLE.sub(lambda found: known.get(found[1] or found[2], _ALL), self.text)
        within = {"start": str(int(end) - seconds), "end": str(int(end))}
        if self.source == "prometheus":
            if self.shape == "instant":
                return "/api/v1/query", {"query": asked, "time": str(end)}
            return "/api/v1/query_range", {"query": asked, "step": str(step), **within}
        if self.shape == "search":
            return "/api/search", {"q": asked, "limit": "5", **within}
        return "/api/metrics/query_range", {"q": asked, "step": f"{step}s", **within}


@dataclass(frozen=True)
class Answer:
    """What a data source said: how many series or traces, and what it warned of."""

    size: int
    warnings: tuple[str, ...] = ()


def questions(dashboard: Mapping[str, object]) -> Iterator[Question]:
    """Every query of a dashboard in Grafana's classic JSON, collapsed rows included."""
    for panel in _panels(dashboard):
        for target in _rows(panel, "targets"):
            source = _mapping(target.get("datasource")).get("type")
            text = target.get("expr") if source == "prometheus" else target.get("query")
            if source not in ("prometheus", "tempo") or not isinstance(text, str):
                continue
            said = (str(dashboard.get("uid")), str(panel.get("title")), str(target.get("refId")))
            yield Question(*said, source, text, _shape(target))


def found_in(source: Source, payload: object) -> Answer:
    """Count what stands in a data source's answer.

    Raises:
        ValueError: the answer is an error, or none that this source gives.
    """
    said = _mapping(payload)
    if source == "tempo":
        if "traces" in said:
            return Answer(len(_rows(said, "traces")))
        if "series" in said or said.keys() <= {"metrics"}:  # Tempo leaves empty lists out, and zeros too
            counted = (_rows(series, "samples") for series in _rows(said, "series"))
            return Answer(sum(any("value" in sample for sample in samples) for samples in counted))
    elif said.get("status") == "success":
        warnings = said.get("warnings")
        texts = cast("list[object]", warnings) if isinstance(warnings, list) else []
        return Answer(len(_rows(_mapping(said.get("data")), "result")), tuple(map(str, texts)))
    raise ValueError(str(said.get("error") or payload)[:300])


def _shape(target: Mapping[str, object]) -> Literal["instant", "range", "search"]:
    if _mapping(target.get("datasource")).get("type") == "tempo":
        return "range" if "metricsQueryType" in target else "search"
    return "instant" if target.get("instant") else "range"


def _panels(holder: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for panel in _rows(holder, "panels"):
        yield panel
        yield from _panels(panel)


def _rows(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = holder.get(key)
    return [_mapping(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
