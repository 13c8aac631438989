"""What explains a change: numbers worked out by hand."""

from __future__ import annotations

import pytest

from spanwise.distro.incident.cells import UNSET, Cell, Factor, Tally, factors, rank, tally, tie


def cell(bad: float, every: float = 0.0, /, **labels: str) -> Cell:
    return Cell(labels, Tally(bad, every))


def explained(found: list[Factor]) -> dict[str, float]:
    return {factor.value: round(factor.explained, 9) for factor in found}


def test_the_value_that_became_worse_explains_the_change_of_a_ratio() -> None:
    before = [cell(1, 100, model="a"), cell(1, 100, model="b")]
    after = [cell(1, 100, model="a"), cell(41, 100, model="b")]
    found = factors("model", before, after)
    assert explained(found) == {"a": 0.0, "b": 1.0}
    assert [factor.expected for factor in found] == [0.5, 0.5]
    assert [factor.excess for factor in found] == pytest.approx([-0.5, 0.5])


def test_traffic_that_moves_to_a_worse_value_counts_for_that_value() -> None:
    before = [cell(0, 90, version="1"), cell(5, 10, version="2")]
    after = [cell(0, 50, version="1"), cell(25, 50, version="2")]
    # usual ratio 0.05; change 0.25 - 0.05. Version 2: (25 - 2.5)/100 - (5 - 0.5)/100 = 0.18 of 0.20
    assert explained(factors("version", before, after)) == {"1": 0.1, "2": 0.9}


def test_a_new_version_that_took_all_traffic_explains_everything() -> None:
    before = [cell(1, 100, version="1")]
    after = [cell(30, 100, version="2")]
    found = factors("version", before, after)
    assert explained(found) == {"1": 0.0, "2": 1.0}
    assert [factor.new for factor in found] == [False, True]


def test_a_sum_is_compared_per_second_and_against_its_former_parts() -> None:
    before = [cell(6, model="a"), cell(2, model="b")]  # dollars in 100 s
    after = [cell(6, model="a"), cell(14, model="b")]  # dollars in 200 s
    found = factors("model", before, after, (100, 200))
    # 0.08 → 0.10 per second: a gives 0.03 - 0.06, b gives 0.07 - 0.02
    assert explained(found) == {"a": -1.5, "b": 2.5}
    assert [factor.expected for factor in found] == [0.75, 0.25]


def test_a_fall_is_explained_as_a_rise_is() -> None:
    before = [cell(80, 100, model="a"), cell(80, 100, model="b")]
    after = [cell(80, 100, model="a"), cell(0, 100, model="b")]
    assert explained(factors("model", before, after)) == {"a": 0.0, "b": 1.0}


def test_values_of_a_dimension_add_up_to_the_whole_change() -> None:
    before = [cell(3, 50, m="a"), cell(4, 30, m="b"), cell(0, 20)]
    after = [cell(9, 20, m="a"), cell(1, 90, m="c"), cell(7, 40)]
    assert sum(factor.explained for factor in factors("m", before, after)) == pytest.approx(1)


def test_a_dimension_of_what_is_bad_alone_divides_it() -> None:
    before = [cell(2, error="timeout"), cell(0, 100)]
    after = [cell(2, error="timeout"), cell(18, error="429"), cell(0, 100)]
    found = factors("error", before, after)
    assert explained(found) == {"429": 1.0, "timeout": 0.0, UNSET: 0.0}
    assert {factor.value: factor.expected for factor in found} == {"429": 0.0, "timeout": 1.0, UNSET: 0.0}


@pytest.mark.parametrize(
    ("before", "after"),
    [([], [cell(1, 1, m="a")]), ([cell(1, 1, m="a")], []), ([cell(1, 2, m="a")], [cell(2, 4, m="a")])],
)
def test_without_a_baseline_or_a_change_nothing_is_explained(before: list[Cell], after: list[Cell]) -> None:
    assert factors("m", before, after) == []


def test_what_changed_like_the_rest_does_not_rank() -> None:
    before = [cell(1, 100, m="a"), cell(1, 100, m="b")]
    after = [cell(20, 100, m="a"), cell(20, 100, m="b")]
    assert rank(factors("m", before, after)) == []


def test_the_most_telling_ranks_first_and_what_is_not_set_never() -> None:
    before = [cell(1, 50, m="a"), cell(1, 30, m="b"), cell(1, 20)]
    after = [cell(20, 50, m="a"), cell(25, 30, m="b"), cell(18, 20)]
    assert [factor.value for factor in rank(factors("m", before, after))] == ["b"]


@pytest.mark.parametrize(
    ("more", "how"),
    [
        ([], "same"),
        ([cell(0, 20, m="a", f="y")], "other"),
        ([cell(0, 20, m="b", f="x")], "one"),
        ([cell(0, 20, m="a", f="y"), cell(0, 20, m="b", f="x")], "both"),
        ([cell(5, 20, m="a", f="y")], None),
    ],
)
def test_calls_with_one_factor_alone_tell_which_of_two_it_was(more: list[Cell], how: str | None) -> None:
    one, other = (Factor(name, value, Tally(), Tally(), 1, 0, False) for name, value in (("m", "a"), ("f", "x")))
    assert tie(one, other, [cell(20, 20, m="a", f="x"), *more]) == how


def test_all_cells_together_make_the_tally() -> None:
    assert tally([cell(1, 2), cell(3, 4)]) == Tally(4, 6)
    assert Tally(1, 0).ratio is None
