"""A report as Markdown. Whatever comes from telemetry is written so that it stays text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import cast

from spanwise.distro.incident.cells import UNSET, Factor, Tally
from spanwise.distro.incident.past import traits
from spanwise.distro.incident.report import Figure, FigureLine, Incident
from spanwise.distro.incident.symptom import Symptom
from spanwise.distro.incident.window import instant
from spanwise.exporters.figures import NOTHING, compact, money, percent, plural, seconds, whole
from spanwise.exporters.markdown import prose
from spanwise.exporters.terminal import cut, safe

__all__ = ["headline", "level", "render_markdown"]

_MOST_VALUES = 6
_LONGEST = 120
_CODES = {ord(char): f"\\u{ord(char):04x}" for char in "<>[]()`|*_#/"}
_TITLES = {
    "gen_ai.request.model": "model",
    "gen_ai.provider.name": "provider",
    "gen_ai.operation.name": "operation",
    "spanwise.feature": "feature",
    "spanwise.endpoint": "endpoint",
    "spanwise.tenant": "tenant",
    "spanwise.variant": "variant",
    "service.version": "version",
    "service.name": "service",
    "deployment.environment.name": "environment",
    "user.id": "user",
    "gen_ai.prompt.version": "prompt version",
    "spanwise.outcome": "outcome",
    "error.type": "error",
    "spanwise.screen.category": "category",
    "spanwise.cost.unpriced": "reason",
    "spanwise.redaction.type": "type",
}


def render_markdown(incident: Incident) -> str:
    """The whole report."""
    parts = (
        _top(incident),
        _summary(incident),
        _changed(incident),
        _factors(incident),
        _divided(incident),
        _timeline(incident),
        _examples(incident),
        _similar(incident),
        _bullets("Prevention", "Hints from the numbers, to be judged.", incident.prevention),
        _bullets("Open questions", "", (*incident.questions, *(f"No answer: {gap}" for gap in incident.gaps))),
        _for_people(),
        _source(incident),
    )
    return "\n".join(line for part in parts for line in part)


def headline(incident: Incident) -> str:
    """`failed calls 1.2% → 14.3%`, or what there is."""
    symptom, window = incident.symptom, incident.window
    now = level(symptom, incident.now, window.seconds)
    if not incident.compared:
        return f"{symptom.title} {now}, nothing to compare with"
    baseline = next(found.window for found in incident.baselines if found.name == incident.compared)
    return f"{symptom.title} {level(symptom, incident.usual, baseline.seconds)} → {now}"


def level(symptom: Symptom, tally: Tally, window_s: float) -> str:
    """What was counted, in the unit of the symptom: a share, dollars or tokens of a call, or a sum per hour."""
    if symptom.per is None:
        hourly = tally.bad / window_s * 3600
        return f"{money(hourly) if symptom.counted == 'cost' else compact(hourly)}/h"
    if tally.ratio is None:
        return NOTHING
    if symptom.counted == "cost":
        return money(tally.ratio)
    return compact(tally.ratio) if symptom.counted == "tokens" else percent(tally.ratio)


def _top(incident: Incident) -> Iterator[str]:
    service = incident.scope.get("service.name", "")
    facts: Mapping[str, object] = {
        **traits(incident.alert.name, incident.symptom.name, service, incident.factors),
        "start": instant(incident.window.start),
        "end": instant(incident.window.end),
    }
    yield "---"
    yield from (f"{key}: {_fact(value)}" for key, value in facts.items())
    yield "---"
    yield f"# {_text(incident.alert.name or 'Incident')}: {_text(headline(incident))}"
    yield ""


def _fact(value: object) -> str:
    """JSON; what Markdown might take for its own is written as its code."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_fact, cast('Sequence[object]', value)))}]"
    return json.dumps(value).translate(_CODES)


