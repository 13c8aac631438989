"""`spanwise incident`: find the window, ask the source, write the report."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import sys
import time
from pathlib import Path
from urllib.parse import unquote

from spanwise.distro.incident.course import step_of, worst_stretch
from spanwise.distro.incident.fetch import NoAnswer, Server
from spanwise.distro.incident.investigate import investigate
from spanwise.distro.incident.markdown import headline, render_markdown
from spanwise.distro.incident.past import resembling, traits
from spanwise.distro.incident.prometheus import Prometheus
from spanwise.distro.incident.report import Alert, Incident
from spanwise.distro.incident.servers import ServerSource
from spanwise.distro.incident.source import Bound, Source
from spanwise.distro.incident.stored import StoreSource
from spanwise.distro.incident.symptom import SYMPTOMS, Symptom, symptom_named, symptom_of
from spanwise.distro.incident.tempo import Tempo
from spanwise.distro.incident.window import Window, instant, parse_time
from spanwise.exporters.schema import StoreError
from spanwise.exporters.store import store_settings

__all__ = ["Misused", "Refused", "headers", "run"]

_SEARCHED_S = 86400.0
_SHORTEST_S = 60.0


class Refused(Exception):
    """There is no report; the text is one line that says why."""


class Misused(Exception):
    """The arguments make no sense; the text is one line that says which."""


def run(given: argparse.Namespace) -> int:
    """0: the report is written; 1: there is none, and one line says why; 2: the arguments make no sense."""
    try:
        incident = _incident(given, time.time())
        print(_json(incident) if given.json else _written(incident, given.reports, given.out))
    except (Refused, NoAnswer, StoreError, OSError) as error:
        print(f"spanwise: {error}", file=sys.stderr)
        return 1
    except Misused as error:
        print(f"spanwise incident: {error}", file=sys.stderr)
        return 2
    return 0


def _incident(given: argparse.Namespace, now: float) -> Incident:
    source, alert = _from_servers(given, now) if given.prometheus else _from_store(given)
    symptom = _symptom(given, alert)
    window = _window(given, alert, source, symptom, now)
    found = investigate(source, alert, symptom, window, now)
    if not found.figures and not found.compared:
        raise Refused(
            f"no calls between {instant(window.start)} and {instant(window.end)} or before, in {found.source}"
        )
    facts = traits(alert.name, symptom.name, found.scope.get("service.name", ""), found.factors)
    return dataclasses.replace(found, similar=tuple(resembling(given.reports, facts)))


def _from_store(given: argparse.Namespace) -> tuple[Source, Alert]:
    return StoreSource(Path(store_settings(given.store).path), given.service), Alert(given.alert or "")


def _from_servers(given: argparse.Namespace, now: float) -> tuple[Source, Alert]:
    prometheus = Prometheus(_server("Prometheus", given.prometheus))
    tempo = Tempo(_server("Tempo", given.tempo)) if given.tempo else None
    alert = Alert("")
    if given.alert:
        alert = prometheus.alert(given.alert, _asked(given, now) or Window(now - _SEARCHED_S, now))
    source = ServerSource(prometheus, tempo, _scope(alert, given.service))
    if given.alert and not alert.fired:
        source.gaps.append(f"Prometheus has no ALERTS series of {given.alert} firing then; the times are as given")
    return source, alert


def _server(name: str, url: str) -> Server:
    try:
        return Server(name, url, headers(f"{name.upper()}_HEADERS"))
    except ValueError as error:
        raise Misused(str(error)) from error


def headers(variable: str) -> dict[str, str]:
    """`name=value,name=value` of an environment variable, as OTLP exporters take them, percent-encoded."""
    pairs = (pair.partition("=") for pair in os.environ.get(variable, "").split(",") if "=" in pair)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}


def _scope(alert: Alert, service: str | None) -> dict[str, str]:
    """What all firing series of the alert have in common, or the service that was named."""
    names = ("service.name", "deployment.environment.name")
    found = {name: {labels.get(name.replace(".", "_"), "") for labels in alert.labels} for name in names}
    common = {name: values.pop() for name, values in found.items() if len(values) == 1}
    return {name: value for name, value in (common | ({names[0]: service} if service else {})).items() if value}


def _symptom(given: argparse.Namespace, alert: Alert) -> Symptom:
    if given.symptom:
        known = sorted(symptom.name for symptom in SYMPTOMS)
        if given.symptom not in known:
            raise Misused(f"there is no symptom {given.symptom}; there are {', '.join(known)}")
        return symptom_named(given.symptom)
    objectives = {labels.get("sloth_slo", "") for labels in alert.labels}
    found = symptom_of(alert.name, alert.expression, objectives.pop() if len(objectives) == 1 else "")
    if found is None:
        raise Misused(f"what {alert.name or 'it'} is about is not plain from its name; name it with --symptom")
    return found


def _asked(given: argparse.Namespace, now: float) -> Window | None:
    """The times that were given."""
    if not given.start:
        return None
    try:
        window = Window(parse_time(given.start, now), parse_time(given.end or "now", now))
    except ValueError as error:
        raise Misused(str(error)) from error
    if window.seconds <= 0:
        raise Misused("--from is not before --to")
    return window


def _window(given: argparse.Namespace, alert: Alert, source: Source, symptom: Symptom, now: float) -> Window:
    """While the alert's condition was true; else the times that were given; else what stands out in the last day."""
    if alert.fired:
        return _true(alert, alert.fired, now)
    if asked := _asked(given, now):
        return asked
    if given.prometheus and alert.name:
        raise Refused(f"{alert.name} has not fired in the last 24 hours; name the time with --from and --to")
    searched = Window(now - _SEARCHED_S, now)
    bound = Bound(symptom, source.slow_from(symptom, searched) if symptom.counted.startswith("slow") else None)
    step = step_of(searched)
    found = worst_stretch(source.course(bound, searched, step), step, symptom.per is not None)
    if found is None:
        raise Refused(f"nothing stands out in the last 24 hours ({symptom.title}); name the time with --from and --to")
    return found


def _true(alert: Alert, fired: Window, now: float) -> Window:
    """An alert fires when its condition has held for a while, and is kept for a while after."""
    start = fired.start - (alert.hold_s or 0.0)
    end = now if alert.still_firing else fired.end - (alert.keep_s or 0.0)
    return Window(start, end if end > fired.start else fired.end + _SHORTEST_S)


def _written(incident: Incident, folder: Path, out: str | None) -> str:
    """The report itself for `-`, or one line that says where it is and what it found."""
    text = render_markdown(incident)
    if out == "-":
        return text
    path = Path(out) if out else _free(folder, incident)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return f"Report: {path.absolute()}\n{headline(incident)}"


def _free(folder: Path, incident: Incident) -> Path:
    """A name that no report has: people write into reports."""
    began = re.sub(r"[^0-9T]", "", instant(incident.window.start))
    name = f"{began}-{re.sub(r'[^A-Za-z0-9_-]+', '-', incident.alert.name) or incident.symptom.name}"
    names = (f"{name}.md", *(f"{name}-{number}.md" for number in range(2, 100)))
    return next((folder / file for file in names if not (folder / file).exists()), folder / f"{name}-100.md")


def _json(incident: Incident) -> str:
    return json.dumps(dataclasses.asdict(incident) | {"estimated": sorted(incident.estimated)}, indent=2)
