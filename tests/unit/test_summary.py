"""The figures of a store: what is counted, over which processes and times, and how they read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

from spanwise.exporters.distribution import EMPTY, Distribution
from spanwise.exporters.figures import compact, money, percent, seconds
from spanwise.exporters.schema import StoreError
from spanwise.exporters.store import StoreMetricExporter, StoreSpanExporter
from spanwise.exporters.summary import Judgement, Latency, Tokens, summarise
from spanwise.exporters.summary_text import render_summary
from spanwise.exporters.terminal import columns, cut, safe
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from unit.genai_telemetry import RESOURCE, SECOND, Application, Instruments, chat_attributes, span

Record = Callable[[Instruments], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "telemetry.db"


def measure(path: Path, record: Record, profile: str = "v1.41") -> None:
    """One process that records and ends."""
    reader = PeriodicExportingMetricReader(StoreMetricExporter(path), export_interval_millis=3_600_000)
    provider = MeterProvider([reader], RESOURCE, shutdown_on_exit=False)
    record(Instruments(provider, profile))
    provider.shutdown()


def some_calls(instruments: Instruments) -> None:
    for _ in range(8):
        instruments.record(chat_attributes(usage_cache_read_tokens=1000, response_time_to_first_chunk=0.3), 1.0)
    instruments.record(chat_attributes(outcome="rate_limit", error_type="429", cost_amount=None), 0.1)
    instruments.record(chat_attributes(outcome="abandoned"), 2.0)


@pytest.mark.parametrize("profile", list(metrics.PROFILES))
def test_either_generation_of_names_gives_the_same_figures(path: Path, profile: str) -> None:
    measure(path, some_calls, profile)
    summary = summarise(path)
    assert (summary.calls, summary.errors) == (10, 1)
    assert summary.outcomes == {"ok": 8, "abandoned": 1, "rate_limit": 1}
    assert summary.error_types == {"429": 1}
    assert summary.tokens == Tokens(12_000, 3_000, 8_000, 0, 0)
    assert summary.cost == pytest.approx(9 * 0.0125)
    assert (summary.latency.count, summary.first_chunk.count) == (10, 8)


def test_processes_and_restarts_are_added_up(path: Path) -> None:
    for _ in range(3):
        measure(path, some_calls)
    summary = summarise(path)
    assert (summary.calls, summary.processes, summary.tokens.input) == (30, 3, 36_000)
    assert summary.cost == pytest.approx(27 * 0.0125)


def test_sampled_spans_do_not_change_the_counts(path: Path) -> None:
    measure(path, some_calls)
    exporter = StoreSpanExporter(path)
    exporter.export([span("chat", 1, 1, attributes=chat_attributes())])
    exporter.shutdown()
    assert summarise(path).calls == 10


def test_models_are_listed_by_cost_with_their_unpriced_calls(path: Path) -> None:
    def record(instruments: Instruments) -> None:
        some_calls(instruments)
        for _ in range(20):
            attributes = chat_attributes("own", provider_name="vllm", cost_amount=None, cost_unpriced="model_unknown")
            instruments.record(attributes, 0.5)

    measure(path, record)
    summary = summarise(path)
    assert [(use.provider, use.model, use.calls, use.unpriced) for use in summary.models] == [
        ("openai", "gpt-5.2", 10, 0),
        ("vllm", "own", 20, 20),
    ]
    assert summary.unpriced == {"model_unknown": 20}
    assert summary.models[0].tokens.input == 12_000


def test_window_counts_only_what_came_after_its_start(path: Path) -> None:
    measure(path, some_calls)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE series SET start_ns = 0, time_ns = 5000")
    connection.execute("UPDATE points SET slot = 0, time_ns = 2000, value = value / 2, buckets = NULL")
    connection.commit()
    connection.close()
    assert summarise(path, since_ns=1000).calls == 10
    assert summarise(path, since_ns=3000).calls == 5
    assert summarise(path, since_ns=6000).calls == 0


@pytest.mark.parametrize(
    ("scope", "counted"),
    [("opentelemetry.instrumentation.openai", 10), ("opentelemetry.instrumentation.genai.openai", 11)],
)
def test_copies_are_left_out_but_not_what_the_pipeline_leaves_to_others(path: Path, scope: str, counted: int) -> None:
    reader = PeriodicExportingMetricReader(StoreMetricExporter(path), export_interval_millis=3_600_000)
    provider = MeterProvider([reader], RESOURCE, shutdown_on_exit=False)
    some_calls(Instruments(provider))
    provider.get_meter(scope).create_histogram("gen_ai.client.operation.duration", "s").record(1.0)
    provider.shutdown()
    assert summarise(path).latency.count == counted


def test_metrics_of_another_library_alone_still_give_calls_and_errors(path: Path) -> None:
    reader = PeriodicExportingMetricReader(StoreMetricExporter(path), export_interval_millis=3_600_000)
    provider = MeterProvider([reader], RESOURCE, shutdown_on_exit=False)
    theirs = provider.get_meter("other").create_histogram("gen_ai.client.operation.duration", "s")
    theirs.record(1.0, {"gen_ai.request.model": "m"})
    theirs.record(1.0, {"gen_ai.request.model": "m", "error.type": "Timeout"})
    provider.shutdown()
    summary = summarise(path)
    assert (summary.calls, summary.errors, summary.outcomes) == (2, 1, {"error": 1, "ok": 1})
    assert [use.model for use in summary.models] == ["m"]


def test_judgements_are_counted_by_fault_and_their_cost_is_apart(path: Path) -> None:
    def record(instruments: Instruments) -> None:
        instruments.record(chat_attributes(cost_amount=None), 1.0)
        scores = instruments.histograms[metrics.JUDGE_SCORE.name]
        for fault, label, score in (("rude", "pass", 0.0), ("rude", "fail", 0.9), ("leak", "pass", 0.1)):
            scores.record(score, {names.EVALUATION_NAME: fault, names.EVALUATION_LABEL: label})
        instruments.add(metrics.JUDGE_COST, 0.5, {})
        instruments.add(metrics.JUDGE_SKIPPED, 3, {names.JUDGE_SKIPPED: "budget"})

    measure(path, record)
    summary = summarise(path)
    assert summary.judgements == (Judgement("rude", 2, 1), Judgement("leak", 1, 0))
    assert (summary.cost, summary.judge_cost, summary.judge_skipped) == (0, 0.5, {"budget": 3})
    text = render_summary(summary)
    assert "judged calls: rude in 1 of 2, leak in 0 of 1 ($0.50)" in text
    assert "not judged: budget 3" in text


def test_findings_flags_and_health_come_by_their_label(path: Path) -> None:
    def record(instruments: Instruments) -> None:
        instruments.record(
            chat_attributes(screen_category="injection", redaction_types=["email", "iban"], attempts=3), 1.0
        )
        instruments.add(metrics.ABUSE_FLAGS, 2, {"spanwise.abuse.subject": "user", "spanwise.abuse.reason": "cost"})
        instruments.add(metrics.PIPELINE_DROPPED, 4, {"reason": "queue_full"})
        instruments.add(metrics.PIPELINE_KEPT, 2, {"spanwise.sampling.reason": "error"})
        instruments.add(metrics.PIPELINE_ERRORS, 1, {"site": "price"})

    measure(path, record)
    summary = summarise(path)
    assert summary.flagged == {"injection": 1}
    assert summary.abuse == {"user cost": 2}
    assert summary.redacted == {"email": 1, "iban": 1}
    assert summary.retries == 2
    assert summary.health.dropped == {"queue_full": 4}
    assert summary.health.kept_traces == {"error": 2}
    assert summary.health.internal_errors == {"price": 1}


def test_estimated_tokens_are_a_known_part_of_all(path: Path) -> None:
    def record(instruments: Instruments) -> None:
        some_calls(instruments)
        instruments.add(metrics.ESTIMATED, 1, {})
        name = "gen_ai.client.token.usage"
        instruments.histograms[name].record(70, {"gen_ai.token.type": "input", "spanwise.usage.estimated": "true"})

    measure(path, record)
    summary = summarise(path)
    assert (summary.estimated, summary.estimated_tokens.input, summary.tokens.input) == (1, 70, 12_070)


def test_missing_store_is_said_in_one_line(path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .*telemetry\.db yet"):
        summarise(path)


def test_file_that_is_no_store_is_said_in_one_line(path: Path) -> None:
    path.write_text("hello " * 1000)
    with pytest.raises(StoreError, match="not a Spanwise store"):
        summarise(path)


def test_store_without_calls_says_what_to_do(path: Path) -> None:
    measure(path, lambda _: None)
    exporter = StoreSpanExporter(path)
    exporter.export([])
    exporter.shutdown()
    assert "Run the application under `opentelemetry-instrument`" in render_summary(summarise(path))


def test_spans_without_metrics_say_which_setting_is_missing(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    exporter.export([span("chat", 1, 1, start=2_000_000_000 * SECOND)])
    exporter.shutdown()
    assert "OTEL_METRICS_EXPORTER=spanwise" in render_summary(summarise(path))


def test_summary_reads_well(path: Path) -> None:
    measure(path, some_calls)
    lines = render_summary(summarise(path)).splitlines()
    assert [line.rstrip() for line in lines[2:]] == snapshot(
        [
            "",
            "calls 10   errors 1 (10.0%)   cost $0.11   tokens 15k   p95 1.64 s",
            "",
            "Latency",
            "                  p50     p95     p99",
            "  total        960 ms  1.64 s  1.93 s",
            "  first chunk  300 ms  300 ms  300 ms",
            "",
            "Models",
            "                  calls  errors  input  output   cost     p50     p95",
            "  openai gpt-5.2     10       1    12k      3k  $0.11  960 ms  1.64 s",
            "",
            "Tokens",
            "  input         12,000",
            "    from cache   8,000",
            "  output         3,000",
            "",
            "Outcomes",
            "  abandoned   1  10.0%  no error",
            "  rate_limit  1  10.0%",
            "  error types: 429 1",
            "",
            "Pipeline",
            "  no spans stored here; set OTEL_TRACES_EXPORTER=spanwise to see traces",
            "  10 spans entered the pipeline",
        ]
    )


def test_colour_is_only_there_when_asked_for(path: Path) -> None:
    measure(path, some_calls)
    summary = summarise(path)
    assert "\x1b" not in render_summary(summary)
    assert "\x1b[31m" in render_summary(summary, colour=True)


def test_labels_cannot_drive_the_terminal(path: Path) -> None:
    def record(instruments: Instruments) -> None:
        instruments.record(chat_attributes("evil\x1b[2J\nmodel"), 1.0)

    measure(path, record)
    text = render_summary(summarise(path))
    assert "\x1b" not in text
    assert "evil\ufffd[2J model" in text


def test_quantile_is_interpolated_within_its_bucket() -> None:
    distribution = Distribution((1.0, 2.0, 4.0), (0, 10, 10, 0))
    assert distribution.quantile(0.25) == pytest.approx(1.5)
    assert distribution.quantile(0.75) == pytest.approx(3.0)


def test_quantile_of_the_open_bucket_reaches_to_the_maximum() -> None:
    assert Distribution((1.0,), (0, 10), maximum=30.0).quantile(0.5) == pytest.approx(15.5)
    assert Distribution((1.0,), (0, 10)).quantile(0.5) == 1.0


def test_quantile_of_equal_values_is_that_value() -> None:
    assert Distribution((1.0, 2.0), (0, 3, 0), 4.5, 1.5, 1.5).quantile(0.99) == pytest.approx(1.5)


def test_nothing_measured_has_no_quantile() -> None:
    assert Latency.of(EMPTY) == Latency(0, None, None, None)


def test_distributions_with_other_bounds_keep_every_count() -> None:
    coarse, fine = Distribution((2.0,), (4, 2), 6), Distribution((1.0, 2.0, 3.0), (1, 1, 1, 1), 8)
    both = coarse + fine
    assert both.bounds == (1.0, 2.0, 3.0)
    assert both.counts == (3, 3, 2, 2)
    assert both.total == 14


def test_difference_of_two_states_is_what_came_between() -> None:
    now, then = Distribution((1.0,), (5, 3), 10), Distribution((1.0,), (2, 3), 6)
    assert now.since(then) == Distribution((1.0,), (3, 0), 4)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (money(0), "$0.00"),
        (money(1234.5), "$1,234.50"),
        (money(0.0123), "$0.012"),
        (money(0.00042), "$0.00042"),
        (money(0.00002), "$0.000020"),
        (money(None), "–"),
        (seconds(0.00042), "420 µs"),
        (seconds(0.34), "340 ms"),
        (seconds(9.999), "10.0 s"),
        (seconds(125), "2 m 05 s"),
        (seconds(90_000), "1 d 1 h"),
        (compact(999), "999"),
        (compact(1.5), "1.5"),
        (compact(12_480), "12.5k"),
        (compact(999_900), "1M"),
        (percent(0.0251), "2.5%"),
        (percent(1), "100%"),
    ],
)
def test_figures_read_as_people_write_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_columns_line_up_with_wide_characters() -> None:
    assert columns([("模型", "1"), ("abcd", "22")], "<>") == ["模型   1", "abcd  22"]
    assert cut("模型模型", 5) == "模型…"
    assert safe("a\x07\tb") == "a\ufffd b"


def test_whole_application_adds_up(path: Path) -> None:
    spans = StoreSpanExporter(path)
    Application(seed=5).run(100, spans, StoreMetricExporter(path))
    spans.shutdown()
    summary = summarise(path)
    assert summary.calls == sum(summary.outcomes.values()) == sum(use.calls for use in summary.models)
    assert summary.cost == pytest.approx(sum(use.cost for use in summary.models))
    assert summary.calls == sum(use.calls for use in summary.features)