def _summary(incident: Incident) -> Iterator[str]:
    window, alert = incident.window, incident.alert
    yield f"{instant(window.start)} to {instant(window.end)} ({seconds(window.seconds)})" + _scope(incident) + "."
    yield ""
    if incident.threshold_s is not None:
        of = "first chunk came" if incident.symptom.counted == "slow_first_chunks" else "answer took"
        yield f"Slow means that the {of} more than {seconds(incident.threshold_s)}, as 5 of 100 usually do."
        yield ""
    yield f"- Affected: {_affected(incident)}."
    for factor in incident.kinds[:1]:
        yield f"- Kind: {_name(factor)}, {percent(factor.explained)} of the change."
    for factor in incident.factors[:1]:
        share = f"{percent(factor.explained)} of the change, {_expected(factor)}"
        yield f"- Strongest factor: {_name(factor)} explains {share}."
    for key in ("summary", "runbook_url"):
        if said := alert.annotations.get(key):
            yield f"- {'Alert' if key == 'summary' else 'Runbook'}: {_text(said)}"
    if alert.expression:
        hold = f", held for {seconds(alert.hold_s)}" if alert.hold_s else ""
        yield f"- Condition{hold}: `{cut(safe(alert.expression).replace('`', ''), 400)}`"
    yield ""


def _scope(incident: Incident) -> str:
    return "".join(f", {_title(name)} {_text(value)}" for name, value in incident.scope.items() if value)


def _affected(incident: Incident) -> str:
    symptom, now = incident.symptom, incident.now
    users = f", {plural(incident.users, 'user')}" if incident.users else ""
    if symptom.counted == "cost":
        return money(now.bad) + (f" in {plural(round(now.all), 'call')}" if symptom.per else "") + users
    of = f" of {whole(now.all)}" if symptom.per == "calls" and symptom.counted != "tokens" else ""
    return f"{whole(now.bad)}{of} ({_text(symptom.title)}){users}"


def _changed(incident: Incident) -> Iterator[str]:
    if not incident.figures:
        return
    yield "## What changed"
    yield ""
    known = [
        any(line.usual[number] is not None for line in incident.figures) for number in range(len(incident.baselines))
    ]
    names = [baseline.name for baseline in incident.baselines]
    head = ("", "in the incident", *compress(names, known), "change")
    yield from _table(head, (_figure_row(line, known) for line in incident.figures))


def _figure_row(line: FigureLine, known: Sequence[bool]) -> Sequence[str]:
    shown = (_figure(line.figure, found) for found in (line.now, *compress(line.usual, known)))
    return (line.figure.title, *shown, _times(line.now, line.usual))


def _figure(figure: Figure, value: float | None) -> str:
    if value is None:
        return NOTHING
    write = {"count": compact, "share": percent, "seconds": seconds, "usd": money}
    return write[figure.unit](value)


def _times(now: float | None, usual: Sequence[float | None]) -> str:
    """Against the first baseline that knows: `×2.4`."""
    known = next((found for found in usual if found is not None), None)
    if now is None or known is None:
        return NOTHING
    if known == 0:
        return "new" if now else "same"
    return f"×{now / known:.3g}"


def _factors(incident: Incident) -> Iterator[str]:
    yield "## Contributing factors"
    yield ""
    if not incident.factors:
        yield "Nothing stands out; see the open questions."
        yield ""
        return
    yield (
        f"Share of the change against {incident.compared} that calls with this value account for; "
        "*usual* is their share if all values had changed alike."
    )
    yield ""
    rows = ((str(number), _name(factor), *_row(incident, factor), _note(incident, factor))
            for number, factor in enumerate(incident.factors, 1))  # fmt: skip
    yield from _table(("", "factor", "before", "in the incident", "explains", "usual", ""), rows)
    yield from _ties(incident)


def _ties(incident: Incident) -> Iterator[str]:
    """Which of two factors it was, as far as the calls tell that have only one of them."""
    for one, other, how in incident.ties:
        if how == "both":
            yield f"Affected were calls with both {_name(one)} and {_name(other)}; those with one alone were not."
            yield ""
        elif how in ("one", "other"):
            narrow, wide = (one, other) if how == "one" else (other, one)
            yield (
                f"Whatever has {_name(narrow)} also has {_name(wide)}; "
                f"calls with {_name(wide)} and not {_name(narrow)} were not affected."
            )
            yield ""


