"""Citation metrics and refusing: what counts as valid, as evidence, and as a refusal."""

from dataclasses import replace

import pytest
from evaluated import TEXTS, Place, answer, case, cite, cited, text_of
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import METRICS, suite
from eval.metrics.citations import CITED_CHARACTERS, COVERAGE, RESOLVABLE, VERBATIM
from eval.metrics.evidence import EVIDENCE_F1, EVIDENCE_PRECISION, EVIDENCE_RECALL, GOLD_CITED
from eval.metrics.refusing import ANSWERABLE_KEPT, UNANSWERABLE_REFUSED, refuses
from eval.score import Score
from retrieval.answers.answer import Citation, Statement
from retrieval.errors import UnknownSource

GOLD: Place = ("a", 100, 200)
FORGED = [
    cite("nowhere", 0, 10, "x" * 10),
    cite("a", 390, 410, TEXTS["a"][390:]),
    cite("a", -10, 400, TEXTS["a"][-10:400]),
    cite("a", 20, 20, ""),
    cite("a", 30, 20, ""),
    cite("a", 0, 10, "not so, sir"),
]


@pytest.mark.parametrize("forged", FORGED)
def test_an_invalid_citation_is_told_and_counts_against_precision(forged: Citation) -> None:
    good = cite(*GOLD)
    honest, mixed = cited(good), cited(good, forged)
    assert VERBATIM(case(GOLD), mixed, text_of).value == 1 / 2
    assert COVERAGE(case(GOLD), mixed, text_of).value == 1 / 2
    assert CITED_CHARACTERS(case(GOLD), mixed, text_of).value == 50
    assert EVIDENCE_PRECISION(case(GOLD), honest, text_of).value == 1
    precision = EVIDENCE_PRECISION(case(GOLD), mixed, text_of)
    assert precision.value is not None
    assert precision.value < 1
    assert "1 of 2 citations are invalid" in precision.explanation
    assert EVIDENCE_RECALL(case(GOLD), mixed, text_of).value == 1
    assert EVIDENCE_RECALL(case(GOLD), cited(forged), text_of).value == 0
    assert GOLD_CITED(case(GOLD), cited(forged), text_of).value == 0


def test_a_wrong_quote_resolves_but_is_not_verbatim() -> None:
    forged = FORGED[-1]
    assert RESOLVABLE(case(GOLD), cited(forged), text_of).value == 1
    told = VERBATIM(case(GOLD), cited(forged), text_of)
    assert told == Score(0.0, "0 of 1 citations quote their span exactly. Not so: a, characters 0 to 10.")
    for other in FORGED[:-1]:
        assert RESOLVABLE(case(GOLD), cited(other), text_of).value == 0


def test_a_forged_quote_over_gold_is_no_evidence() -> None:
    over_gold = cite("a", 100, 200, "z" * 100)
    assert EVIDENCE_RECALL(case(GOLD), cited(over_gold), text_of).value == 0
    both = cited(cite(*GOLD), over_gold)
    assert EVIDENCE_PRECISION(case(GOLD), both, text_of).value == 1 / 2


def test_a_library_that_knows_no_such_source_makes_the_citation_invalid() -> None:
    def unknown(source: str) -> str:
        raise UnknownSource(source)

    assert RESOLVABLE(case(GOLD), cited(cite(*GOLD)), unknown).value == 0


def test_evidence_is_what_the_arithmetic_says() -> None:
    found = cited(cite("a", 150, 250), cite("a", 150, 160))
    assert EVIDENCE_PRECISION(case(GOLD), found, text_of) == Score(
        0.5, "50 of 100 cited characters are gold."
    )
    assert EVIDENCE_RECALL(case(GOLD), found, text_of).value == 1 / 2
    both = case(GOLD, ("b", 0, 150))
    assert EVIDENCE_RECALL(both, found, text_of).value == 1 - 200 / 250
    assert EVIDENCE_F1(both, found, text_of).value == pytest.approx(2 * 0.5 * 0.2 / 0.7)
    assert GOLD_CITED(both, found, text_of) == Score(0.0, "1 of 2 gold spans cited; each is wanted.")
    either = replace(both, evidence_mode="any")
    assert EVIDENCE_RECALL(either, found, text_of).value == 1 / 2
    assert GOLD_CITED(either, found, text_of).value == 1


