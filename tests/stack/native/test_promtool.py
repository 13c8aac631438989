"""The shipped rules in the real promtool: lints, each case of each alert, what is recorded, days without alerts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytest.importorskip("grafana_foundation_sdk", reason="needs Python 3.11")

from catalogue.alert import Series
from catalogue.alerts import ALERTS
from catalogue.figures import noticed, noticed_by, noticed_each, ratio
from catalogue.judging import FAILS, FAULT, JUDGE, VERDICT
from catalogue.promql import ENVIRONMENT, MODEL, OUTCOME, PROVIDER, SERVICE_NAME, series
from catalogue.promtool import compiled, document, expectation
from catalogue.scenes import (
    always,
    both,
    calls,
    cost,
    durations,
    ended,
    happening,
    increasing,
    selector,
    tokens,
)
from native.build import binary
from native.compose import ROOT
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES
from stack.native.normal_days import DAYS, normal_days

RULES = sorted((ROOT / "grafana" / "prometheus" / "rules").glob("*.yml"))
CASES = dict(compiled(ALERTS, RULES))
SHOP = ((SERVICE_NAME, "shop"), (ENVIRONMENT, "production"))
Look = dict[str, object]


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([binary("promtool"), *arguments], capture_output=True, text=True, timeout=600, check=False)


def rules_tested(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    path = folder / "test.yml"
    path.write_text(text, encoding="utf-8")
    return promtool("test", "rules", path)


def prove(folder: Path, given: tuple[Series, ...], *looks: Look, long: bool = False) -> None:
    done = rules_tested(folder, document("recorded", given, looks, RULES, long=long))
    assert done.returncode == 0, done.stdout + done.stderr


def value(expr: str, minute: int, wanted: float, *labels: tuple[str, str]) -> Look:
    """The expression has one series, whose labels are these; rounded, because promtool adds up in binary."""
    return expectation(f"round({expr}, 0.001)", minute, [(selector("", *labels), wanted)])


def nothing(expr: str, minute: int) -> Look:
    return expectation(expr, minute, [])


def test_rules_pass_all_lints() -> None:
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", CASES)
def test_alert_fires_stays_silent_resolves_and_stands_missing_data(name: str, tmp_path: Path) -> None:
    done = rules_tested(tmp_path, CASES[name])
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_notices_a_case_that_is_wrong(tmp_path: Path) -> None:
    alert = next(alert for alert in ALERTS if alert.name == "GenAIErrorRateHigh")
    firing = expectation('ALERTS{alertname="GenAIErrorRateHigh",alertstate="firing"}', 45, [])
    done = rules_tested(tmp_path, document("wrong", alert.cases[0].series, [firing], RULES))
    assert done.returncode == 1
    assert "GenAIErrorRateHigh" in done.stdout + done.stderr


def test_normal_days_make_no_alert(tmp_path: Path) -> None:
    """Nine days at four minutes: the seasons are a week old at the end."""
    end = DAYS * 24 * 60
    fired = nothing(
        f'count by (alertname, service_name) (count_over_time(ALERTS{{alertstate="firing"}}[{DAYS}d]))', end
    )
    seen = expectation("count(genai:baseline:calls:lower)", end, [("{}", 3)])
    prove_quiet = document("normal", normal_days(), [fired, seen], RULES, long=True)
    done = rules_tested(tmp_path, prove_quiet)
    assert done.returncode == 0, done.stdout + done.stderr


def test_first_event_of_a_process_is_on_the_dashboards(tmp_path: Path) -> None:
    flagged, leak = series(metrics.SCREENED), ("spanwise_screen_category", "canary_leak")
    given = (
        (selector(flagged, *SHOP, leak, ("instance", "old")), "5x95"),
        (selector(flagged, *SHOP, leak, ("instance", "new")), "_x31 1x63"),
    )
    shown = noticed("flagged").replace("$__range", "30m")
    looks = (
        value(shown, 40, 1),
        value(shown, 90, 0),
        value(noticed_by("flagged", SERVICE_NAME), 33, 0.2, (SERVICE_NAME, "shop")),
        value(noticed_by("flagged", SERVICE_NAME), 60, 0, (SERVICE_NAME, "shop")),
    )
    prove(tmp_path, given, *looks)


def of_judge(fault: str, verdict: str, steps: str, *labels: tuple[str, str]) -> Series:
    """Verdicts of a judge on one fault, as its histogram counts them."""
    name = series(metrics.JUDGE_SCORE, "count")
    return selector(name, *SHOP, (FAULT, fault), (VERDICT, verdict), *labels, ("instance", "a")), steps


def test_call_that_is_judged_for_several_faults_is_one_call(tmp_path: Path) -> None:
    given = (
        of_judge("prompt_injection", "pass", "0+5x30"),
        of_judge("prompt_injection", "fail", "0+1x30"),
        of_judge("system_prompt_leak", "pass", "0+6x30"),
        of_judge("harmful_content", "pass", "0+6x30"),
    )
    failed = f"genai:judged:rate5m{{{FAILS}}}"
    own = (*SHOP, (FAULT, "prompt_injection"), (VERDICT, "fail"))
    prove(
        tmp_path, given, value("genai:service:judged:rate5m", 30, 0.1, *SHOP), value(failed, 30, round(1 / 60, 3), *own)
    )


def test_share_of_faults_counts_the_first_one_of_each_model(tmp_path: Path) -> None:
    """Faults are rare: most of them are the first that their series counts."""
    given = (
        of_judge("prompt_injection", "pass", "0+0.6x60"),
        of_judge("prompt_injection", "fail", "_x40 1x20", (MODEL, "gpt-5")),
        of_judge("prompt_injection", "fail", "_x50 1x10", (MODEL, "gpt-5-mini")),
    )
    share = ratio(noticed_each("judged", FAULT, FAILS), noticed_each("judged", FAULT)).replace("$__range", "30m")
    prove(tmp_path, given, value(share, 60, 0.1, (FAULT, "prompt_injection")))


def test_cost_of_a_judge_is_told_by_its_own_model(tmp_path: Path) -> None:
    cost_of_judge = selector(series(metrics.JUDGE_COST), *SHOP, (MODEL, "gpt-5-nano"), ("instance", "a"))
    spent = f"sum by ({JUDGE}, {MODEL}) (increase(genai:judge_cost_usd:total[10m]))"
    prove(tmp_path, ((cost_of_judge, "0+0.5x30"),), value(spent, 30, 5, (JUDGE, "gpt-5-nano")))


def of_generation(name: str, per_minute: dict[str, float]) -> tuple[Series, ...]:
    """Calls of a service, as an application of one generation of the conventions counts them."""
    profile, own = PROFILES["v1.41" if name == "v1.41" else "main"], (*SHOP, (MODEL, "gpt-5"), ("instance", name))
    usage = profile.token_usage
    counters = {
        "input": profile.input_tokens,
        "output": profile.output_tokens,
        "cache_read": profile.cache_read_tokens,
        "cache_write": profile.cache_write_tokens,
        "reasoning": profile.reasoning_tokens,
    }

    def named(kind: str) -> str:
        metric = counters[kind]
        if metric is not None:
            return selector(series(metric), *own)
        assert usage is not None
        return selector(series(usage, "sum"), *own, ("gen_ai_token_type", kind))

    timed = selector(series(profile.duration, "bucket"), *own, ("le", "+Inf"))
    waited = selector(series(profile.time_to_first_chunk, "bucket"), *own, ("le", "+Inf"))
    rising = {named(kind): increasing([(steps, 30)]) for kind, steps in per_minute.items()}
    rising |= {timed: increasing([(60, 30)]), waited: increasing([(30, 30)])}
    return tuple(rising.items())


PER_MINUTE = {"input": 6000.0, "output": 1200.0, "cache_read": 3000.0, "cache_write": 600.0, "reasoning": 300.0}


@pytest.mark.parametrize("generations", [("v1.41",), ("main",), ("v1.41", "main")], ids="-and-".join)
def test_both_generations_of_names_give_the_same_series(generations: tuple[str, ...], tmp_path: Path) -> None:
    """Also where one service emits both, from two places: neither hides the other."""
    given = tuple(pair for name in generations for pair in of_generation(name, PER_MINUTE))
    times, own = len(generations), (*SHOP, (MODEL, "gpt-5"))
    looks = [
        value(f'genai:tokens:rate5m{{direction="{kind}"}}', 30, times * steps / 60, *own, ("direction", kind))
        for kind, steps in PER_MINUTE.items()
    ]
    totals = [
        value(
            f'sum by (direction) (genai:tokens:total{{direction="{kind}"}})',
            30,
            times * steps * 30,
            ("direction", kind),
        )
        for kind, steps in PER_MINUTE.items()
    ]
    timed = value("genai:duration_seconds_bucket:rate5m", 30, times, *own, ("le", "+Inf"))
    waited = value("genai:first_chunk_seconds_bucket:rate5m", 30, times / 2, *own, ("le", "+Inf"))
    prove(tmp_path, given, *looks, *totals, timed, waited)


def test_one_process_that_emits_both_names_counts_both(tmp_path: Path) -> None:
    """Embeddings keep the old name in the new generation, and a library may emit it beside us with equal labels."""
    own = (*SHOP, (MODEL, "gpt-5"), ("instance", "a"), ("le", "+Inf"))
    names = {series(profile.duration, "bucket") for profile in PROFILES.values()}
    assert len(names) == 2
    given = tuple((selector(name, *own), increasing([(60, 30)])) for name in sorted(names))
    prove(tmp_path, given, value("genai:service:timed:rate5m", 30, 2, *SHOP))


def test_restart_of_one_instance_makes_no_spike(tmp_path: Path) -> None:
    own = (*SHOP, (OUTCOME, "ok"))
    name = series(metrics.CALLS)
    steady = selector(name, *own, ("instance", "a")), "0+60x60"
    restarted = selector(name, *own, ("instance", "b")), "0+60x30 0+60x29"
    most = "max_over_time(genai:service:calls:rate5m[50m]) <= bool 2.01"
    least = "min_over_time(genai:service:calls:rate5m[50m]) >= bool 1.7"
    prove(tmp_path, (steady, restarted), value(most, 60, 1, *SHOP), value(least, 60, 1, *SHOP))


def test_new_instance_with_a_long_past_makes_no_spike(tmp_path: Path) -> None:
    """As after a gap: what a counter had counted before it was seen is nobody's present."""
    own = (*SHOP, (OUTCOME, "ok"))
    name = series(metrics.CALLS)
    given = (
        (selector(name, *own, ("instance", "a")), "0+60x60"),
        (selector(name, *own, ("instance", "b")), "_x30 1000000+60x29"),
    )
    prove(tmp_path, given, value("max_over_time(genai:service:calls:rate5m[50m]) <= bool 2.01", 60, 1, *SHOP))