def _divided(incident: Incident) -> Iterator[str]:
    for dimension, values in incident.divided.items():
        shown = sorted(values, key=lambda factor: -abs(factor.explained))[:_MOST_VALUES]
        shown = [factor for factor in shown if factor.value != UNSET or abs(factor.explained) >= 0.01]
        if len(values) < 2 or all(factor.value == UNSET for factor in shown):
            continue
        yield f"### By {_title(dimension)}"
        yield ""
        rows = ((_text(factor.value), *_row(incident, factor)) for factor in shown)
        yield from _table(("", "before", "in the incident", "explains", "usual"), rows)


def _row(incident: Incident, factor: Factor) -> tuple[str, str, str, str]:
    before = next(found.window for found in incident.baselines if found.name == incident.compared)
    return (
        _level(incident.symptom, factor.before, before.seconds),
        _level(incident.symptom, factor.after, incident.window.seconds),
        percent(factor.explained),
        percent(factor.expected),
    )


def _level(symptom: Symptom, tally: Tally, window_s: float) -> str:
    """The level; the plain number where the dimension divides only what is bad."""
    if symptom.per and not tally.all:
        return money(tally.bad) if symptom.counted == "cost" else whole(tally.bad)
    counted = f" of {whole(tally.all)}" if symptom.per == "calls" else ""
    return level(symptom, tally, window_s) + counted


def _note(incident: Incident, factor: Factor) -> str:
    return ", ".join(
        word
        for word, fits in (("new", factor.new), ("from kept traces", factor.dimension in incident.estimated))
        if fits
    )


def _timeline(incident: Incident) -> Iterator[str]:
    if incident.timeline:
        yield "## Timeline"
        yield ""
        yield from (f"- {instant(event.time)} {_text(event.text)}" for event in incident.timeline)
        yield ""


def _examples(incident: Incident) -> Iterator[str]:
    if incident.examples:
        yield "## Example traces"
        yield ""
        rows = (
            (
                f"`{safe(found.trace_id)}`",
                instant(found.start),
                _text(found.name),
                seconds(found.seconds),
                _text(found.shows),
            )
            for found in incident.examples
        )
        yield from _table(("trace", "started", "span", "took", "shows"), rows)


def _similar(incident: Incident) -> Iterator[str]:
    yield "## Similar past incidents"
    yield ""
    if not incident.similar:
        yield "None among the earlier reports."
        yield ""
        return
    rows = (
        (f"[{_text(past.file)}]({past.file.replace(' ', '%20')})", _text(past.start), percent(past.likeness),
         _text(", ".join(past.shared)), _text(past.resolution) or "not written down")
        for past in incident.similar
    )  # fmt: skip
    yield from _table(("report", "began", "alike", "in common", "resolution then"), rows)


def _bullets(title: str, lead: str, lines: Iterable[str]) -> Iterator[str]:
    shown = list(lines)
    if shown:
        yield f"## {title}"
        yield ""
        if lead:
            yield from (lead, "")
        yield from (f"- {prose(line)}" for line in shown)
        yield ""


def _for_people() -> Iterator[str]:
    yield "## Resolution"
    yield ""
    yield "<!-- What ended it, in one line: the next report of this kind shows it. -->"
    yield ""


def _source(incident: Incident) -> Iterator[str]:
    yield "## Source"
    yield ""
    yield (
        f"{_text(incident.source)}. Baselines: "
        + "; ".join(
            f"{found.name} ({instant(found.window.start)} to {instant(found.window.end)})"
            for found in incident.baselines
        )
        + "."
    )
    yield ""


def _name(factor: Factor) -> str:
    return f"{_title(factor.dimension)} {_text(factor.value)}"


def _title(dimension: str) -> str:
    return _TITLES.get(dimension, dimension)


def _expected(factor: Factor) -> str:
    return "and is new" if factor.new else f"though its usual part is {percent(factor.expected)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


def _text(value: str) -> str:
    """Telemetry as text: one line of limited length that Markdown does not interpret."""
    return prose(cut(safe(value), _LONGEST))