def test_a_refusal_cites_no_evidence_and_statements_without_citations_none_either() -> None:
    for silent, precision in ((answer(), None), (answer("bare"), 0.0)):
        assert EVIDENCE_PRECISION(case(GOLD), silent, text_of).value == precision
        assert EVIDENCE_RECALL(case(GOLD), silent, text_of).value == 0
        assert EVIDENCE_F1(case(GOLD), silent, text_of).value == 0
        assert GOLD_CITED(case(GOLD), silent, text_of).value == 0
        assert RESOLVABLE(case(GOLD), silent, text_of).value is None
    assert COVERAGE(case(GOLD), answer(), text_of).value is None
    assert COVERAGE(case(GOLD), answer("bare"), text_of).value == 0


def test_coverage_counts_statements_and_cited_characters_once_in_each() -> None:
    twice = Statement("s", (cite("a", 0, 60), cite("a", 40, 100)))
    found = answer(twice, twice, "bare")
    assert COVERAGE(case(GOLD), found, text_of).value == 2 / 3
    assert CITED_CHARACTERS(case(GOLD), found, text_of).value == 200 / 3


def test_refusing_is_right_for_the_unanswerable_and_wrong_for_the_rest() -> None:
    lost = case(answerable=False)
    assert UNANSWERABLE_REFUSED(lost, answer(), text_of) == Score(1.0, "Refused.")
    assert UNANSWERABLE_REFUSED(lost, answer("s"), text_of).value == 0
    assert UNANSWERABLE_REFUSED(case(GOLD), answer(), text_of).value is None
    assert ANSWERABLE_KEPT(case(GOLD), answer("s"), text_of).value == 1
    assert ANSWERABLE_KEPT(case(GOLD), answer(), text_of).value == 0
    assert ANSWERABLE_KEPT(lost, answer("s"), text_of).value is None
    claimed = replace(answer(), status="answered")
    assert UNANSWERABLE_REFUSED(lost, claimed, text_of).value == 1
    assert refuses(claimed)
    assert not refuses(answer(incomplete=True))
    for metric, asked in ((UNANSWERABLE_REFUSED, lost), (ANSWERABLE_KEPT, case(GOLD))):
        assert metric(asked, answer(incomplete=True), text_of).value is None


citations = st.one_of(
    st.tuples(st.sampled_from("ab"), st.integers(0, 390), st.integers(1, 60)).map(
        lambda c: cite(c[0], c[1], min(400, c[1] + c[2]))
    ),
    st.sampled_from(FORGED),
)
golds = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 300), st.integers(1, 99)).map(
        lambda g: (g[0], g[1], g[1] + g[2])
    ),
    max_size=4,
)


@given(golds, st.lists(citations, max_size=5), st.sampled_from(["any", "all"]), st.booleans(), st.randoms())
def test_every_metric_of_the_suite_is_bounded_and_blind_to_the_order_of_citations(
    gold: list[Place], cites: list[Citation], mode: str, answerable: bool, chance
) -> None:
    shuffled = list(cites)
    chance.shuffle(shuffled)
    asked = case(
        *gold, mode=mode, answerable=answerable, answers=("abc",), reference="abc", options=("abc", "d")
    )
    one, other = (answer(Statement("abc d", tuple(order))) for order in (cites, shuffled))
    for metric in METRICS:
        score = metric(asked, one, text_of)
        assert score.explanation.endswith(".")
        assert score.value == metric(asked, other, text_of).value
        if score.value is not None and metric is not CITED_CHARACTERS:
            assert 0 <= score.value <= 1 + 1e-12


@given(golds.filter(bool), st.lists(citations, max_size=4), st.sampled_from(FORGED))
def test_an_invalid_citation_never_raises_a_score(
    gold: list[Place], cites: list[Citation], forged: Citation
) -> None:
    less = answer(Statement("s", (*cites, forged)))
    more = answer(Statement("s", tuple(cites)))
    for metric in (EVIDENCE_PRECISION, EVIDENCE_RECALL, EVIDENCE_F1, GOLD_CITED, COVERAGE):
        with_it, without = (metric(case(*gold), found, text_of).value for found in (less, more))
        assert with_it is not None
        assert without is not None
        assert with_it <= without


def test_names_are_columns_and_each_stands_once() -> None:
    names = [metric.name for metric in suite(5)]
    assert len(set(names)) == len(names)
    assert {"recall@5", "nDCG@5", "exact match", "verbatim"} <= set(names)
    assert len(suite(1)) == len(suite(5)) - 2
