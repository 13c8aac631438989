"""The local store as a source: every figure from the spans that it kept, each counted with its sampling weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from spanwise.distro.incident.cells import Cell, Factor, Tally
from spanwise.distro.incident.report import Event, Example
from spanwise.distro.incident.source import CALL_DIMENSIONS, TRACE_DIMENSIONS, Bound, Moment, Table
from spanwise.distro.incident.symptom import FAILED, Counted, Symptom
from spanwise.distro.incident.window import Window
from spanwise.exporters.database import open_for_reading
from spanwise.exporters.reading import StoredSpan, read_span_rows
from spanwise.semconv import attributes as names

__all__ = ["StoreSource", "quantile"]

_MOST_SPANS = 200_000
_SLOW_QUANTILE = 0.95
_APPEARING = (("service.version", "version"), (names.REQUEST_MODEL, "model"), (names.PROMPT_VERSION, "prompt version"))


class StoreSource:
    """Reads calls of a local store, of one service or of all.

    Raises:
        StoreError: there is no store at the path, or it cannot be read.
    """

    def __init__(self, path: Path, service: str | None = None) -> None:
        self.gaps: list[str] = []
        self._path, self._service = path, service
        self._read: dict[Window, list[StoredSpan]] = {}
        with open_for_reading(path):
            pass

    def describe(self) -> str:
        """The file, and how many calls were read."""
        stored = sum(map(len, self._read.values()))
        return f"local store {self._path}, {stored:,} stored calls, each counted with its sampling weight"

    def scope(self) -> Mapping[str, str]:
        """The service, where one was named."""
        return {"service.name": self._service} if self._service else {}

    def calls(self, window: Window) -> list[StoredSpan]:
        """The calls that started in a window."""
        if window not in self._read:
            self._read[window] = [span for span in self._stored(window) if self._within(span)]
        return self._read[window]

    def figures(self, window: Window) -> Mapping[str, float | None]:
        """See `Source`."""
        calls = self.calls(window)
        weight = sum(span.weight for span in calls)
        if not weight:
            return {}
        hours = window.seconds / 3600
        of_call = {key: _sum(calls, counted) / weight for key, counted in _PER_CALL}
        first = [(span.first_chunk_seconds, span.weight) for span in calls if span.first_chunk_seconds is not None]
        tokens = sum((span.input_tokens or 0) * span.weight for span in calls)
        return {
            **of_call,
            "calls": weight / hours,
            "failed": sum(span.weight for span in calls if _outcome(span) in FAILED) / weight,
            **{f"p{n}": quantile([(span.seconds, span.weight) for span in calls], n / 100) for n in (50, 95, 99)},
            "first_chunk_p95": quantile(first, 0.95),
            "cost": _sum(calls, "cost") / hours,
            "input_tokens": tokens / weight,
            "cache_hits": _sum(calls, "cache_read_tokens") / tokens if tokens else None,
            "retries": _sum(calls, "retries") / hours,
            "flagged": _sum(calls, "flagged") / hours,
        }

    def slow_from(self, symptom: Symptom, usual: Window) -> float | None:
        """See `Source`."""
        measured = [(_seconds(symptom, span), span.weight) for span in self.calls(usual)]
        return quantile([(found, weight) for found, weight in measured if found is not None], _SLOW_QUANTILE)

    def tables(self, bound: Bound, window: Window) -> Sequence[Table]:
        """See `Source`."""
        if not bound.symptom.on_calls:
            self.gaps.append(f"the calls of a store do not tell of {bound.symptom.title}: ask Prometheus")
        calls = self.calls(window)
        dimensions = (*CALL_DIMENSIONS, *TRACE_DIMENSIONS)
        weighted = any(span.weight != 1 for span in calls)
        cells = [Cell({name: value(span, name) for name in dimensions}, _tally(bound, span)) for span in calls]
        own = bound.symptom.own
        return [
            Table(dimensions, cells, weighted),
            *([Table(own, list(_own_cells(bound, calls)), weighted)] if own else []),
        ]

    def course(self, bound: Bound, window: Window, step: float) -> Sequence[Moment]:
        """See `Source`."""
        found: dict[int, Tally] = {n: Tally() for n in range(max(1, round(window.seconds / step)))}
        for span in self.calls(window):
            number = min(int((span.start_ns / 1e9 - window.start) / step), len(found) - 1)
            found[number] += _tally(bound, span)
        return [Moment(window.start + number * step, tally) for number, tally in found.items()]

    def users(self, bound: Bound, window: Window) -> int | None:
        """See `Source`; `None` where no call names its user."""
        if not any(span.user_id for span in self.calls(window)):
            return None
        return len({span.user_id for span in self.calls(window) if span.user_id and _tally(bound, span).bad})

    def examples(self, bound: Bound, window: Window, factors: Sequence[Factor]) -> Sequence[Example]:
        """The calls in which most of it happened, of each factor and then of any."""
        shown = sorted(self.calls(window), key=lambda span: -_tally(bound, span).bad)
        affected = [span for span in shown if _tally(bound, span).bad]
        found: dict[str, Example] = {}
        for factor in (*factors, None):
            fits = (span for span in affected if factor is None or value(span, factor.dimension) == factor.value)
            for span in [span for span in fits if span.trace_id not in found][: 2 if factor else 3]:
                found[span.trace_id] = _example(span, factor)
        return list(found.values())

    def events(self, window: Window, before: Window, alert: str) -> Sequence[Event]:
        """Versions, models and prompt versions whose first call is in the window."""
        known = {(name, value(span, name)) for span in self.calls(before) for name, _ in _APPEARING}
        found: list[Event] = []
        for span in self.calls(window):
            for name, word in _APPEARING:
                new = value(span, name)
                if new and known and (name, new) not in known:
                    known.add((name, new))
                    found.append(Event(span.start_ns / 1e9, f"first call of {word} {new}"))
        return found

    def _stored(self, window: Window) -> list[StoredSpan]:
        condition = "WHERE s.is_call AND s.start_ns >= ? AND s.start_ns < ? ORDER BY s.start_ns LIMIT ?"
        limits = (int(window.start * 1e9), int(window.end * 1e9), _MOST_SPANS)
        with open_for_reading(self._path) as connection:
            found = read_span_rows(connection, condition, limits)
        if len(found) == _MOST_SPANS:
            self.gaps.append(f"more than {_MOST_SPANS:,} calls in one window: only the first were read")
        return found

    def _within(self, span: StoredSpan) -> bool:
        return self._service is None or span.resource.get("service.name") == self._service


def value(span: StoredSpan, name: str) -> str:
    """An attribute of a span or of its resource as text; empty where it is not set."""
    found = span.attributes.get(name, span.resource.get(name))
    return "" if found is None else str(found)


def quantile(measured: Iterable[tuple[float, float]], share: float) -> float | None:
    """The smallest value that this share of the weight does not exceed, of (value, weight); `None` of nothing."""
    ordered = sorted(measured)
    wanted, reached = share * sum(weight for _, weight in ordered), 0.0
    for found, weight in ordered:
        reached += weight
        if reached >= wanted * (1 - 1e-9):
            return found
    return None


def _outcome(span: StoredSpan) -> str:
    return span.outcome or ("error" if span.failed else "ok")


def _seconds(symptom: Symptom, span: StoredSpan) -> float | None:
    return span.first_chunk_seconds if symptom.counted == "slow_first_chunks" else span.seconds


_AMOUNTS: Mapping[Counted, Callable[[StoredSpan], float]] = {
    "calls": lambda _: 1,
    "cost": lambda span: span.cost or 0,
    "tokens": lambda span: (span.input_tokens or 0) + (span.output_tokens or 0),
    "output_tokens": lambda span: span.output_tokens or 0,
    "cache_read_tokens": lambda span: span.number(names.USAGE_CACHE_READ_TOKENS) or 0,
    "unpriced": lambda span: bool(span.text(names.COST_UNPRICED)),
    "retries": lambda span: span.retries,
    "flagged": lambda span: span.flagged,
    "redacted": lambda span: span.redactions,
    "judged": lambda _: 0,
    "faults": lambda _: 0,
}
_PER_CALL: tuple[tuple[str, Counted], ...] = (
    ("cost_per_call", "cost"),
    ("output_tokens", "output_tokens"),
    ("unpriced", "unpriced"),
)


def _sum(calls: Iterable[StoredSpan], counted: Counted) -> float:
    return sum(_AMOUNTS[counted](span) * span.weight for span in calls)


def _bad(bound: Bound, span: StoredSpan) -> float:
    symptom = bound.symptom
    if symptom.counted in ("slow_calls", "slow_first_chunks"):
        took = _seconds(symptom, span)
        return float(took is not None and bound.threshold_s is not None and took > bound.threshold_s)
    if symptom.outcomes:
        return float(_outcome(span) in symptom.outcomes)
    return float(_AMOUNTS[symptom.counted](span))


def _all(bound: Bound, span: StoredSpan) -> float:
    if bound.symptom.per == "input_tokens":
        return float(span.input_tokens or 0)
    if bound.symptom.counted == "slow_first_chunks":
        return float(span.first_chunk_seconds is not None)
    return 1.0 if bound.symptom.per else 0.0


def _tally(bound: Bound, span: StoredSpan) -> Tally:
    return Tally(_bad(bound, span) * span.weight, _all(bound, span) * span.weight)


def _own_cells(bound: Bound, calls: Sequence[StoredSpan]) -> Iterator[Cell]:
    """What is bad by its own dimensions, and what it is divided by, undivided."""
    whole = 0.0
    for span in calls:
        tally = _tally(bound, span)
        whole += tally.all
        if tally.bad:
            kinds = _kinds(bound, span)
            for kind in kinds:
                yield Cell(kind, Tally(tally.bad / len(kinds)))
    yield Cell({}, Tally(0.0, whole))


def _kinds(bound: Bound, span: StoredSpan) -> Sequence[Mapping[str, str]]:
    if bound.symptom.counted == "redacted":
        types = span.attributes.get(names.REDACTION_TYPES)
        found = [str(kind) for kind in types] if isinstance(types, (list, tuple)) else []
        return [{bound.symptom.own[0]: kind} for kind in found] or [{}]
    return [{name: value(span, name) for name in bound.symptom.own}]


def _example(span: StoredSpan, factor: Factor | None) -> Example:
    said = _outcome(span) if _outcome(span) != "ok" else value(span, names.REQUEST_MODEL)
    shows = f"{factor.dimension}={factor.value}: {said}" if factor else said
    return Example(span.trace_id, span.name, span.start_ns / 1e9, span.seconds, shows)
