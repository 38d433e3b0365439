"""Intervals, tests and power: by hand, against scipy, and on simulated comparisons."""

import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.benchmarks.coverage import simulate
from eval.resampling import bootstrap_errors, sample
from eval.significance import exact_flip, holm
from eval.statistics import Estimate, Paired, estimates, paired, student

Values = list[float]
graded = st.floats(-1, 1).map(lambda value: round(value, 3))
rows = st.lists(st.tuples(graded, graded, st.sampled_from("abcdefgh")), min_size=1, max_size=40)


def _own(values: Values) -> list[str]:
    """Each case its own group; the names sort as the cases stand."""
    return [f"{place:05}" for place in range(len(values))]


def _changed(gains: int, losses: int, same: int) -> Paired:
    after = [1.0] * gains + [0.0] * losses + [1.0] * same
    before = [0.0] * gains + [1.0] * losses + [1.0] * same
    return paired([(before, after, _own(after))])[0]


def _random(seed: int, cases: int, groups: int) -> tuple[Values, Values, list[str]]:
    rng = np.random.default_rng(seed)
    of = [f"g{i:03}" for i in np.sort(rng.integers(0, groups, cases))]
    return rng.random(cases).tolist(), rng.random(cases).tolist(), of


# By hand ---------------------------------------------------------------------------------------------------


def test_mcnemar_counts_only_the_cases_that_changed() -> None:
    # 1 gain and 5 losses: 2 (1 + 6) / 2^6.
    assert _changed(1, 5, 30).p == pytest.approx(14 / 64)
    assert _changed(0, 6, 30).p == pytest.approx(2 / 64)
    assert _changed(3, 3, 0).p == 1
    assert _changed(0, 0, 9).p == 1
    assert _changed(1, 5, 30).test == "exact McNemar"


def test_a_group_is_flipped_as_a_whole() -> None:
    # Totals 2 and -1: the four sums of signs are 3, 1, -1 and -3, and all are as far from 0 as 1 is.
    assert exact_flip(np.array([2.0, -1.0])) == 1
    # Totals 2 and 1: two of the four are as far as 3.
    assert exact_flip(np.array([2.0, 1.0])) == 0.5
    # Six cases lost in one group prove no more than one does.
    one = paired([([1.0] * 6, [0.0] * 6, ["a"] * 6)])[0]
    assert one.p == 1
    assert one.test == "exact sign flip of groups"


def test_few_graded_differences_are_flipped_in_every_way() -> None:
    # .5, .25 and .25: of eight sums two (all up, all down) are as far from 0 as 1.
    found = paired([([0.0, 0.0, 0.0], [0.5, 0.25, 0.25], _own([0.0] * 3))])[0]
    assert found.p == 0.25


def test_the_bootstrap_of_single_cases_gives_the_textbook_standard_error() -> None:
    # The error of 0, 0, 1, 1 is sqrt(1/4 / 3); t with 3 degrees of freedom at 97.5 % is 3.182.
    found = paired([([0.0] * 4, [0.0, 0.0, 1.0, 1.0], _own([0.0] * 4))])[0].difference
    assert found.mean == 0.5
    assert found.high == pytest.approx(0.5 + 3.182 * np.sqrt(1 / 12), rel=0.02)
    assert found.low == pytest.approx(0.5 - 3.182 * np.sqrt(1 / 12), rel=0.02)


def test_cases_that_repeat_each_other_in_a_group_make_nothing_surer() -> None:
    values, groups = [0.1, 0.5, 0.2, 0.9, 0.4], ["a", "b", "c", "d", "e"]
    once, thrice = estimates([(values, groups), (values * 3, groups * 3)])
    assert (thrice.n, thrice.groups, once.groups) == (15, 5, 5)
    assert thrice.low == pytest.approx(once.low)
    assert thrice.high == pytest.approx(once.high)


def test_a_share_of_single_cases_has_wilsons_interval() -> None:
    found = estimates([([1.0] * 28 + [0.0] * 12, _own([0.0] * 40))])[0]
    known = stats.binomtest(28, 40).proportion_ci(method="wilson")
    assert (found.n, found.mean) == (40, 0.7)
    assert (found.low, found.high) == pytest.approx((known.low, known.high))


