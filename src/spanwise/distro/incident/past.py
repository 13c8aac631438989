"""Earlier reports of a folder that resemble a new one, by the lines at their top."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from spanwise.distro.incident.cells import Factor
from spanwise.distro.incident.report import PastIncident

__all__ = ["facts_of", "resembling", "traits"]

_FENCE = "---"
_LEAST = 0.3
_MOST = 5
_WEIGHTS = (("alert", 0.5), ("symptom", 0.2), ("service", 0.1))
_FACTORS = 0.2
_RESOLUTION = "## Resolution"


def traits(alert: str, symptom: str, service: str, factors: Iterable[Factor]) -> dict[str, str | list[str]]:
    """What reports are compared by; it stands at the top of each as `key: JSON value`."""
    telling = [f"{factor.dimension}={factor.value}" for factor in factors]
    return {"alert": alert, "symptom": symptom, "service": service, "factors": telling}


def facts_of(text: str) -> dict[str, object]:
    """The lines between the two `---` at the top of a report; nothing where there are none."""
    lines = text.splitlines()
    if not lines or lines[0] != _FENCE or _FENCE not in lines[1:]:
        return {}
    found: dict[str, object] = {}
    for line in lines[1 : lines.index(_FENCE, 1)]:
        key, _, value = line.partition(":")
        try:
            found[key.strip()] = json.loads(value)
        except ValueError:
            continue
    return found


def resembling(folder: Path, new: Mapping[str, object]) -> list[PastIncident]:
    """The reports of a folder that are most like the new one; none where there is no such folder."""
    found: list[PastIncident] = []
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        text = path.read_text(encoding="utf-8", errors="replace")
        facts = facts_of(text)
        likeness, shared = _likeness(facts, new)
        if likeness >= _LEAST:
            start, alert = (str(facts.get(key, "")) for key in ("start", "alert"))
            found.append(PastIncident(path.name, alert, start, likeness, shared, _resolution(text)))
    return sorted(found, key=lambda past: (-past.likeness, past.file))[:_MOST]


def _likeness(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[float, tuple[str, ...]]:
    """How much two have in common, from 0 to 1, and what."""
    same = [(key, weight) for key, weight in _WEIGHTS if old.get(key) and old.get(key) == new.get(key)]
    first, second = _texts(old.get("factors")), _texts(new.get("factors"))
    both = first & second
    likeness = sum(weight for _, weight in same) + _FACTORS * (len(both) / len(first | second) if both else 0.0)
    return round(likeness, 3), (*(f"{key} {new[key]}" for key, _ in same), *sorted(both))


def _texts(value: object) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list) else set()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _resolution(text: str) -> str:
    """What people wrote below the heading; empty while it is as it was generated."""
    _, _, rest = text.partition(_RESOLUTION + "\n")
    said = [line.strip() for line in rest.partition("\n## ")[0].splitlines()]
    return next((line for line in said if line and not line.startswith("<!--")), "")
