"""Retrieval metrics: what the arithmetic says, and what ir-measures says."""

from math import log2

import ir_measures
import pytest
from evaluated import Place, answer, case, text_of
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, R, Success, nDCG

from eval.case import Case
from eval.metrics import retrieval_metrics
from eval.metrics.ranking import average_precision, ndcg, reciprocal_rank
from eval.metrics.recall import all_evidence, recall, success
from eval.metrics.span_overlap import span_iou, span_precision, span_recall
from eval.metrics.spans import covers, merge, size
from eval.score import Score
from retrieval.answers.answer import Answer

THREE = (("a", 0, 20), ("a", 100, 120), ("b", 0, 20))
ELSEWHERE = ("b", 300, 340)

spans = st.tuples(st.sampled_from("ab"), st.integers(0, 120), st.integers(1, 60)).map(
    lambda s: (s[0], s[1], s[1] + s[2])
)
modes = st.sampled_from(["any", "all"])
golds = st.lists(spans, min_size=1, max_size=5, unique=True)
lists = st.lists(spans, max_size=8)


def _value(metric: object, asked: Case, given_answer: Answer) -> float | None:
    score: Score = metric(asked, given_answer, text_of)  # type: ignore[operator]
    assert score.explanation
    return score.value


def test_an_explanation_says_how_many_gold_spans_are_among_the_passages() -> None:
    found = answer(passages=[ELSEWHERE, THREE[0], THREE[2]])
    assert recall(5)(case(*THREE), found, text_of) == Score(
        2 / 3, "2 of 3 gold spans are among the first 5 passages."
    )
    assert (
        recall(1)(case(THREE[0]), found, text_of).explanation == "0 of 1 gold span is in the first passage."
    )
    told = recall(5)(case(*THREE, mode="any"), found, text_of)
    assert told == Score(1.0, "One of 3 gold spans, each enough alone, is among the first 5 passages.")


def test_a_ranking_is_worth_what_the_arithmetic_says() -> None:
    found = answer(passages=[ELSEWHERE, THREE[0], ELSEWHERE, THREE[2]])
    wanted = case(*THREE)
    assert _value(success(1), wanted, found) == 0
    assert _value(success(2), wanted, found) == 1
    assert _value(all_evidence(5), wanted, found) == 0
    assert _value(reciprocal_rank(5), wanted, found) == 1 / 2
    assert _value(reciprocal_rank(1), wanted, found) == 0
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    assert _value(ndcg(5), wanted, found) == pytest.approx((1 / log2(3) + 1 / log2(5)) / ideal)
    assert _value(average_precision(5), wanted, found) == pytest.approx((1 / 2 + 2 / 4) / 3)


def test_a_passage_that_finds_all_gold_at_once_is_a_perfect_ranking() -> None:
    found = answer(passages=[("a", 0, 300), ELSEWHERE])
    wanted = case(("a", 0, 20), ("a", 50, 60), ("a", 100, 120))
    for metric in (recall(1), all_evidence(1), reciprocal_rank(5), ndcg(5), average_precision(5)):
        assert _value(metric, wanted, found) == 1


def test_a_second_passage_with_the_same_gold_takes_a_rank_and_adds_nothing() -> None:
    wanted = case(THREE[0], THREE[2])
    twice = answer(passages=[THREE[0], ("a", 0, 25), THREE[2]])
    assert _value(average_precision(5), wanted, twice) == pytest.approx((1 + 2 / 3) / 2)
    assert _value(average_precision(5), case(THREE[0]), twice) == 1


def test_half_of_the_shorter_is_enough() -> None:
    (gold,) = case(("a", 100, 120)).evidence
    for place, right in (
        (("a", 110, 200), True),
        (("a", 111, 200), False),
        (("a", 95, 105), True),
        (("b", 100, 120), False),
        (("a", 110, 110), False),
    ):
        (held,) = answer(passages=[place]).passages
        assert covers(held, gold) is right


@pytest.mark.parametrize("metric", retrieval_metrics(5), ids=lambda m: m.name)
def test_without_evidence_nothing_is_scored(metric: object) -> None:
    assert _value(metric, case(), answer(passages=[THREE[0]])) is None
    assert _value(metric, case(("a", 5, 5)), answer(passages=[THREE[0]])) is None


@pytest.mark.parametrize("metric", retrieval_metrics(5), ids=lambda m: m.name)
def test_without_passages_nothing_is_found(metric: object) -> None:
    unmeasured = ("span precision@5", "follow-up recall@5")
    expected = None if metric.name in unmeasured else 0.0  # type: ignore[attr-defined]
    assert _value(metric, case(*THREE), answer()) == expected


