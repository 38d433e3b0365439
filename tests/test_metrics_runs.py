"""Metrics over whole runs: confidence, risk against coverage, and follow-ups."""

from itertools import permutations

import pytest
from evaluated import answer, case, passage, text_of
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from eval.metrics.confidence import answerable_auroc, auroc, right_auroc
from eval.metrics.conversation import follow_up, of_follow_ups
from eval.metrics.outcomes import Outcome, outcomes
from eval.metrics.recall import recall
from eval.metrics.risk import risk_area, risk_coverage

GOLD = ("a", 0, 20)
ELSEWHERE = ("b", 0, 20)
HISTORY = ({"role": "user", "content": "before"},)

confidences = st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0])
found_outcomes = st.lists(
    st.tuples(confidences, st.booleans(), st.booleans(), st.sampled_from([0.0, 0.5, 1.0])), max_size=12
).map(lambda rows: [Outcome(str(n), c, a, g, r if a and g else 0.0) for n, (c, a, g, r) in enumerate(rows)])


def _outcome(id: str, confidence: float, right: float, answered: bool = True) -> Outcome:
    return Outcome(id, confidence, True, answered, right)


@given(st.lists(st.tuples(confidences, st.booleans()), min_size=1))
def test_auroc_is_mann_whitneys_u_over_the_pairs(points: list[tuple[float, bool]]) -> None:
    high = [confidence for confidence, positive in points if positive]
    low = [confidence for confidence, positive in points if not positive]
    ours = auroc([c for c, _ in points], [p for _, p in points])
    if not high or not low:
        assert ours is None
    else:
        assert ours == pytest.approx(mannwhitneyu(high, low).statistic / (len(high) * len(low)))


def test_auroc_is_told_for_the_answerable_and_for_the_right() -> None:
    found = [
        _outcome("1", 0.9, 1.0),
        _outcome("2", 0.8, 0.0),
        _outcome("3", 0.1, 0.0, answered=False),
        Outcome("4", 0.2, False, False, 0.0),
    ]
    assert answerable_auroc(found).value == pytest.approx(2 / 3)
    assert right_auroc(found).value == 1
    assert right_auroc(found[:1]).value is None


def test_the_curve_is_what_the_arithmetic_says() -> None:
    found = [
        _outcome("1", 0.9, 1.0),
        _outcome("2", 0.8, 0.0),
        _outcome("3", 0.7, 1.0),
        _outcome("4", 0.99, 0.0, answered=False),
    ]
    curve = risk_coverage(found)
    assert curve is not None
    assert curve.coverage == (0.25, 0.5, 0.75, 1.0)
    assert curve.risk == pytest.approx((0, 1 / 2, 1 / 3, 2 / 4))
    assert curve.answered == 0.75
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.excess == pytest.approx(curve.area - (0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert "is wrong" in risk_area(found).explanation
    assert risk_coverage([]) is None
    assert risk_area([]).value is None


def test_equal_confidences_have_the_mean_area_of_all_their_orders() -> None:
    rights = [1.0, 0.0, 0.5]
    tied = risk_coverage([_outcome(str(n), 0.5, right) for n, right in enumerate(rights)])
    areas = []
    for order in permutations(rights):
        curve = risk_coverage([_outcome(str(n), 1 - n / 10, right) for n, right in enumerate(order)])
        assert curve is not None
        areas.append(curve.area)
    assert tied is not None
    assert tied.area == pytest.approx(sum(areas) / len(areas))


@given(found_outcomes.filter(bool), st.randoms())
def test_the_curve_is_bounded_ends_at_the_mean_loss_and_knows_no_order(found: list[Outcome], chance) -> None:
    curve = risk_coverage(found)
    assert curve is not None
    assert all(0 <= risk <= 1 + 1e-12 for risk in curve.risk)
    assert curve.risk[-1] == pytest.approx(sum(1 - outcome.right for outcome in found) / len(found))
    assert curve.excess >= -1e-12
    shuffled = list(found)
    chance.shuffle(shuffled)
    again = risk_coverage(shuffled)
    assert again is not None
    assert again.risk == pytest.approx(curve.risk)


def test_outcomes_are_read_from_rows_in_order_of_id() -> None:
    def row(id: str, said: int, answerable: bool, value: float | None) -> dict[str, object]:
        scores = {"gold cited": {"value": value, "explanation": ""}}
        body = {"confidence": 0.5, "statements": [{}] * said}
        return {"id": id, "answerable": answerable, "answer": body, "scores": scores}

    rows = [
        row("5", 1, True, 1.0),
        row("4", 1, False, 1.0),
        row("3", 0, True, None),
        row("2", 1, True, None),
        {**row("1", 1, True, 1.0), "answer": None},
    ]
    assert [(o.id, o.answered, o.right) for o in outcomes(rows, "gold cited")] == [
        ("3", False, 0.0),
        ("4", True, 0.0),
        ("5", True, 1.0),
    ]


def test_a_follow_up_is_scored_as_typed_standalone_and_as_asked() -> None:
    asked = case(GOLD, question="and him?", history=HISTORY)
    found = answer(passages=[ELSEWHERE, GOLD], standalone="who is he?")

    def search(question: str):
        return [passage(1, GOLD if question == "who is he?" else ELSEWHERE)]

    scores = follow_up(recall(1), asked, found, text_of, search)
    assert (scores.typed.value, scores.standalone.value, scores.asked.value) == (0, 1, 0)
    without = follow_up(recall(5), asked, found, text_of)
    assert (without.typed.value, without.standalone.value, without.asked.value) == (None, None, 1)


def test_a_first_turn_is_no_follow_up() -> None:
    scores = follow_up(recall(1), case(GOLD), answer(passages=[GOLD]), text_of, lambda question: [])
    assert scores.typed.value is scores.standalone.value is scores.asked.value is None
    metric = of_follow_ups(recall(1))
    assert metric.name == "follow-up recall@1"
    assert metric(case(GOLD), answer(passages=[GOLD]), text_of).value is None
    assert metric(case(GOLD, history=HISTORY), answer(passages=[GOLD]), text_of).value == 1
