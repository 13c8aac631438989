"""Recording rules: the names that others rely on, and that each rule reads only what there is."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
import yaml

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from catalogue.baselines import LEVELS
from catalogue.judging import JUDGE
from catalogue.levels import FAST_S
from catalogue.prometheus_rules import GROUP_ORDER, files
from catalogue.promql import ANSWERED, DIMENSIONS, FAILED, MODEL, label, occurred, series, total
from catalogue.recording import GROUPS, RULES
from catalogue.series import labels_of, scoped
from catalogue.slo import OBJECTIVES, WINDOWS
from spanwise.core.inference import Outcome
from spanwise.semconv import metrics
from spanwise.semconv.metrics import DURATION_BUCKETS, JUDGE_METRICS, PROFILES, SELF_METRICS, SPANWISE_METRICS, Metric

GRAFANA = Path(__file__).resolve().parents[2] / "grafana"
LONGEST_S = 120
RECORDED = re.compile(r"\b(?:genai|slo):[\w:]+")
RAW = re.compile(r"\b(?:gen_ai_client|spanwise)_\w+?_(?:bucket|count|sum|total)\b")
PERIOD = re.compile(r"(\d+)([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(duration: str) -> int:
    return sum(int(count) * SECONDS[unit] for count, unit in PERIOD.findall(duration))


def emitted() -> set[str]:
    """Every series that applications send, as Prometheus names it."""
    of_calls = (metric for profile in PROFILES.values() for metric in profile if isinstance(metric, Metric))
    found: set[str] = set()
    for metric in chain(of_calls, SPANWISE_METRICS, JUDGE_METRICS, SELF_METRICS):
        parts = ("bucket", "count", "sum") if metric.instrument == "histogram" else ("",)
        found |= {series(metric, part) for part in parts}
    return found


@pytest.mark.parametrize(
    ("metric", "part", "name"),
    [
        (PROFILES["v1.41"].duration, "bucket", "gen_ai_client_operation_duration_seconds_bucket"),
        (PROFILES["v1.41"].cache_read_tokens, "", "spanwise_client_cache_read_tokens_total"),
        (PROFILES["main"].duration, "sum", "gen_ai_client_inference_duration_seconds_sum"),
        (metrics.COST, "", "spanwise_client_cost_total"),
        (metrics.PIPELINE_QUEUE, "", "spanwise_pipeline_queue"),
        (metrics.JUDGE_SCORE, "count", "spanwise_judge_score_count"),
    ],
)
def test_series_are_named_as_prometheus_translates_them(metric: Metric, part: str, name: str) -> None:
    assert series(metric, part) == name


def test_contract_of_names_is_kept() -> None:
    """What dashboards, the incident report and users' own queries read."""
    counters = ("calls", "cost_usd", "tokens", "retries", "unpriced", "estimated", "flagged", "redacted")
    rates = ("calls", "errors", "cost_usd", "tokens", "retries", "unpriced", "estimated", "flagged", "redacted")
    histograms = ("duration_seconds_bucket", "duration_seconds_count", "duration_seconds_sum")
    waits = ("first_chunk_seconds_bucket", "chunk_gap_seconds_bucket")
    levels = ("calls:rate5m", "error_ratio:rate5m", "duration_p50:5m", "duration_p95:5m", "duration_p99:5m")
    amounts = ("first_chunk_p95:5m", "cost_usd:per_hour", "cost_usd:day", "tokens:per_hour", "cache_hit_ratio:rate5m")
    wanted = {f"genai:{name}:total" for name in counters}
    wanted |= {f"genai:{name}:rate5m" for name in (*rates, *histograms, *waits)}
    wanted |= {f"genai:service:{name}" for name in (*levels, *amounts, "flagged:rate5m")}
    wanted |= {f"genai:baseline:{level.name}:{edge}" for level in LEVELS for edge in ("median", "upper", "lower")}
    wanted |= {f"slo:sli_error:ratio_rate{window}" for window in WINDOWS}
    wanted |= {f"slo:{name}:ratio" for name in ("objective", "error_budget", "current_burn_rate")}
    assert wanted <= {rule.name for rule in RULES}


