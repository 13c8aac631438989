"""Metrics of calls: exact, bounded in their labels, and the same whether recorded the short way or the public one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import pytest
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.metrics.view import DropAggregation, ExponentialBucketHistogramAggregation, View

from spanwise.core.settings import load
from spanwise.core.view import SpanView
from spanwise.processors.instruments import Instruments
from spanwise.processors.measure import MeasureSettings, MeasureStep
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES
from unit.views import call_view

CURRENT = PROFILES["v1.41"]
TOKENS = "gen_ai.client.token.usage"
DELTA: dict[type, AggregationTemporality] = dict.fromkeys([Counter, Histogram], AggregationTemporality.DELTA)

Facts = dict[tuple[str, tuple[tuple[str, object], ...]], tuple[object, ...]]


def collected(reader: InMemoryMetricReader) -> Facts:
    """All that a collection says, but for times."""
    data = reader.get_metrics_data()
    found: Facts = {}
    for resource in data.resource_metrics if data else ():
        for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
            for point in metric.data.data_points:
                key = metric.name, tuple(sorted(dict(point.attributes or {}).items()))
                found[key] = metric.unit, metric.description, *_numbers(point), type(metric.data).__name__
    return found


def _numbers(point: Any) -> Iterable[object]:
    for name in ("value", "sum", "count", "min", "max", "bucket_counts", "explicit_bounds", "scale", "zero_count"):
        value: object = getattr(point, name, None)
        yield tuple(cast("Sequence[object]", value)) if isinstance(value, Sequence) else value
    for side in ("positive", "negative"):
        buckets = getattr(point, side, None)
        yield (buckets.offset, tuple(buckets.bucket_counts)) if buckets else None


def total(reader: InMemoryMetricReader, metric: str, **labels: str) -> float:
    data = reader.get_metrics_data()
    wanted = {key.replace("__", "."): value for key, value in labels.items()}
    points: list[Any] = [
        point
        for resource in (data.resource_metrics if data else ())
        for scope in resource.scope_metrics
        for each in scope.metrics
        if each.name == metric
        for point in each.data.data_points
        if wanted.items() <= dict(point.attributes or {}).items()
    ]
    return float(sum(point.sum if hasattr(point, "sum") else point.value for point in points))


def measuring(
    *views: View, readers: Sequence[InMemoryMetricReader] = (), **settings: Any
) -> tuple[MeasureStep, InMemoryMetricReader, MeterProvider]:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader, *readers], shutdown_on_exit=False, views=views)
    return MeasureStep(provider.get_meter("spanwise"), MeasureSettings(**settings)), reader, provider


def traffic() -> Iterable[SpanView]:
    """Calls of all sorts."""
    for number in range(40):
        yield call_view(
            number + 1,
            seconds=0.01 * 1.3**number,
            chunk_gap=0.02 if number % 3 == 0 else None,
            attributes={
                names.REQUEST_MODEL: f"model-{number % 4}",
                names.RESPONSE_TIME_TO_FIRST_CHUNK: 0.2 if number % 3 == 0 else None,
                names.USAGE_CACHE_READ_TOKENS: 10 if number % 2 else None,
                names.USAGE_CACHE_WRITE_TOKENS: 5 if number % 5 else None,
                names.USAGE_REASONING_TOKENS: 7 if number % 4 else None,
                names.USAGE_ESTIMATED: True if number % 7 == 0 else None,
                names.FEATURE: "refunds" if number % 2 else None,
                names.ATTEMPTS: 3 if number % 9 == 0 else None,
                names.COST_AMOUNT: None if number % 6 == 0 else 0.001 * number,
                names.COST_UNPRICED: "model_unknown" if number % 6 == 0 else None,
                names.SCREEN_FLAGGED: True if number % 8 == 0 else None,
                names.SCREEN_CATEGORY: "prompt_injection" if number % 8 == 0 else None,
                names.SCREEN_LEAK: 0.9 if number % 11 == 0 else None,
                names.ERROR_TYPE: "429" if number % 10 == 0 else None,
                names.OUTCOME: "rate_limit" if number % 10 == 0 else "ok",
                names.OPERATION_NAME: "embeddings" if number % 5 == 0 else "chat",
            },
        )


VIEWS: dict[str, tuple[View, ...]] = {
    "no views": (),
    "fewer labels": (View(instrument_name="*", attribute_keys={names.REQUEST_MODEL}),),
    "no labels": (View(instrument_name="*", attribute_keys=set()),),
    "renamed": (View(instrument_name=TOKENS, name="tokens", description="other"),),
    "exponential": (View(instrument_type=Histogram, aggregation=ExponentialBucketHistogramAggregation()),),
    "dropped": (View(instrument_name=TOKENS, aggregation=DropAggregation()),),
    "twice": (View(instrument_name=TOKENS, name="one"), View(instrument_name=TOKENS, name="two", attribute_keys=set())),
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("views", VIEWS)
def test_short_way_gives_what_the_public_way_gives(views: str, profile: str) -> None:
    results: list[list[Facts]] = []
    for bound in (True, False):
        delta = InMemoryMetricReader(preferred_temporality=DELTA)
        step, reader, _ = measuring(*VIEWS[views], readers=[delta], bound=bound, profile=profile)
        found: list[Facts] = []
        for _ in range(3):
            for view in traffic():
                step(view)
            found += [collected(reader), collected(delta)]
        results.append([*found, collected(delta)])
    assert results[0] == results[1]
    assert results[0][0]


def test_short_way_is_taken() -> None:
    _, _, provider = measuring()
    assert Instruments(provider.get_meter("x")).is_bound


def test_reader_that_comes_later_gets_its_share() -> None:
    step, reader, provider = measuring()
    for view in traffic():
        step(view)
    later = InMemoryMetricReader()
    provider.add_metric_reader(later)
    for view in traffic():
        step(view)
    assert total(later, metrics.CALLS.name) == 40
    assert total(reader, metrics.CALLS.name) == 80


def test_series_beyond_the_cardinality_limit_of_the_sdk_are_not_lost() -> None:
    step, reader, _ = measuring(max_values=10_000)
    for number in range(2500):
        step(call_view(number + 1, attributes={names.REQUEST_MODEL: f"model-{number}"}))
    assert total(reader, metrics.CALLS.name) == 2500


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns a hundred times as often, so that races happen."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_collections_in_other_threads_lose_nothing() -> None:
    delta = InMemoryMetricReader(preferred_temporality=DELTA)
    step, reader, _ = measuring(readers=[delta])
    sums: list[float] = []
    done = threading.Event()

    def collect() -> None:
        while not done.is_set():
            sums.append(total(delta, metrics.CALLS.name))

    thread = threading.Thread(target=collect)
    thread.start()
    for _ in range(50):
        for view in traffic():
            step(view)
    done.set()
    thread.join()
    sums.append(total(delta, metrics.CALLS.name))
    assert sum(sums) == total(reader, metrics.CALLS.name) == 2000


def test_exemplar_points_to_the_call() -> None:
    step, reader, _ = measuring()
    step(call_view(0xABC, 0xDEF))
    data = reader.get_metrics_data()
    assert data is not None
    points: list[Any] = [
        point
        for metric in data.resource_metrics[0].scope_metrics[0].metrics
        if metric.name == CURRENT.duration.name
        for point in metric.data.data_points
    ]
    assert [(each.trace_id, each.span_id) for point in points for each in point.exemplars] == [(0xABC, 0xDEF)]


# labels


def labels_of(reader: InMemoryMetricReader, metric: str) -> set[str]:
    return {key for name, labels in collected(reader) if name == metric for key, _ in labels}


def test_labels_are_those_of_the_allow_list() -> None:
    step, reader, _ = measuring()
    more = {names.USER_ID: "u", names.SESSION_ID: "s", names.RESPONSE_ID: "r", names.FEATURE: "f", "note": "n"}
    step(call_view(attributes={**more, names.ERROR_TYPE: "429"}))
    assert labels_of(reader, metrics.CALLS.name) == {
        names.OPERATION_NAME,
        names.PROVIDER_NAME,
        names.REQUEST_MODEL,
        names.RESPONSE_MODEL,
        names.OUTCOME,
        names.ERROR_TYPE,
        names.FEATURE,
    }


def test_labels_that_are_asked_for_are_added() -> None:
    step, reader, _ = measuring(labels=(names.TENANT,))
    step(call_view(attributes={names.TENANT: "acme"}))
    assert total(reader, metrics.CALLS.name, spanwise__tenant="acme") == 1


@pytest.mark.parametrize("forbidden", [names.USER_ID, names.SESSION_ID, names.CONVERSATION_ID])
def test_label_of_a_person_is_refused(forbidden: str, caplog: pytest.LogCaptureFixture) -> None:
    environment = {"SPANWISE_MEASURE_LABELS": f"spanwise.tenant,{forbidden}"}
    settings = load(MeasureSettings, "measure", {}, environment)
    assert settings.labels == MeasureSettings().labels
    assert "SPANWISE_MEASURE_LABELS" in caplog.text


def test_values_beyond_the_limit_are_one_series() -> None:
    step, reader, _ = measuring(max_values=5)
    for number in range(50):
        step(call_view(number + 1, attributes={names.REQUEST_MODEL: f"invented-{number}"}))
    models = {dict(labels)[names.REQUEST_MODEL] for name, labels in collected(reader) if name == metrics.CALLS.name}
    assert models == {*(f"invented-{number}" for number in range(5)), "other"}
    assert total(reader, metrics.CALLS.name) == 50


def test_value_that_is_known_keeps_its_series_when_the_limit_is_reached() -> None:
    step, reader, _ = measuring(max_values=1)
    for model in ("known", "late", "known"):
        step(call_view(attributes={names.REQUEST_MODEL: model}))
    found = {dict(labels)[names.REQUEST_MODEL] for name, labels in collected(reader) if name == metrics.CALLS.name}
    assert found == {"known", "other"}
    assert total(reader, metrics.CALLS.name, gen_ai__request__model="known") == 2


def test_many_label_sets_keep_their_sums() -> None:
    """More than are remembered, so that they are made anew."""
    step, reader, _ = measuring(max_values=100_000)
    for number in range(6000):
        step(call_view(number + 1, attributes={names.FEATURE: f"f{number % 1500}"}))
    assert total(reader, metrics.CALLS.name) == 6000


# what is recorded


def test_other_spans_have_no_metrics() -> None:
    step, reader, _ = measuring()
    step(call_view(attributes={names.OPERATION_NAME: "invoke_agent"}))
    step(call_view(attributes={names.OPERATION_NAME: None}))
    assert not collected(reader)


def test_profile_decides_the_names() -> None:
    seen: dict[str, set[str]] = {}
    for profile in PROFILES:
        step, reader, _ = measuring(profile=profile)
        for view in traffic():
            step(view)
        seen[profile] = {name for name, _ in collected(reader)}
    for profile, chosen in PROFILES.items():
        assert seen[profile] == {metric.name for metric in chosen if metric} | {
            *(metrics.CALLS.name, metrics.COST.name, metrics.UNPRICED.name, metrics.ESTIMATED.name),
            *(metrics.ATTEMPTS.name, metrics.SCREENED.name),
        }


def test_tokens_are_recorded_once_per_kind() -> None:
    step, reader, _ = measuring()
    step(call_view())
    assert total(reader, TOKENS, gen_ai__token__type="input") == 100
    assert total(reader, TOKENS, gen_ai__token__type="output") == 20


def test_estimated_tokens_are_series_of_their_own() -> None:
    step, reader, _ = measuring()
    step(call_view(attributes={names.USAGE_ESTIMATED: True}))
    step(call_view())
    assert total(reader, TOKENS, spanwise__usage__estimated="true") == 120
    assert total(reader, TOKENS) == 240
    assert total(reader, metrics.ESTIMATED.name) == 1


def test_metrics_that_an_instrumentor_records_itself_are_left_to_it() -> None:
    step, reader, _ = measuring()
    step(call_view(scope="opentelemetry.instrumentation.genai.openai"))
    assert not {name for name, _ in collected(reader)} & {metric.name for metric in CURRENT if metric}
    assert total(reader, metrics.CALLS.name) == 1
    assert total(reader, metrics.COST.name) == pytest.approx(0.001)


@pytest.mark.parametrize("value", [-1, True, "12", 1.5, float("nan")])
def test_count_that_is_none_is_not_recorded(value: Any) -> None:
    step, reader, _ = measuring()
    step(call_view(attributes={names.USAGE_INPUT_TOKENS: value}))
    assert total(reader, TOKENS, gen_ai__token__type="input") == 0


@pytest.mark.parametrize("cost", [-0.5, float("nan"), float("inf"), "1"])
def test_cost_that_is_no_amount_is_not_recorded(cost: Any) -> None:
    step, reader, _ = measuring()
    step(call_view(attributes={names.COST_AMOUNT: cost}))
    step(call_view())
    assert total(reader, metrics.COST.name) == pytest.approx(0.001)
