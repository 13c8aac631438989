"""Labels that redaction makes equal are one series, with the numbers of all."""

from __future__ import annotations

from collections.abc import Mapping

from contract.installation import Installation, Point, installation

CUSTOMERS = ("jane@example.org", "joe@example.org", "ann@example.org")
ONE: Mapping[str, object] = {"customer": "[EMAIL]"}


def points(installed: Installation, name: str) -> list[Point]:
    return [point for point in installed.points() if point.name == name]


def test_counters_are_added_at_every_collection() -> None:
    with installation() as installed:
        counter = installed.meter_provider.get_meter("shop").create_counter("orders")
        for total in (6, 12):
            for number, customer in enumerate(CUSTOMERS, 1):
                counter.add(number, {"customer": customer})
            assert [(point.labels, point.value) for point in points(installed, "orders")] == [(ONE, total)]


def test_histograms_are_added_bucket_by_bucket() -> None:
    with installation() as installed:
        histogram = installed.meter_provider.get_meter("shop").create_histogram(
            "waiting", explicit_bucket_boundaries_advisory=[1.0, 2.0]
        )
        for seconds, customer in zip((0.5, 1.5, 2.5), CUSTOMERS, strict=True):
            histogram.record(seconds, {"customer": customer})
        (point,) = points(installed, "waiting")
        assert (point.labels, point.value, point.count) == (ONE, 4.5, 3)
        assert (list(point.raw.bucket_counts), point.raw.min, point.raw.max) == ([1, 1, 1], 0.5, 2.5)


def test_of_gauges_one_stays() -> None:
    with installation() as installed:
        gauge = installed.meter_provider.get_meter("shop").create_gauge("stock")
        for number, customer in enumerate(CUSTOMERS, 1):
            gauge.set(number, {"customer": customer})
        ((point,)) = points(installed, "stock")
        assert point.labels == ONE and point.value in (1, 2, 3)


def test_series_of_other_labels_stay_apart() -> None:
    with installation() as installed:
        counter = installed.meter_provider.get_meter("shop").create_counter("orders")
        for shelf in (1, 2):
            for customer in CUSTOMERS:
                counter.add(1, {"customer": customer, "shelf": shelf})
        assert sorted(point.value for point in points(installed, "orders")) == [3, 3]