def test_a_share_of_one_is_not_certain() -> None:
    alone, grouped = estimates([([1.0] * 40, _own([0.0] * 40)), ([1.0] * 40, ["a", "b", "c", "d"] * 10)])
    assert alone.high == pytest.approx(1)
    assert grouped.high == pytest.approx(1)
    assert alone.low == pytest.approx(40 / (40 + 1.959964**2))
    # Four groups know less than forty cases.
    assert grouped.low is not None
    assert grouped.low < 0.4


def test_graded_means_stay_within_what_the_values_can_be() -> None:
    found = estimates([([0.9, 1.0, 1.0], ["a", "b", "c"]), ([0.0, 0.0, 7.0], ["a", "b", "c"])])
    assert found[0].high == 1
    assert found[1].low == 0
    assert found[1].high is not None
    assert found[1].high > 7


def test_nothing_is_claimed_from_nothing_or_from_one_group() -> None:
    assert estimates([([], [])]) == [Estimate(0)]
    assert estimates([([0.5, 0.7], ["a", "a"])]) == [Estimate(2, 0.6, None, None, 1)]
    none = paired([([], [], [])])[0]
    assert (none.difference, none.p, none.smallest) == (Estimate(0), None, None)
    assert estimates([]) == paired([]) == []


def test_the_smallest_difference_is_2_8_standard_errors_of_many_groups() -> None:
    # 30 up and 30 down of 300: the error is sqrt(60)/300 = .0258, so 7.2 points could have been seen.
    found = _changed(30, 30, 240)
    assert found.smallest == pytest.approx(2.81 * np.sqrt(60) / 300, rel=0.02)
    assert _changed(0, 0, 300).smallest is None


def test_holm_multiplies_the_smallest_by_all_and_never_turns_the_order() -> None:
    assert holm([0.01, 0.04, 0.03, None]) == [0.03, pytest.approx(0.06), pytest.approx(0.06), None]
    assert holm([0.5, 0.6]) == [1, 1]
    assert holm([]) == []


def test_differences_that_cancel_out_in_a_group_are_no_difference() -> None:
    groups = [f"g{place // 3:02}" for place in range(60)]
    found = paired([([0.0, 0.0, 0.3] * 20, [0.1, 0.2, 0.0] * 20, groups)])[0]
    assert (found.difference.low, found.difference.high, found.p) == (0, 0, 1)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        estimates([([float("nan")], ["a"])])


# Against scipy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [0.5, 0.8, 0.975])
@pytest.mark.parametrize("degrees", [1, 2, 3, 17, 299, 4999, 99_999, 1_000_000])
def test_students_quantile_is_scipys(chance: float, degrees: int) -> None:
    assert student(chance, degrees) == pytest.approx(stats.t.ppf(chance, degrees), abs=1e-5)


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_exact_test_is_scipys_binomial_test(gains: int, losses: int) -> None:
    found = exact_flip(np.array([1.0] * gains + [-1.0] * losses))
    known = stats.binomtest(gains, gains + losses).pvalue if gains + losses else 1.0
    assert found == pytest.approx(known)


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=9))
def test_whole_totals_are_tested_as_scipy_flips_them(totals: list[int]) -> None:
    sums = np.array(totals, dtype=float)
    known = stats.permutation_test(
        (sums,), np.sum, permutation_type="samples", n_resamples=np.inf, vectorized=False
    )
    assert exact_flip(sums) == pytest.approx(known.pvalue)


def test_drawn_flips_agree_with_scipys() -> None:
    before, after, groups = _random(1, 120, 60)
    found = paired([(before, [value + 0.07 for value in after], groups)])[0]
    sums = sample([b + 0.07 - a for a, b in zip(before, after, strict=True)], groups).sums
    known = stats.permutation_test(
        (sums,), lambda x, axis: x.sum(axis=axis), permutation_type="samples", n_resamples=20_000, rng=2
    )
    assert found.test == "sign flip of groups"
    assert found.p == pytest.approx(known.pvalue, abs=0.015)