def test_estimated_tokens_count_as_tokens_and_as_estimated(tmp_path: Path) -> None:
    usage = PROFILES["v1.41"].token_usage
    assert usage is not None
    own = (*SHOP, ("instance", "a"), ("gen_ai_token_type", "output"))
    given = (
        (selector(series(usage, "sum"), *own), "0+600x30"),
        (selector(series(usage, "sum"), *own, ("spanwise_usage_estimated", "true")), "0+60x30"),
        (selector(series(metrics.ESTIMATED), *SHOP, ("instance", "a")), "0+6x30"),
    )
    out = value("genai:tokens:rate5m", 30, 11, *SHOP, ("direction", "output"))
    prove(tmp_path, given, out, value("genai:estimated:rate5m", 30, 0.1, *SHOP))


def test_no_calls_are_no_ratio_and_no_quantile(tmp_path: Path) -> None:
    given = both(calls(), durations(), tokens("cache_read"))([(0, 30)])
    still = tuple((name, "0x30") for name, _ in given)
    levels = ("error_ratio:rate5m", "duration_p95:5m", "cache_hit_ratio:rate5m", "output_tokens_per_call:rate5m")
    prove(
        tmp_path,
        still,
        value("genai:service:calls:rate5m", 30, 0, *SHOP),
        *(nothing(f"genai:service:{level}", 30) for level in levels),
    )


