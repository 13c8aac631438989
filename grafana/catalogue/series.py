"""Which series there are and which labels they have: what a query may name, and what a dashboard's variables narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from catalogue.judging import FAULT, REASON, VERDICT
from catalogue.promql import DIMENSIONS, ENVIRONMENT, FEATURE, MODEL, OUTCOME, PROVIDER, SERVICE, SERVICE_NAME, label
from catalogue.promql import series as series_name
from catalogue.recording import RULES
from catalogue.rule import Rule
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import AUDIT_METRICS, PROFILES, SELF_METRICS, SPANWISE_METRICS, Metric

__all__ = ["EXTERNAL", "VARIABLES", "labels_of", "scoped"]

VARIABLES = {
    "environment": ENVIRONMENT,
    "service": SERVICE_NAME,
    "provider": PROVIDER,
    "model": MODEL,
    "feature": FEATURE,
}
"""Variable of the dashboards → the label that it narrows."""

EXTERNAL = (
    "ALERTS",
    "ALERTS_FOR_STATE",
    "alertmanager_",
    "otelcol_",
    "process_",
    "prometheus_",
    "tempo_",
    "traces_",
    "up",
)
"""Series that others define, by name or by prefix; their labels are theirs too."""

_PROMOTED = frozenset((*SERVICE, "service_version", "service_namespace", "service_instance_id", "instance", "job"))
_CALL = frozenset((*DIMENSIONS, OUTCOME, label(names.RESPONSE_MODEL), label(names.ERROR_TYPE))) | _PROMOTED
_OWN: dict[str, tuple[str, ...]] = {
    "gen_ai.client.token.usage": ("gen_ai_token_type", label(names.USAGE_ESTIMATED)),
    "spanwise.client.unpriced": (label(names.COST_UNPRICED),),
    "spanwise.screen.flagged": (label(names.SCREEN_CATEGORY),),
    "spanwise.redact.findings": ("spanwise_redaction_type",),
    "spanwise.abuse.flags": ("spanwise_abuse_reason", "spanwise_abuse_subject"),
    "spanwise.judge.score": (FAULT, VERDICT),
    "spanwise.judge.cost": (MODEL,),
    "spanwise.judge.skipped": (REASON,),
    "spanwise.pipeline.dropped": ("reason",),
    "spanwise.pipeline.unparsed": ("part",),
    "spanwise.pipeline.kept_traces": (label(names.SAMPLING_REASON),),
    "spanwise.internal.errors": ("site",),
}
_OF_PROCESSES = frozenset(
    (
        *SELF_METRICS,
        *AUDIT_METRICS,
        metrics.REDACTED,
        metrics.ABUSE_FLAGS,
        metrics.ACTIVE_USERS,
        metrics.JUDGE_COST,
        metrics.JUDGE_SKIPPED,
    )
)
"""Of no call: they have neither a model nor a feature."""
_OUTER = re.compile(r"^sum by \(([^)]*)\)")
_RELABELLED = re.compile(r'"(\w+)", "([^"]*)", "\w*", "[^"]*"\)')
_SOURCE = re.compile(r"[a-z_]+\w*")
_METRIC = re.compile(r"(?<![\w:$\"/])([a-zA-Z_:][\w:]*)(\{[^}]*\})?")


def _raw() -> Iterator[tuple[str, frozenset[str]]]:
    """What applications emit."""
    of_calls = (metric for profile in PROFILES.values() for metric in profile if isinstance(metric, Metric))
    for metric in (*of_calls, *SPANWISE_METRICS, metrics.JUDGE_SCORE, *_OF_PROCESSES):
        labels = (_PROMOTED if metric in _OF_PROCESSES else _CALL) | set(_OWN.get(metric.name, ()))
        if metric.instrument == "histogram":
            yield series_name(metric, "bucket"), labels | {"le"}
            yield series_name(metric, "count"), labels
            yield series_name(metric, "sum"), labels
        else:
            yield series_name(metric), labels


def _recorded(rule: Rule, raw: dict[str, frozenset[str]]) -> frozenset[str]:
    """The labels that a recording rule's series have, by what its expression groups by."""
    own = {name for name, _ in rule.labels}
    if found := _OUTER.match(rule.expr):
        return frozenset(found[1].split(", ")) | own
    if rule.name.endswith(":total"):
        relabelled = dict(_RELABELLED.findall(rule.expr))
        removed = {name for name, value in relabelled.items() if not value}
        source = raw[next(name for name in _SOURCE.findall(rule.expr) if name in raw)]
        return (source | own | relabelled.keys()) - removed
    if rule.name == "genai:errors:rate5m":
        return frozenset((*DIMENSIONS, OUTCOME))
    if rule.name.startswith("slo:"):
        return frozenset((*SERVICE, "sloth_service", "sloth_id")) | own
    return frozenset(SERVICE) | own


def _all() -> dict[str, frozenset[str]]:
    known = dict(_raw())
    for rule in RULES:
        known[rule.name] = known.get(rule.name, frozenset()) | _recorded(rule, known)
    return known


_KNOWN = _all()


def labels_of(metric: str) -> frozenset[str] | None:
    """The labels that series of this name may have; None if nothing makes any.

    Series of `EXTERNAL` are not asked for here: nothing in this repository knows their labels.
    """
    return _KNOWN.get(metric)


def scoped(expr: str) -> str:
    """`expr` narrowed to what the reader chose: each metric gets a matcher for each variable whose label it has."""
    return _METRIC.sub(_narrowed, expr)


def _narrowed(found: re.Match[str]) -> str:
    name, matchers = found.groups()
    if name not in _KNOWN:
        return found[0]
    chosen = (f'{narrowed}=~"${variable}"' for variable, narrowed in VARIABLES.items() if narrowed in _KNOWN[name])
    said = (matchers or "{}")[1:-1]
    return f"{name}{{{', '.join(chain([said] if said else [], chosen))}}}"
