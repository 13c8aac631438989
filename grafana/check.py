"""Proves a running Grafana: its data sources answer, dashboards are loaded, panels have data, rules are well.

    python grafana/check.py http://localhost:3000 [--since 3600] [--data] [--wait 180]

Who asks is said by the environment: `GRAFANA_TOKEN`, or `GRAFANA_USER` (default `admin`) and `GRAFANA_PASSWORD`. One
line per problem on the standard output; exit code 1 if there is one, 2 if Grafana cannot be asked at all.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from questions import Question, found_in, questions

__all__ = ["Grafana", "Unreachable", "main", "problems"]

_DASHBOARDS = Path(__file__).resolve().parent / "provisioning" / "dashboards" / "genai"
_PROBES = {"prometheus": "/api/v1/query?query=1", "tempo": "/api/status/buildinfo", "alertmanager": "/api/v2/status"}
_PATIENCE_S = 30
_PAUSE_S = 5
_RULES = {
    "Grafana": "/api/prometheus/grafana/api/v1/rules",
    "Prometheus": "/api/datasources/proxy/uid/prometheus/api/v1/rules",
}


class Unreachable(Exception):
    """Grafana did not answer, or refused who asked."""


@dataclass
class Grafana:
    """A running Grafana, asked by HTTP. `url` is its root; `authorization` the header's value."""

    url: str
    authorization: str = ""
    empty: list[Question] = field(default_factory=list["Question"])
    """Queries that were answered with nothing, as they are met."""

    def get(self, path: str) -> object:
        """The JSON at a path.

        Raises:
            ValueError: the answer is an error; its text says which.
            Unreachable: there is no answer, or it is a refusal of who asks.
        """
        request = urllib.request.Request(self.url.rstrip("/") + path, headers=self._headers())
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                raise Unreachable(f"{self.url} refused: {error.code} {error.reason}; see GRAFANA_TOKEN") from error
            raise ValueError(f"{error.code} {error.read(300).decode(errors='replace').strip()}") from error
        except json.JSONDecodeError as error:
            raise ValueError("the answer is no JSON") from error
        except (urllib.error.URLError, OSError) as error:
            raise Unreachable(f"{self.url} does not answer: {error}") from error

    def ask(self, uid: str, path: str) -> object:
        """What a data source answers, asked through Grafana; raises as `get`."""
        return self.get(f"/api/datasources/proxy/uid/{uid}{path}")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.authorization} if self.authorization else {}


def problems(grafana: Grafana, seconds: int = 3600, wait_s: float = 0.0) -> Iterator[str]:
    """One line for each thing that is wrong; what was asked and not there is in `grafana.empty` afterwards.

    Args:
        seconds: how far back panels are asked.
        wait_s: how long to wait for rules whose first evaluation is yet to come, as after a start.
    """
    yield from _source_problems(grafana)
    for file in sorted(_DASHBOARDS.glob("*.json")):
        shipped = _mapping(json.loads(file.read_text(encoding="utf-8")))
        yield from _dashboard_problems(grafana, shipped, seconds)
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline and any(_unevaluated(grafana, path) for path in _RULES.values()):
        time.sleep(_PAUSE_S)
    for whose, path in _RULES.items():
        yield from _rule_problems(grafana, whose, path)


def _source_problems(grafana: Grafana) -> Iterator[str]:
    for uid, probe in _PROBES.items():
        try:
            grafana.get(f"/api/datasources/uid/{uid}")
            grafana.ask(uid, probe)
        except ValueError as error:
            yield f"data source {uid}: {error}"


def _dashboard_problems(grafana: Grafana, shipped: Mapping[str, object], seconds: int) -> Iterator[str]:
    uid = str(shipped["uid"])
    try:
        loaded = _mapping(_mapping(grafana.get(f"/api/dashboards/uid/{uid}")).get("dashboard"))
    except ValueError as error:
        yield f"dashboard {uid}: {error}"
        return
    asked = list(questions(loaded))
    if len(asked) != len(list(questions(shipped))):
        yield f"dashboard {uid}: it has other panels than the file here; was it changed, or is it another version?"
    for question in asked:
        yield from _question_problems(grafana, question, seconds)


def _question_problems(grafana: Grafana, question: Question, seconds: int) -> Iterator[str]:
    path, parameters = question.request(time.time(), seconds)
    try:
        answer = found_in(question.source, grafana.ask(question.source, f"{path}?{urlencode(parameters)}"))
    except ValueError as error:
        yield f"panel {question}: {error}"
        return
    if not answer.size:
        grafana.empty.append(question)
    for warning in answer.warnings:
        yield f"panel {question}: {warning}"


def _unevaluated(grafana: Grafana, path: str) -> bool:
    try:
        return any(rule.get("health") == "unknown" for rule in _rules(grafana, path))
    except ValueError:
        return False


def _rule_problems(grafana: Grafana, whose: str, path: str) -> Iterator[str]:
    try:
        rules = _rules(grafana, path)
    except ValueError as error:
        yield f"rules of {whose}: {error}"
        return
    if not rules:
        yield f"rules of {whose}: there are none"
    for rule in rules:
        if rule.get("health") == "unknown":
            yield f"rule {rule.get('name')} of {whose}: not evaluated yet; ask again when it was, or see --wait"
        elif rule.get("health") not in ("ok", "nodata"):
            yield f"rule {rule.get('name')} of {whose}: {rule.get('health')} {rule.get('lastError', '')}".rstrip()


def _rules(grafana: Grafana, path: str) -> list[Mapping[str, object]]:
    """All rules; raises as `Grafana.get`."""
    groups = _rows(_mapping(_mapping(grafana.get(path)).get("data")), "groups")
    return [rule for group in groups for rule in _rows(group, "rules")]


def _rows(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = holder.get(key)
    return [_mapping(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _authorization() -> str:
    if token := os.environ.get("GRAFANA_TOKEN"):
        return f"Bearer {token}"
    if password := os.environ.get("GRAFANA_PASSWORD"):
        pair = f"{os.environ.get('GRAFANA_USER') or 'admin'}:{password}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"
    return ""


def main(arguments: list[str] | None = None) -> int:
    """0 if nothing is wrong, 1 if something is, 2 if Grafana cannot be asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="Grafana's root, e.g. http://localhost:3000")
    parser.add_argument("--since", type=int, default=3600, metavar="SECONDS", help="how far back to ask (3600)")
    parser.add_argument("--data", action="store_true", help="a query without data is a problem, too")
    parser.add_argument(
        "--wait", type=float, default=180, metavar="SECONDS", help="for rules that were never evaluated yet (180)"
    )
    given = parser.parse_args(arguments)
    grafana = Grafana(given.url, _authorization())
    try:
        found = list(problems(grafana, given.since, given.wait))
    except Unreachable as failure:
        print(failure, file=sys.stderr)
        return 2
    if given.data:
        found += [f"panel {question}: no data" for question in grafana.empty]
    print(*found, f"{len(found)} problems, {len(grafana.empty)} queries without data", sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
