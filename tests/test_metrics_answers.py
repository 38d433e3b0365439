"""Metrics of what an answer says: SQuAD's rules by hand, ROUGE-L beside rouge-score, choices by rule."""

import pytest
from evaluated import answer, case, text_of
from hypothesis import given
from hypothesis import strategies as st
from rouge_score import rouge_scorer

from eval.metrics.choice import CHOICE_ACCURACY, choose
from eval.metrics.contains import CONTAINS_ANY, CONTAINS_FIRST
from eval.metrics.normalising import tokens
from eval.metrics.rouge import ROUGE_L
from eval.metrics.wording import EXACT_MATCH, TOKEN_F1
from eval.score import Score

OF_WORDS = (EXACT_MATCH, TOKEN_F1, CONTAINS_FIRST, CONTAINS_ANY)
sentences = st.lists(
    st.sampled_from("the red fox a dog's 10 U.S. Ümlaut — fox, RED".split()), max_size=12
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Norse", "norse"),
        ("  a  cat,\tand an owl ", "cat and owl"),
        ("U.S.", "us"),
        ("10–11 to 10-11", "1011 to 1011"),
        ("“Theirs”", "theirs"),
        ("another theme", "another theme"),
        ("dog's", "dogs"),
        ("the a an", ""),
        ("$5.2", "52"),
        ("a-b", "ab"),
    ],
)
def test_normalising_follows_squad(text: str, words: str) -> None:
    assert " ".join(tokens(text)) == words


def test_exact_match_and_f1_take_the_best_gold_answer() -> None:
    asked = case(answers=("10th and 11th centuries", "in the 10th and 11th centuries"))
    found = answer("In the 10th and 11th centuries.")
    assert EXACT_MATCH(asked, found, text_of).value == 1
    assert TOKEN_F1(asked, found, text_of).value == 1
    # Said: "in 10th century" (3 words), shared with the second gold answer's five: in, 10th.
    found = answer("In the 10th century")
    assert EXACT_MATCH(asked, found, text_of).value == 0
    precision, recall = 2 / 3, 2 / 5
    assert TOKEN_F1(asked, found, text_of).value == pytest.approx(
        2 * precision * recall / (precision + recall)
    )
    # A word said once is shared once: "fox fox" with "fox" shares one.
    assert TOKEN_F1(case(answers=("fox fox",)), answer("fox"), text_of).value == pytest.approx(2 / 3)


def test_all_statements_are_what_an_answer_says() -> None:
    assert EXACT_MATCH(case(answers=("red fox",)), answer("Red", "fox."), text_of).value == 1
    assert TOKEN_F1(case(answers=("red fox",)), answer("Red", "dog"), text_of).value == 1 / 2


def test_contains_wants_whole_words_and_tells_the_statement() -> None:
    asked = case(answers=("Rollo", "10"))
    found = answer("Born in 2010.", "The leader was “Rollo”.")
    assert CONTAINS_FIRST(asked, found, text_of).value == 0
    assert CONTAINS_ANY(asked, found, text_of) == Score(1.0, "“Rollo” stands in statement 2.")


@pytest.mark.parametrize("metric", OF_WORDS, ids=lambda m: m.name)
def test_a_refusal_says_nothing_and_a_case_without_answers_is_unscored(metric) -> None:
    asked = case(answers=("the documents",))
    assert metric(asked, answer(), text_of) == Score(0.0, "The answer says nothing.")
    assert metric(asked, answer(""), text_of).value == 0
    assert metric(case(), answer("s"), text_of).value is None
    assert metric(case(answers=("the",)), answer("s"), text_of).value is None
    assert metric(case(answers=("s",), answerable=False), answer("s"), text_of).value is None


@given(sentences, sentences)
def test_an_exact_match_is_contained_and_has_full_f1(said: str, gold: str) -> None:
    exact, f1, first, _ = (m(case(answers=(gold,)), answer(said), text_of).value for m in OF_WORDS)
    if exact is None:
        assert not tokens(gold)
    elif exact:
        assert f1 == first == 1