def test_the_groups_bootstrap_has_scipys_standard_error() -> None:
    _, values, groups = _random(3, 200, 50)
    one = sample(values, groups)
    known = stats.bootstrap(
        (one.sums, one.sizes),
        lambda sums, sizes, axis: sums.sum(axis=axis) / sizes.sum(axis=axis),
        paired=True,
        n_resamples=10_000,
        method="percentile",
        rng=4,
    )
    found = bootstrap_errors([one], 10_000, 5)[0]
    assert found == pytest.approx(known.standard_error * np.sqrt(one.groups / (one.groups - 1)), rel=0.03)


# Properties ------------------------------------------------------------------------------------------------


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_and_the_metrics_beside_change_nothing(
    found: list[tuple[float, float, str]], shuffler: random.Random
) -> None:
    mixed = found.copy()
    shuffler.shuffle(mixed)
    one, other, beside = _columns(found), _columns(mixed), ([0.0, 1.0, 0.0], [1.0, 1.0, 0.0], ["a", "b", "c"])
    alone, among = paired([one], 200)[0], paired([beside, other], 200)[1]
    assert among.p == alone.p
    assert among.difference.mean == pytest.approx(alone.difference.mean)
    assert among.difference.low == pytest.approx(alone.difference.low)
    assert among.before.high == pytest.approx(alone.before.high)


@given(rows)
def test_turning_the_comparison_turns_the_interval(found: list[tuple[float, float, str]]) -> None:
    before, after, groups = _columns(found)
    there, back = paired([(before, after, groups)], 200)[0], paired([(after, before, groups)], 200)[0]
    assert there.p == back.p
    assert (there.before, there.after) == (back.after, back.before)
    if there.difference.low is not None and back.difference.high is not None:
        assert there.difference.low == pytest.approx(-back.difference.high)


@given(rows)
def test_the_mean_lies_in_its_interval_and_p_is_a_chance(found: list[tuple[float, float, str]]) -> None:
    one = paired([_columns(found)], 200)[0]
    assert one.p is not None
    assert 0 < one.p <= 1
    for estimate in (one.before, one.after, one.difference):
        assert estimate.mean is not None
        if estimate.low is not None and estimate.high is not None:
            assert estimate.low - 1e-9 <= estimate.mean <= estimate.high + 1e-9


@given(st.lists(st.none() | st.floats(0, 1), max_size=12))
def test_holm_only_raises_and_keeps_the_order(values: list[float | None]) -> None:
    adjusted = holm(values)
    kept = sorted((p, q) for p, q in zip(values, adjusted, strict=True) if p is not None and q is not None)
    assert len(kept) == sum(p is not None for p in values)
    assert all(p <= q <= 1 for p, q in kept)
    assert [q for _, q in kept] == sorted(q for _, q in kept)


def test_two_reckonings_are_identical() -> None:
    columns = [_random(seed, 150, 40) for seed in range(3)]
    assert paired(columns) == paired(columns)


def _columns(found: list[tuple[float, float, str]]) -> tuple[Values, Values, list[str]]:
    return [a for a, _, _ in found], [b for _, b, _ in found], [g for _, _, g in found]


# The promises of issue 5: 500 comparisons of 300 cases, 20 % discordant ------------------------------------


@pytest.mark.parametrize("largest_group", [1, 6])
def test_the_interval_covers_a_difference_of_five_points_as_often_as_it_says(largest_group: int) -> None:
    found = simulate(0.05, seed=1, largest_group=largest_group)
    assert 0.93 <= found.covered <= 0.97


@pytest.mark.parametrize("largest_group", [1, 6])
def test_the_test_seldom_finds_what_is_not_there(largest_group: int) -> None:
    found = simulate(0.0, seed=1, largest_group=largest_group)
    assert 0.03 <= found.rejected <= 0.07
    assert 0.93 <= found.covered <= 0.97


def test_twenty_five_metrics_of_two_thousand_rows_take_seconds() -> None:
    # Each fifth of the metrics has values for other cases, and so draws of its own.
    made = [_random(metric, 2_000, 2_000) for metric in range(25)]
    columns = [(before, after, made[metric % 5][2]) for metric, (before, after, _) in enumerate(made)]
    started = time.process_time()
    paired(columns)
    assert time.process_time() - started < 15