@given(st.lists(st.one_of(st.integers(0, 5), st.none()), max_size=12), st.integers(1, 6), st.integers(1, 12))
def test_rankings_agree_with_ir_measures(order: list[int | None], wanted: int, k: int) -> None:
    gold: list[Place] = [("a", at * 50, at * 50 + 20) for at in range(wanted)]
    seen: set[int] = set()
    places, run = [], []
    for rank, item in enumerate(order):
        hit = item is not None and item < wanted
        places.append(gold[item] if hit else ELSEWHERE)  # type: ignore[index]  # hit implies a number
        # A repeat is, by our definition, a passage that adds nothing.
        name = f"gold{item}" if hit and item not in seen else f"other{rank}"
        seen.add(-1 if item is None else item)
        run.append(ir_measures.ScoredDoc("q", name, float(len(order) - rank)))
    truth = [ir_measures.Qrel("q", f"gold{at}", 1) for at in range(wanted)]
    theirs = {R @ k: recall, Success @ k: success, RR @ k: reciprocal_rank}
    theirs |= {nDCG @ k: ndcg, AP @ k: average_precision}
    if not run:
        return
    told = {m.measure: m.value for m in ir_measures.iter_calc(list(theirs), truth, run)}
    for measure, ours in theirs.items():
        assert _value(ours(k), case(*gold), answer(passages=places)) == pytest.approx(told[measure]), measure


@given(golds, lists, modes, st.integers(1, 9))
def test_every_value_is_a_share(gold: list[Place], places: list[Place], mode: str, k: int) -> None:
    for metric in retrieval_metrics(k):
        value = _value(metric, case(*gold, mode=mode, history=({},)), answer(passages=places))
        assert value is None or 0 <= value <= 1 + 1e-12
        if metric.name != f"span precision@{k}":
            assert value is not None


@given(golds, lists, modes, st.integers(1, 8))
def test_more_passages_never_find_less(gold: list[Place], places: list[Place], mode: str, k: int) -> None:
    for rising in (recall, success, all_evidence, reciprocal_rank, average_precision, span_recall):
        asked, found = case(*gold, mode=mode), answer(passages=places)
        less, more = _value(rising(k), asked, found), _value(rising(k + 1), asked, found)
        assert less is not None
        assert more is not None
        assert less <= more + 1e-12


@given(golds, lists, modes, st.randoms())
def test_the_order_of_gold_never_counts(gold: list[Place], places: list[Place], mode: str, chance) -> None:
    shuffled = list(gold)
    chance.shuffle(shuffled)
    found = answer(passages=places)
    for metric in retrieval_metrics(4):
        assert metric(case(*gold, mode=mode), found, text_of) == metric(
            case(*shuffled, mode=mode), found, text_of
        )


@given(golds, lists, st.randoms())
def test_the_order_of_passages_never_counts_for_what_all_of_them_hold(
    gold: list[Place], places: list[Place], chance
) -> None:
    shuffled = list(places)
    chance.shuffle(shuffled)
    for metric in (recall(8), success(8), all_evidence(8), span_recall(8), span_precision(8), span_iou(8)):
        values = {_value(metric, case(*gold), answer(passages=order)) for order in (places, shuffled)}
        assert len(values) == 1


@given(golds, lists, modes)
def test_span_metrics_agree_with_counting_characters_one_by_one(
    gold: list[Place], places: list[Place], mode: str
) -> None:
    def characters(these: list[Place]) -> set[tuple[str, int]]:
        return {(source, at) for source, start, end in these for at in range(start, end)}

    truth, held = characters(gold), characters(places)
    read = sum(end - start for _, start, end in places)
    wanted = [truth] if mode == "all" else [characters([one]) for one in gold]
    best = min(wanted, key=lambda one: (len(one - held) / len(one), len(one - held)))
    asked, found = case(*gold, mode=mode), answer(passages=places)
    assert _value(span_recall(8), asked, found) == pytest.approx(len(best & held) / len(best))
    expected = len(truth & held) / (read + len(best - held))
    assert _value(span_iou(8), asked, found) == pytest.approx(expected)
    if places:
        assert _value(span_precision(8), asked, found) == pytest.approx(len(truth & held) / read)
    assert size(merge(answer(passages=places).passages)) == len(held)


def test_overlapping_passages_are_read_twice() -> None:
    asked, found = case(("a", 0, 100)), answer(passages=[("a", 0, 80), ("a", 40, 120)])
    assert _value(span_recall(5), asked, found) == 1
    assert _value(span_precision(5), asked, found) == 100 / 160
    assert _value(span_iou(5), asked, found) == 100 / 160
    assert _value(span_iou(1), asked, found) == 80 / 100
