"""Comparing two runs, and the gate: what is paired, what is worst, what fails and why."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.compare import Comparison, compare, scores
from eval.gate import Decision, gate
from retrieval.errors import BadRun

CHECKS = ("verbatim",)
BETTER: dict[str, Any] = {"right": "higher", "cost": "lower", "characters": "neutral", "verbatim": "higher"}


def _row(place: int, **values: float | None) -> dict[str, Any]:
    id_ = f"c{place:03}"
    told = {name: {"value": value, "explanation": "…"} for name, value in values.items()}
    asked = {"question": f"q{place}?", "history": [], "answerable": True, "group": id_}
    return {"id": id_, **asked, "scores": told, "error": None}


def _rows(right: list[float | None], **more: list[float | None]) -> list[dict[str, Any]]:
    columns = {"right": right, **more}
    return [
        _row(place, verbatim=1.0, **{name: values[place] for name, values in columns.items()})
        for place in range(len(right))
    ]


def _judge(
    before: list[dict[str, Any]], after: list[dict[str, Any]], **options: Any
) -> tuple[Comparison, Decision]:
    found = compare(before, after, BETTER, draws=500)
    return found, gate(found, after, citation_checks=CHECKS, **options)


def _share(right: int, of: int) -> list[float | None]:
    return [1.0] * right + [0.0] * (of - right)


# Comparing -------------------------------------------------------------------------------------------------


def test_cases_are_paired_by_id_and_what_is_no_pair_is_counted() -> None:
    before = _rows([1.0, 1.0, None, None, 0.0, 1.0])
    after = _rows([0.0, None, 1.0, None, 0.0, 1.0])[::-1]
    after[0]["question"] = "Something else?"
    found = compare([*before, _row(8, right=1.0)], [*after, _row(9, right=1.0)], BETTER)
    right = found.metrics[0]
    assert (found.pairs, found.only_before, found.only_after) == (5, ("c008",), ("c009",))
    assert found.altered == ("c005",)
    assert (right.metric, right.lost, right.gained, right.unscored) == ("verbatim", 0, 0, 0)
    right = found.metrics[1]
    assert (right.metric, right.lost, right.gained, right.unscored) == ("right", 1, 1, 1)
    assert (right.difference.n, right.difference.mean) == (2, -0.5)
    assert (right.stats.before.mean, right.stats.after.mean) == (0.5, 0.0)


def test_a_case_with_other_gold_is_no_pair() -> None:
    before, after = _rows([1.0, 1.0]), _rows([1.0, 1.0])
    before[1]["case"] = {"evidence": [{"source": "a", "start": 0, "end": 4}], "kind": ""}
    after[1]["case"] = {"evidence": [{"source": "a", "start": 0, "end": 9}]}
    assert compare(before, after, BETTER).altered == ("c001",)
    after[1]["case"] = {"evidence": [{"source": "a", "start": 0, "end": 4}]}
    assert compare(before, after, BETTER).altered == ()


def test_the_worst_change_comes_first_whichever_way_is_better() -> None:
    before = _rows([0.5, 0.5, 0.5, 0.5], cost=[1.0, 1.0, 1.0, 1.0])
    after = _rows([0.9, 0.1, 0.5, 0.1], cost=[3.0, 0.0, 1.0, 2.0])
    _, right, cost = compare(before, after, BETTER).metrics
    assert [change.id for change in right.changes] == ["c001", "c003", "c000"]
    assert [change.id for change in cost.changes] == ["c000", "c003", "c001"]
    assert cost.changes[0].difference == 2


def test_p_is_corrected_over_all_metrics() -> None:
    before = _rows(_share(40, 40), cost=_share(20, 40))
    after = _rows(_share(30, 40), cost=_share(20, 40))
    verbatim, right, cost = compare(before, after, BETTER).metrics
    assert (verbatim.p_holm, cost.p_holm) == (1, 1)
    assert right.stats.p == pytest.approx(2 / 2**10)
    assert right.p_holm == pytest.approx(6 / 2**10)


def test_a_case_with_two_rows_is_refused() -> None:
    with pytest.raises(BadRun, match="two rows of the case c000"):
        compare([_row(0, right=1.0)] * 2, [_row(0, right=1.0)], BETTER)


def test_scores_leave_out_what_has_no_value() -> None:
    assert scores([_row(0, right=None), _row(1, right=0.5), _row(2, cost=1.0)], "right") == {"c001": 0.5}


value = st.none() | st.sampled_from([0.0, 0.25, 1.0])


@given(st.lists(st.tuples(value, value), min_size=1, max_size=15))
def test_every_pair_is_counted_once(found: list[tuple[float | None, float | None]]) -> None:
    one = compare(_rows([a for a, _ in found]), _rows([b for _, b in found]), BETTER, draws=50).metrics[1]
    assert one.difference.n + one.lost + one.gained + one.unscored == len(found)
    differences = [change.difference for change in one.changes]
    assert differences == sorted(differences)
    assert 0 not in differences
    if one.difference.mean is not None:
        assert sum(differences) == pytest.approx(one.difference.mean * one.difference.n)


# The gate --------------------------------------------------------------------------------------------------


def test_equal_runs_pass() -> None:
    rows = _rows(_share(30, 40))
    assert _judge(rows, rows)[1] == Decision(True, (), ())


def test_a_planted_regression_fails_and_the_reason_tells_it() -> None:
    _, found = _judge(_rows(_share(40, 40)), _rows(_share(30, 40)))
    assert not found.passed
    assert len(found.reasons) == 1
    assert found.reasons[0].startswith("right fell by 0.25 over 40 pairs; its interval, -0.")
    assert found.reasons[0].endswith("lies wholly below 0.")


def test_a_fall_within_the_margin_passes() -> None:
    before, after = _rows(_share(40, 40)), _rows(_share(30, 40))
    assert not _judge(before, after, margin=0.05)[1].passed
    assert _judge(before, after, margin=0.2)[1].passed
    exact = _rows([0.5] * 40), _rows([0.4] * 40)
    assert _judge(*exact, margin=0.1)[1].passed
    assert not _judge(*exact, margin=0.09)[1].passed


def test_a_gain_and_a_change_by_chance_pass() -> None:
    assert _judge(_rows(_share(30, 40)), _rows(_share(40, 40)))[1].passed
    assert _judge(_rows(_share(31, 40)), _rows(_share(30, 40)))[1].passed


def test_where_lower_is_better_a_rise_fails_and_a_neutral_metric_is_not_judged() -> None:
    ones, twos = [1.0, 1.1] * 20, [2.0, 2.2] * 20
    same = _share(20, 40)
    _, found = _judge(_rows(same, cost=[*ones]), _rows(same, cost=[*twos]))
    assert found.reasons[0].startswith("cost rose by 1.05")
    assert found.reasons[0].endswith("lies wholly above 0.")
    assert _judge(_rows(same, cost=[*twos]), _rows(same, cost=[*ones]))[1].passed
    assert _judge(_rows(same, characters=[*twos]), _rows(same, characters=[*ones]))[1].passed


def test_an_invalid_citation_fails_however_good_the_rest_is() -> None:
    before, after = _rows(_share(20, 40)), _rows(_share(40, 40))
    after[7]["scores"]["verbatim"]["value"] = 0.5
    assert _judge(before, after)[1].reasons == ("A citation is invalid (verbatim) in 1 case (c007).",)


def test_fewer_than_thirty_pairs_are_refused_unless_allowed() -> None:
    rows = _rows(_share(20, 29))
    _, found = _judge(rows, rows)
    assert found.reasons == (
        "There are only 29 pairs; fewer than 30 are judged only where small sets are allowed.",
    )
    assert _judge(rows, rows, allow_small=True)[1].passed
    thirty = _rows(_share(20, 30))
    assert _judge(thirty, thirty)[1].passed


def test_a_metric_with_few_pairs_among_many_cases_is_judged_and_told() -> None:
    cost: list[float | None] = [1.0] * 12 + [None] * 28
    rows = _rows(_share(20, 40), cost=cost)
    _, found = _judge(rows, rows)
    assert found == Decision(True, (), ("cost has only 12 pairs.",))


def _unjudgeable() -> Iterator[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]]:
    whole = _rows(_share(20, 40))
    yield "The run lacks 2 cases (c038, c039)", whole, whole[:38]
    failed = [{**row, "error": "no answer" if row["id"] == "c003" else None} for row in whole]
    yield "The run ended in an error in 1 case (c003)", whole, failed
    unchecked = [{**row, "scores": {"right": row["scores"]["right"]}} for row in whole]
    yield "the run has no scores of verbatim", whole, unchecked
    altered = [{**row, "question": "?"} if row["id"] == "c001" else row for row in whole]
    yield "asked or scored otherwise in 1 case (c001)", whole, altered
    strange = _rows(_share(20, 40), strange=_share(20, 40))
    yield "strange cannot be judged", strange, strange
    yield "cost has values in the base", _rows(_share(20, 40), cost=_share(20, 40)), whole
    none = _rows([None] * 40)
    yield "No metric has a pair of values", none, none
    one = [{**row, "group": "a"} for row in _rows(_share(40, 40))]
    fell = [{**row, "group": "a"} for row in _rows(_share(30, 40))]
    yield "40 pairs of one group cannot tell", one, fell


@pytest.mark.parametrize(("reason", "before", "after"), list(_unjudgeable()))
def test_what_cannot_be_judged_does_not_pass(
    reason: str, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    _, found = _judge(before, after, allow_small=True)
    assert not found.passed
    assert any(reason in told for told in found.reasons), found.reasons


@pytest.mark.parametrize("margin", [-0.1, float("nan"), float("inf")])
def test_a_margin_that_is_no_margin_is_refused(margin: float) -> None:
    rows = _rows(_share(30, 40))
    with pytest.raises(ValueError, match="margin"):
        _judge(rows, rows, margin=margin)


def test_a_gate_without_a_check_of_citations_is_refused() -> None:
    found = compare(_rows(_share(30, 40)), _rows(_share(30, 40)), BETTER, draws=50)
    with pytest.raises(ValueError, match="citations"):
        gate(found, [], citation_checks=())


def test_an_interval_that_touches_the_margin_passes() -> None:
    found, _ = _judge(_rows(_share(40, 40)), _rows(_share(30, 40)))
    right = found.metrics[1]
    stats = replace(right.stats, difference=replace(right.difference, low=-0.4, high=-0.1))
    only = replace(found, metrics=(replace(right, stats=stats),))
    rows = _rows(_share(30, 40))
    assert gate(only, rows, citation_checks=CHECKS, margin=0.1).passed
    assert not gate(only, rows, citation_checks=CHECKS, margin=0.0999).passed
