"""Prometheus and Tempo as a source: exact counts from metrics, users and traces from kept traces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from spanwise.distro.incident.cells import Cell, Factor, Tally
from spanwise.distro.incident.fetch import NoAnswer, number
from spanwise.distro.incident.prometheus import Prometheus, Series, matcher, quoted
from spanwise.distro.incident.queries import (
    Part,
    figures,
    increase,
    label,
    parts,
    slow_bound,
    trace_filter,
    trace_scope,
    trace_sums,
    traced,
)
from spanwise.distro.incident.report import Event, Example
from spanwise.distro.incident.source import CALL_DIMENSIONS, TRACE_DIMENSIONS, Bound, Moment, Table
from spanwise.distro.incident.symptom import Symptom
from spanwise.distro.incident.tempo import Tempo
from spanwise.distro.incident.window import Window
from spanwise.semconv import attributes as names

__all__ = ["ServerSource"]

_Answer = TypeVar("_Answer")
_SLOW_QUANTILE = 0.95
_APPEARING = (("service.version", "version"), (names.REQUEST_MODEL, "model"))
_EVENT_STEP_S = 30.0
_UNTRACED = ("metric", "reason", "site", "part", "spanwise.redaction.type")
"""Labels of metrics that no span has."""
_PER_FACTOR = 2
_SEARCHED = 8


class ServerSource:
    """Reads the `genai:` series of Prometheus and the spans of Tempo, within a scope of attributes."""

    def __init__(self, prometheus: Prometheus, tempo: Tempo | None, scope: Mapping[str, str]) -> None:
        self.gaps: list[str] = []
        self._prometheus, self._tempo, self._scope = prometheus, tempo, dict(scope)
        self._traced: dict[tuple[Bound, Window, str], Table] = {}
        if tempo is None:
            self.gaps.append("no Tempo was named: nothing is known of users, tenants, endpoints and single traces")

    def describe(self) -> str:
        """The addresses."""
        tempo = f", traces of {self._tempo.server.url}" if self._tempo else ""
        return f"metrics of {self._prometheus.server.url}{tempo}"

    def scope(self) -> Mapping[str, str]:
        """What queries are narrowed to."""
        return self._scope

    def figures(self, window: Window) -> Mapping[str, float | None]:
        """See `Source`."""
        found = {key: self._number(key, query, window) for key, query in figures(self._scope, window.seconds).items()}
        calls, hours = found["calls"], window.seconds / 3600
        if not calls:
            return {}
        counted = {key: found[key] or 0.0 for key in ("cost", "retries", "flagged")}
        of_call = {key: (found[key] or 0.0) / calls for key in ("failed", "input_tokens", "output_tokens", "unpriced")}
        hits = (found["cache_read_tokens"] or 0.0) / found["input_tokens"] if found["input_tokens"] else None
        hourly = {key: amount / hours for key, amount in counted.items()}
        shares = {"cost_per_call": counted["cost"] / calls, "cache_hits": hits, "calls": calls / hours}
        return {**found, **of_call, **hourly, **shares}

    def slow_from(self, symptom: Symptom, usual: Window) -> float | None:
        """The bound of a bucket: the first that 95 of 100 calls did not exceed."""
        counts = self._vector(slow_bound(Bound(symptom), self._scope, usual.seconds), usual.end, "durations")
        bounds = sorted((number(one.labels.get("le")) or 0.0, value) for one, value in counts)
        if not bounds or not bounds[-1][1]:
            return None
        reached = (bound for bound, count in bounds if count >= _SLOW_QUANTILE * bounds[-1][1])
        found = next(reached)
        return found if found != float("inf") else max(bound for bound, _ in bounds if bound != found)

    def tables(self, bound: Bound, window: Window) -> Sequence[Table]:
        """One exact table of all that metrics tell, and one for each attribute that only spans have."""
        dimensions = (*CALL_DIMENSIONS, *bound.symptom.own)
        cells = [cell for part in self._parts(bound, window) for cell in self._cells(part, bound, window)]
        if self._tempo is None or not bound.symptom.on_calls:
            return [Table(dimensions, cells)]
        return [Table(dimensions, cells), *(self._by_trace(bound, window, name) for name in TRACE_DIMENSIONS)]

    def course(self, bound: Bound, window: Window, step: float) -> Sequence[Moment]:
        """See `Source`."""
        found: dict[float, Tally] = {}
        ends = Window(window.start + step, window.end)
        for part in self._parts(bound, window):
            query = increase(Part(part.series, (), rate=part.rate), self._scope, step)
            for one in self._range(f"course of {bound.symptom.title}", query, ends, step):
                for time, value in one.points:
                    added = Tally(value * part.bad, value * part.all)
                    found[time - step] = found.get(time - step, Tally()) + added
        return [Moment(time, tally) for time, tally in sorted(found.items())]

    def users(self, bound: Bound, window: Window) -> int | None:
        """See `Source`; among kept traces."""
        if self._tempo is None or not bound.symptom.on_calls:
            return None
        cells = self._by_trace(bound, window, names.USER_ID).cells
        return sum(cell.tally.bad > 0 for cell in cells if cell.labels.get(names.USER_ID)) or None

    def examples(self, bound: Bound, window: Window, factors: Sequence[Factor]) -> Sequence[Example]:
        """See `Source`."""
        found: dict[str, Example] = {}
        for condition, shows in self._shown(bound, factors) if bound.symptom.on_calls else ():
            new = [example for example in self._search(condition, window, shows) if example.trace_id not in found]
            found |= {example.trace_id: example for example in new[:_PER_FACTOR]}
        return list(found.values())

    def events(self, window: Window, before: Window, alert: str) -> Sequence[Event]:
        """See `Source`."""
        both = Window(before.start, window.end)
        return [
            *self._alerts(window, alert),
            *(event for one in _APPEARING for event in self._appeared(*one, both, window)),
        ]

    def _parts(self, bound: Bound, window: Window) -> Sequence[Part]:
        if bound.symptom.counted not in ("slow_calls", "slow_first_chunks"):
            return parts(bound)
        le = None if bound.threshold_s is None else self._le(bound, window)
        return parts(bound, le) if le else ()

    def _le(self, bound: Bound, window: Window) -> str | None:
        """The bound as the label has it."""
        counts = self._vector(slow_bound(bound, self._scope, window.seconds), window.end, "durations")
        labels = (one.labels.get("le", "") for one, _ in counts)
        return next((le for le in labels if number(le) == bound.threshold_s), None)

    def _cells(self, part: Part, bound: Bound, window: Window) -> Iterator[Cell]:
        query = increase(part, self._scope, window.seconds)
        for one, value in self._vector(query, window.end, f"{bound.symptom.title} ({part.series})"):
            labels = {name: one.labels[label(name)] for name in part.dimensions if one.labels.get(label(name))}
            if bound.symptom.counted == "faults":
                labels["metric"] = part.series
            yield Cell(labels, Tally(value * part.bad, value * part.all))

    def _by_trace(self, bound: Bound, window: Window, name: str) -> Table:
        key = (bound, window, name)
        if key not in self._traced:
            self._traced[key] = Table((name,), list(self._trace_cells(bound, window, name)), estimated=True)
        return self._traced[key]

    def _trace_cells(self, bound: Bound, window: Window, name: str) -> Iterator[Cell]:
        scope, affected = trace_scope(self._scope), trace_filter(bound)
        bad = " && ".join(part for part in (scope, affected) if part)
        for value, amount in self._sums(bad, trace_sums(bound.symptom.counted), name, window).items():
            yield Cell({name: value}, Tally(amount))
        if bound.symptom.per is None:
            return
        whole = f"span.{names.USAGE_INPUT_TOKENS}" if bound.symptom.per == "input_tokens" else trace_sums("calls")
        for value, amount in self._sums(scope, whole, name, window).items():
            yield Cell({name: value}, Tally(0.0, amount))

    def _sums(self, condition: str, summed: str, name: str, window: Window) -> Mapping[str, float]:
        tempo = self._tempo
        if tempo is None:
            return {}
        return self._ask(f"calls by {name}", lambda: tempo.sums(condition, summed, traced(name), window)) or {}

    def _search(self, condition: str, window: Window, shows: str) -> Sequence[Example]:
        tempo = self._tempo
        if tempo is None:
            return ()
        return self._ask(f"traces ({shows})", lambda: tempo.search(condition, window, _SEARCHED, shows)) or ()

    def _shown(self, bound: Bound, factors: Sequence[Factor]) -> Iterator[tuple[str, str]]:
        """TraceQL conditions, and what their traces show."""
        whole = " && ".join(part for part in (trace_scope(self._scope), trace_filter(bound)) if part)
        for factor in factors:
            if factor.dimension not in _UNTRACED:
                shows = f"{factor.dimension}={factor.value}"
                yield f"{whole} && {traced(factor.dimension)} = {quoted(factor.value)}", shows
        yield whole, bound.symptom.title

    def _alerts(self, window: Window, alert: str) -> Iterator[Event]:
        """First firing of each other alert."""
        query = f'ALERTS{{alertstate="firing", alertname!={quoted(alert)}}}'
        for one in self._range("other alerts", query, window, _EVENT_STEP_S):
            service = one.labels.get("service_name", "")
            if one.points and service in ("", self._scope.get("service.name", service)):
                whose = f" for {service}" if service else ""
                yield Event(one.points[0][0], f"{one.labels.get('alertname', '')} fires{whose}")

    def _appeared(self, name: str, word: str, both: Window, window: Window) -> Iterator[Event]:
        series = f"genai:calls:rate5m{{{matcher({label(key): value for key, value in self._scope.items()})}}}"
        query = f"sum by ({label(name)}) ({series}) > 0"
        found = self._range(f"when a {word} appeared", query, both, _EVENT_STEP_S)
        if any(one.points and one.points[0][0] < window.start for one in found):
            for one in found:
                value = one.labels.get(label(name))
                if value and one.points and one.points[0][0] >= window.start:
                    yield Event(one.points[0][0], f"first calls of {word} {value}")

    def _number(self, what: str, query: str, window: Window) -> float | None:
        found = self._vector(query, window.end, what)
        return found[0][1] if found else None

    def _vector(self, query: str, time: float, what: str) -> list[tuple[Series, float]]:
        found = self._ask(what, lambda: self._prometheus.instant(query, time)) or []
        return [(one, one.points[0][1]) for one in found if one.points]

    def _range(self, what: str, query: str, window: Window, step: float) -> list[Series]:
        return self._ask(what, lambda: self._prometheus.range(query, window, step)) or []

    def _ask(self, what: str, ask: Callable[[], _Answer]) -> _Answer | None:
        """The answer, or nothing and a line in `gaps`."""
        try:
            return ask()
        except NoAnswer as error:
            self.gaps.append(f"{what}: {error}")
            return None
