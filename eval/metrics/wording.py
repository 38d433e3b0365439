"""Exact match and token F1 between what an answer says and the short gold answers.

    exact match = 1 if the normalised words are those of a gold answer, else 0
    token F1    = 2 · precision · recall / (precision + recall) over the two bags of normalised words
and the best over the gold answers counts. Source: P. Rajpurkar et al., SQuAD, 2016, and Know What You Don't
Know (SQuAD 2.0), 2018; see normalising.py. What an answer says are all its statements: an answer that quotes
whole sentences cannot match a gold phrase exactly, so read these beside "contains".

A refusal and an empty answer say nothing: nought. A case that is unanswerable or has no gold answers is
unscored (the values are SQuAD 2.0's HasAns figures; its NoAns figure is "unanswerable refused").
"""

from collections import Counter

from eval.case import Case
from eval.metrics.metric import Named, TextOf, said
from eval.metrics.normalising import gold_answers, tokens
from eval.score import Score, unscored, yes_or_no
from retrieval.answers.answer import Answer

NO_ANSWERS = "The case names no short answer."
SAYS_NOTHING = "The answer says nothing."


def token_f1(said_words: tuple[str, ...], gold: tuple[str, ...]) -> float:
    """The F1 of two bags of words; nought where they share none."""
    common = sum((Counter(said_words) & Counter(gold)).values())
    if not common:
        return 0.0
    precision, recall = common / len(said_words), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _exact(case: Case, answer: Answer, text_of: TextOf) -> Score:
    gold = gold_answers(case)
    if not gold or not case.answerable:
        return unscored(NO_ANSWERS)
    found = tokens(said(answer))
    if not found:
        return yes_or_no(False, SAYS_NOTHING)
    for phrase, words in gold:
        if found == words:
            return yes_or_no(True, f"The answer is “{phrase}” word for word.")
    return yes_or_no(False, f"The answer is not “{gold[0][0]}” word for word.")


def _f1(case: Case, answer: Answer, text_of: TextOf) -> Score:
    gold = gold_answers(case)
    if not gold or not case.answerable:
        return unscored(NO_ANSWERS)
    found = tokens(said(answer))
    if not found:
        return Score(0.0, SAYS_NOTHING)
    phrase, best = max(gold, key=lambda pair: token_f1(found, pair[1]))
    common = sum((Counter(found) & Counter(best)).values())
    told = f"{common} of {len(best)} words of “{phrase}” are among the answer's {len(found)}."
    return Score(token_f1(found, best), told)


EXACT_MATCH = Named("exact match", _exact)
TOKEN_F1 = Named("token F1", _f1)
