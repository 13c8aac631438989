"""Compiles the cases of alerts to test files of promtool.

Cases about a service share one run: each has a service of its own. Those that need days of history are evaluated less
often than short ones; a case whose text is looked at has a run to itself if it is short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote_plus

import yaml

from catalogue.alert import Alert, Case, Series
from catalogue.prometheus_rules import GROUP_ORDER, labels, texts
from catalogue.promql import SERVICE_NAME
from catalogue.scenes import selector

__all__ = ["compiled", "document", "expectation"]

_SHOP = "shop"
_LONG = 12 * 60
"""Minutes from which on a case is evaluated every four minutes; more would not be found by a query of the last five."""


_WHERE = re.compile(r"\{\{ with \.Labels\.(?P<label>\w+) \}\}(?P<text>[^{]*)\{\{ urlquery \. \}\}\{\{ end \}\}")
"""The part of a link that names whom an alert is about."""

_CHOICE = re.compile(r"{{ with \.Labels\.(\w+) }}(.*?){{ end }}")
"""A part of a link that is there if the alert has the label."""

_Pair = tuple[Alert, Case]


@dataclass(frozen=True)
class _Run:
    """Cases that run together; `told` are those whose text is looked at."""

    name: str
    cases: tuple[_Pair, ...]
    told: tuple[_Pair, ...] = ()


def compiled(alerts: Sequence[Alert], rules: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """(name, text) of test files for all cases of these alerts; `rules` are the rule files."""
    for run in _runs(alerts):
        yield f"{run.name}.yml", _document(run, rules)


def _runs(alerts: Sequence[Alert]) -> Iterator[_Run]:
    cases = [(alert, _own(alert, case, n)) for alert in alerts for n, case in enumerate(alert.cases)]
    groups: dict[str, list[_Pair]] = {}
    for n, pair in enumerate(cases):
        groups.setdefault(_run_of(n, *pair), []).append(pair)
    for name, found in groups.items():
        told = [pair for pair in found if pair[1].summary]
        yield _Run(name, tuple(found), tuple(told))


def _run_of(n: int, alert: Alert, case: Case) -> str:
    """A text is looked at where no other case makes the same alert fire."""
    if case.summary or not _of_service(case):
        return f"{alert.name}-{n}"
    return f"{alert.category}-{'long' if _long(case) else 'short'}"


def _of_service(case: Case) -> bool:
    return all(f'{SERVICE_NAME}="' in name for name, _ in case.series)


def _long(case: Case) -> bool:
    return _last(case) > _LONG


def _last(case: Case) -> int:
    return max((*case.fires, *case.silent))


def _own(alert: Alert, case: Case, n: int) -> Case:
    """The case with a service of its own."""
    if not _of_service(case):
        return case
    own = f"{_SHOP}-{alert.name}-{n}"
    return replace(
        case,
        series=tuple((name.replace(f'"{_SHOP}"', f'"{own}"'), values) for name, values in case.series),
        labels=tuple((key, own if value == _SHOP else value) for key, value in case.labels),
        summary=case.summary.replace(_SHOP, own),
    )


def _document(run: _Run, rules: Sequence[Path]) -> str:
    looks = [look for alert, case in run.cases for look in _looks(alert, case)]
    series = tuple(pair for _, case in run.cases for pair in case.series)
    long = any(_long(case) for _, case in run.cases)
    needed = rules if all(_of_service(case) for _, case in run.cases) else [p for p in rules if "alerts" in p.name]
    return document(run.name, series, looks, needed, told=[_telling(*pair) for pair in run.told], long=long)


def document(
    name: str,
    series: Iterable[Series],
    looks: Iterable[dict[str, object]],
    rules: Sequence[Path],
    *,
    told: Iterable[dict[str, object]] = (),
    long: bool = False,
) -> str:
    """One test file: series minute by minute, and what is looked at."""
    test = {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in dict(series).items()],
        "promql_expr_test": list(looks),
        "alert_rule_test": list(told),
    }
    head = {"rule_files": [str(path) for path in rules], "evaluation_interval": "4m" if long else "1m"}
    return yaml.safe_dump({**head, "group_eval_order": list(GROUP_ORDER), "tests": [test]}, sort_keys=False)


def expectation(expr: str, minute: int, samples: Iterable[tuple[str, float]]) -> dict[str, object]:
    """What an expression has at a minute: series and values."""
    wanted = [{"labels": name, "value": value} for name, value in samples]
    return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": wanted}


def _looks(alert: Alert, case: Case) -> Iterator[dict[str, object]]:
    whose = next((value for name, _ in case.series[:1] if (value := _service(name))), "")
    scope = f',{SERVICE_NAME}="{whose}"' if whose else ""
    firing = f'ALERTS{{alertname="{alert.name}",alertstate="firing"{scope}}}'
    told = {"alertname": alert.name, "alertstate": "firing", **dict(case.labels), **labels(alert)}
    series = selector("ALERTS", *told.items())
    for minute in sorted((*case.fires, *case.silent)):
        yield expectation(firing, minute, [(series, 1)] if minute in case.fires else [])


def _service(name: str) -> str:
    found = name.partition(f'{SERVICE_NAME}="')[2]
    return found.partition('"')[0]


def _telling(alert: Alert, case: Case) -> dict[str, object]:
    """The whole text; of its templates the links' are filled in here, the summary's number by hand in the case."""
    told = dict(case.labels)

    def chosen(found: re.Match[str]) -> str:
        value = told.get(found[1])
        return found[2].replace("{{ urlquery . }}", quote_plus(value)) if value else ""

    linked = {key: _CHOICE.sub(chosen, text) for key, text in texts(alert).items()}
    alerts = [{"exp_labels": {**told, **labels(alert)}, "exp_annotations": {**linked, "summary": case.summary}}]
    return {"eval_time": f"{case.fires[0]}m", "alertname": alert.name, "exp_alerts": alerts}