def test_levels_of_a_service(tmp_path: Path) -> None:
    given = both(
        ended("timeout"),
        always(cost, 36),
        always(tokens("cache_read"), 400),
        always(tokens("output"), 50),
        always(durations(), 3),
        always(happening(metrics.SCREENED, ("spanwise_screen_category", "jailbreak")), 6),
    )([(6, 60)])
    calls_of_outcome = [pair for pair in given if OUTCOME in pair[0]]
    assert len(calls_of_outcome) == 2
    own = {
        "calls:rate5m": 1,
        "errors:rate5m": 0.1,
        "answers:rate5m": 0.9,
        "error_ratio:rate5m": 0.1,
        "duration_p50:5m": 3.84,
        "duration_p95:5m": 4.992,
        "cost_usd:per_hour": 36,
        "tokens:per_hour": 3600 * 1050,
        "output_tokens_per_call:rate5m": 55.556,
        "cache_hit_ratio:rate5m": 0.4,
        "flagged:rate5m": 0.1,
    }
    prove(tmp_path, given, *(value(f"genai:service:{level}", 60, wanted, *SHOP) for level, wanted in own.items()))


def test_cost_of_a_day_is_what_was_spent(tmp_path: Path) -> None:
    day = 24 * 60
    spent = "genai:service:cost_usd:day"
    prove(
        tmp_path,
        cost([(6, day), (12, day // 2)]),
        value(spent, day, 144, *SHOP),
        value(f"round({spent})", day + day // 2, 216, *SHOP),
        long=True,
    )


def test_baseline_follows_the_time_of_day_and_forgets_a_spike(tmp_path: Path) -> None:
    """Quiet nights, busy days, and an incident of twenty minutes yesterday at noon."""
    night, noon = (20.0, 720), [(60.0, 360), (600.0, 20), (60.0, 340)]
    given = calls()([night, *noon, night, (60.0, 720)])
    day = 24 * 60
    at_night, at_noon = day + 300, day + 720 + 372
    prove(
        tmp_path,
        given,
        value("genai:baseline:calls:median", at_night, 0.333, *SHOP),
        value("genai:baseline:calls:median", at_noon, 1, *SHOP),
        value("genai:baseline:calls:upper < bool 3", at_noon, 1, *SHOP),
        nothing("genai:baseline:calls:median", day - 120),
        long=True,
    )


def test_objectives_count_events_not_minutes(tmp_path: Path) -> None:
    """Half an hour in which all of a few calls fail weighs as much as its calls, not as its time."""
    given = (*calls()([(0, 30), (58, 30)]), *calls("error")([(2, 30), (0, 30)]))
    own = (*SHOP, ("sloth_slo", "requests-availability"))
    by = "sum by (service_name, deployment_environment_name, sloth_slo)"
    looks = (
        value(f"{by} (slo:sli_error:ratio_rate1h) < bool 0.04", 60, 1, *own),
        value(f"{by} (slo:sli_error:ratio_rate1h) > bool 0.03", 60, 1, *own),
        value(f"{by} (slo:objective:ratio)", 60, 0.99, *own),
        value(f"{by} (slo:error_budget:ratio)", 60, 0.01, *own),
        value(f"{by} (slo:current_burn_rate:ratio)", 60, 0, *own),
    )
    prove(tmp_path, given, *looks)


def test_objective_of_latency_counts_slow_calls(tmp_path: Path) -> None:
    own = (*SHOP, ("sloth_id", "shop-requests-latency"), ("sloth_service", "shop"), ("sloth_slo", "requests-latency"))
    given = durations(slow=0.2)([(15, 60)])
    looks = (
        value('slo:current_burn_rate:ratio{sloth_slo="requests-latency"}', 60, 4, *own),
        value('slo:period_error_budget_remaining:ratio{sloth_slo="requests-latency"}', 60, -3, *own),
    )
    prove(tmp_path, given, *looks)


def test_providers_are_told_apart(tmp_path: Path) -> None:
    name = series(metrics.CALLS)
    given = tuple(
        (selector(name, *SHOP, (PROVIDER, provider), (OUTCOME, outcome), ("instance", "a")), "0+60x40")
        for provider, outcome in (("openai", "ok"), ("anthropic", "unavailable"))
    )
    down = 'count by (gen_ai_provider_name) (ALERTS{alertname="GenAIProviderDown",alertstate="firing"})'
    prove(tmp_path, given, value(down, 30, 1, (PROVIDER, "anthropic")))