@given(sentences, sentences)
def test_token_f1_is_the_same_both_ways(one: str, other: str) -> None:
    there = TOKEN_F1(case(answers=(other,)), answer(one), text_of).value
    back = TOKEN_F1(case(answers=(one,)), answer(other), text_of).value
    if there is not None and back is not None:
        assert there == pytest.approx(back)


@given(st.one_of(sentences, st.text()), st.one_of(sentences, st.text()))
def test_rouge_l_agrees_with_rouge_score(said: str, reference: str) -> None:
    theirs = rouge_scorer.RougeScorer(["rougeL"]).score(reference, said)["rougeL"].fmeasure
    ours = ROUGE_L(case(reference=reference), answer(said), text_of).value
    assert (ours or 0.0) == pytest.approx(theirs)


def test_rouge_l_of_a_refusal_is_nought_and_without_a_reference_unscored() -> None:
    assert ROUGE_L(case(reference="the documents"), answer(), text_of).value == 0
    assert ROUGE_L(case(), answer("s"), text_of).value is None
    assert ROUGE_L(case(reference="…"), answer("s"), text_of).value is None


MERGER = ("Through government programs", "Through open adoption", "Through online forums")


def test_the_option_that_the_statements_support_most_is_chosen() -> None:
    asked = case(question="How were they helped?", options=MERGER, answers=(MERGER[1],))
    right = answer("Through the years they came.", "Some adopted openly, others through programs.")
    assert choose(asked, answer("An open door.", "Adoption helped.")) == MERGER[1]
    assert choose(asked, right) == MERGER[1]
    assert CHOICE_ACCURACY(asked, right, text_of).value == 1
    wrong = CHOICE_ACCURACY(asked, answer("The government paid for programs."), text_of)
    assert wrong == Score(
        0.0,
        "The statements support “Through government programs” most, but right is “Through open adoption”.",
    )


def test_what_few_options_say_weighs_more_and_what_the_question_says_less() -> None:
    # "harbour" is in two of three options, ln(3/2); every other word in one, ln 3: 0.27 against 1/3.
    asked = case(options=("harbour closed", "bridge repaired twice", "harbour flooded"))
    assert choose(asked, answer("The harbour and the bridge.")) == "bridge repaired twice"
    hats = case(question="Who wore the hat?", options=("hat Anna", "Berg dog cat"))
    assert choose(hats, answer("The hat was worn by Berg.")) == "Berg dog cat"


def test_no_option_is_guessed_where_none_is_supported() -> None:
    asked = case(options=MERGER, answers=(MERGER[1],))
    for silent in (answer(), answer("Through and through.")):
        assert CHOICE_ACCURACY(asked, silent, text_of).value == 0
        assert choose(asked, silent) is None
    assert CHOICE_ACCURACY(case(answers=("x",)), answer("x"), text_of).value is None
    assert CHOICE_ACCURACY(case(options=MERGER, answers=("x",)), answer("x"), text_of).value is None


@given(st.permutations(MERGER), st.lists(st.sampled_from(" ".join(MERGER).split()), max_size=6).map(" ".join))
def test_the_order_of_options_never_decides(order: list[str], said: str) -> None:
    assert choose(case(options=tuple(order)), answer(said)) == choose(case(options=MERGER), answer(said))


def test_an_option_of_articles_alone_or_like_another_breaks_nothing() -> None:
    asked = case(options=("The The", "A", "a"), answers=("A",))
    assert CHOICE_ACCURACY(asked, answer("a the"), text_of).value in (None, 0.0, 1.0)
    fees = case(options=("$1,000", "$10,000", "$1.5 million"))
    assert choose(fees, answer("It costs 10,000 dollars, up from 1.")) == "$10,000"
    assert choose(case(options=("12%", "15%")), answer("It rose by 15 %.")) == "15%"
