"""Windows, what they are compared with, and when something began and ended."""

from __future__ import annotations

import pytest

from spanwise.distro.incident.cells import Tally
from spanwise.distro.incident.course import course_of, step_of, worst_stretch
from spanwise.distro.incident.source import Moment
from spanwise.distro.incident.window import Window, baselines, instant, parse_time

HOUR, DAY = 3600.0, 86400.0
NOW = 1_780_000_000.0


def moments(*bad: float, start: float = 0.0, every: float = 100.0) -> list[Moment]:
    return [Moment(start + 60 * number, Tally(count, every)) for number, count in enumerate(bad)]


def test_incident_is_compared_with_the_time_before_and_the_same_hours_of_other_days() -> None:
    found = {baseline.name: baseline.window for baseline in baselines(Window(NOW, NOW + HOUR))}
    assert found == {
        "just before": Window(NOW - HOUR - 300, NOW - 300),
        "a day earlier": Window(NOW - DAY, NOW - DAY + HOUR),
        "a week earlier": Window(NOW - 7 * DAY, NOW - 7 * DAY + HOUR),
    }


def test_incident_of_a_day_is_not_compared_with_a_day_that_it_overlaps() -> None:
    assert [baseline.name for baseline in baselines(Window(NOW, NOW + DAY))] == ["just before", "a week earlier"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("now", NOW),
        ("90m", NOW - 5400),
        ("2h", NOW - 7200),
        ("1d", NOW - DAY),
        ("2026-05-28T20:26:40Z", NOW),
        ("2026-05-28T20:26:40", NOW),
        ("2026-05-28T22:26:40+02:00", NOW),
    ],
)
def test_times_are_iso_or_a_span_before_now(text: str, time: float) -> None:
    assert parse_time(text, NOW) == time
    assert parse_time(instant(time), NOW) == time


@pytest.mark.parametrize("text", ["", "yesterday", "2x", "-5m", "m"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        parse_time(text, NOW)


def test_step_is_a_sixtieth_of_the_window_and_at_least_half_a_minute() -> None:
    assert (step_of(Window(0, 6 * HOUR)), step_of(Window(0, 600))) == (360, 30)


def test_course_names_onset_peak_and_recovery() -> None:
    found = course_of(moments(1, 2, 1, 2), moments(2, 9, 20, 9, 1, 2, start=600), 60, ratio=True)
    assert found is not None
    assert (found.limit, found.onset, found.peak, found.peak_level, found.recovery) == (0.02, 660, 720, 0.2, 840)


def test_one_odd_step_is_no_onset() -> None:
    found = course_of(moments(1, 2, 1, 2), moments(2, 9, 1, 1, start=600), 60, ratio=True)
    assert found is not None
    assert (found.onset, found.recovery) == (None, None)


def test_what_goes_on_has_no_recovery() -> None:
    found = course_of(moments(1, 2), moments(9, 9, start=600), 60, ratio=True)
    assert found is not None
    assert (found.onset, found.recovery) == (600, None)


def test_fall_is_beyond_the_lowest_level_of_the_baseline() -> None:
    found = course_of(moments(50, 60, 55), moments(40, 10, 12, 55, start=600), 60, ratio=True)
    assert found is not None
    assert (found.limit, found.onset, found.peak, found.recovery) == (0.5, 600, 660, 780)


def test_sum_is_compared_per_second() -> None:
    found = course_of(moments(60, 60, every=0), moments(120, 120, start=600, every=0), 60, ratio=False)
    assert found is not None
    assert (found.limit, found.peak_level, found.onset) == (1.0, 2.0, 600)


def test_without_a_baseline_there_is_no_course() -> None:
    assert course_of(moments(0, every=0), moments(1), 60, ratio=True) is None


def test_worst_stretch_is_the_one_with_most_beyond_the_usual() -> None:
    found = worst_stretch(moments(1, 2, 1, 9, 1, 2, 30, 40, 30, 1, 2, 1, 2, 1), 60, ratio=True)
    assert found == Window(360, 540)


@pytest.mark.parametrize("flat", [(1, 1, 1, 1, 1, 1, 1), (1, 9)])
def test_nothing_stands_out_of_a_flat_or_a_short_course(flat: tuple[float, ...]) -> None:
    assert worst_stretch(moments(*flat), 60, ratio=True) is None