def test_rule_reads_what_is_emitted_or_recorded_before_it() -> None:
    known, raw = set[str](), emitted()
    for rule in RULES:
        assert set(RECORDED.findall(rule.expr)) - {rule.name} <= known, rule.name
        assert set(RAW.findall(rule.expr)) <= raw, rule.name
        assert RECORDED.search(rule.expr) or RAW.search(rule.expr), rule.name
        known.add(rule.name)


def test_every_metric_about_calls_is_recorded() -> None:
    read = {name for rule in RULES for name in RAW.findall(rule.expr)}
    unread = {name for name in emitted() - read if not name.startswith(("spanwise_pipeline", "spanwise_internal"))}
    # the buckets of the other histograms say enough, and what is counted about users is read as it is
    assert {name for name in unread if not name.endswith(("_count", "_sum", "_bucket"))} <= ABOUT_USERS


ABOUT_USERS = {series(metric) for metric in (metrics.ABUSE_FLAGS, metrics.ACTIVE_USERS)}


def test_cost_of_a_judge_is_not_narrowed_by_the_applications_model() -> None:
    cost = "genai:judge_cost_usd:total"
    having = labels_of(cost)
    assert having is not None and JUDGE in having and MODEL not in having
    assert "$service" in scoped(cost) and "$model" not in scoped(cost)


def test_no_two_rules_make_the_same_series() -> None:
    made = [(rule.name, rule.labels) for rule in RULES]
    assert len(made) == len(set(made))


def test_sample_of_a_rule_is_never_too_old_to_be_found() -> None:
    assert all(seconds(group.interval) <= LONGEST_S for group in GROUPS)


def test_rates_keep_the_dimensions_that_dashboards_narrow() -> None:
    about_calls = ("calls", "cost_usd", "tokens", "retries", "duration_seconds_bucket", "first_chunk_seconds_bucket")
    for rule in RULES:
        if rule.name in {f"genai:{name}:rate5m" for name in about_calls}:
            assert rule.expr.startswith(f"sum by ({', '.join(DIMENSIONS)}"), rule.name


def test_every_outcome_is_an_answer_a_failure_or_the_callers_choice() -> None:
    assert {*ANSWERED, *FAILED, "abandoned", "cancelled"} == set(get_args(Outcome))
    assert not set(ANSWERED) & set(FAILED)


def test_limit_of_a_fast_call_is_a_bound_of_the_histogram() -> None:
    assert FAST_S in DURATION_BUCKETS


def test_objectives_have_a_budget_and_names_of_their_own() -> None:
    assert all(0.5 < each.objective < 1 for each in OBJECTIVES)
    assert len({each.name for each in OBJECTIVES}) == len(OBJECTIVES)


def test_present_is_in_no_baseline() -> None:
    """Whatever a baseline reads over a window ends hours ago."""
    windows = re.compile(r"\[(\w+)\](?: offset (\w+))?")
    found = [(rule.name, match) for rule in RULES if ":baseline:" in rule.name for match in windows.findall(rule.expr)]
    assert found
    for name, (_, offset) in found:
        assert seconds(offset) >= 6 * 3600, name


def test_sum_over_two_names_hides_neither() -> None:
    assert total(("a",), "x", "y") == (
        'sum by (a) (label_replace(x, "source", "0", "", "") or label_replace(y, "source", "1", "", ""))'
    )
    assert total(("a",), "x", "x") == "sum by (a) (x)"


def test_first_event_of_a_counter_is_an_event() -> None:
    assert "unless max_over_time(leaks[1d] offset 10m)" in occurred("leaks")


def test_labels_are_attributes_with_underscores() -> None:
    assert label("gen_ai.request.model") == "gen_ai_request_model"


@pytest.mark.parametrize(("path", "text"), list(files()))
def test_rule_file_is_what_prometheus_reads(path: str, text: str) -> None:
    groups = yaml.safe_load(text)["groups"]
    assert {group["name"] for group in groups} <= set(GROUP_ORDER)
    assert all(rule["expr"] and ("record" in rule) != ("alert" in rule) for group in groups for rule in group["rules"])
    assert (GRAFANA / path).read_text(encoding="utf-8") == text, "run python grafana/build.py"
