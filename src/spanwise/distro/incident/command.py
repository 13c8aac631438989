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

from spanwise.distro.incident.course import step_of, worst_stretch
from spanwise.distro.incident.investigate import investigate
from spanwise.distro.incident.markdown import headline, render_markdown
from spanwise.distro.incident.past import resembling, traits
from spanwise.distro.incident.report import Alert, Incident
from spanwise.distro.incident.source import Bound, Source
from spanwise.distro.incident.stored import StoreSource
from spanwise.distro.incident.symptom import Symptom, symptom_named, symptom_of
from spanwise.distro.incident.window import Window, instant, parse_time
from spanwise.exporters.schema import StoreError
from spanwise.exporters.store import store_settings

__all__ = ["Refused", "run"]

_SEARCHED_S = 86400.0


class Refused(Exception):
    """There is no report; the text is one line that says why."""


def run(given: argparse.Namespace) -> int:
    """0: the report is written; 1: there is none, and one line says why; 2: the arguments make no sense."""
    try:
        incident = _incident(given, time.time())
        print(_json(incident) if given.json else _written(incident, given.reports, given.out))
    except (Refused, StoreError, OSError) as error:
        print(f"spanwise: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"spanwise incident: {error}", file=sys.stderr)
        return 2
    return 0


def _incident(given: argparse.Namespace, now: float) -> Incident:
    source: Source = StoreSource(Path(store_settings(given.store).path), given.service)
    alert = Alert(given.alert or "")
    symptom = _symptom(given, alert)
    window = _window(given, source, symptom, now)
    found = investigate(source, alert, symptom, window)
    if not found.figures and not found.compared:
        raise Refused(
            f"no calls between {instant(window.start)} and {instant(window.end)} or before, in {found.source}"
        )
    facts = traits(alert.name, symptom.name, found.scope.get("service.name", ""), found.factors)
    return dataclasses.replace(found, similar=tuple(resembling(given.reports, facts)))


def _symptom(given: argparse.Namespace, alert: Alert) -> Symptom:
    if given.symptom:
        return symptom_named(given.symptom)
    found = symptom_of(alert.name, alert.expression)
    if found is None:
        raise ValueError(f"what {alert.name or 'it'} is about is not plain from its name; name it with --symptom")
    return found


def _window(given: argparse.Namespace, source: Source, symptom: Symptom, now: float) -> Window:
    if given.start:
        window = Window(parse_time(given.start, now), parse_time(given.end or "now", now))
        if window.seconds <= 0:
            raise ValueError("--from is not before --to")
        return window
    searched = Window(now - _SEARCHED_S, now)
    bound = Bound(symptom, source.slow_from(symptom, searched) if symptom.counted.startswith("slow") else None)
    step = step_of(searched)
    found = worst_stretch(source.course(bound, searched, step), step, symptom.per is not None)
    if found is None:
        raise Refused(f"nothing stands out in the last 24 hours ({symptom.title}); name the time with --from and --to")
    return found


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
