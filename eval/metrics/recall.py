"""Recall, success and all evidence among the first k passages (see finding.py for what is found).

With n gold spans wanted and f(k) of them found by the first k passages:
    recall@k = f(k) / n        success@k = 1 if f(k) > 0        all-evidence@k = 1 if f(k) = n
Source: C. D. Manning, P. Raghavan and H. Schütze, Introduction to Information Retrieval, 2008, chapter 8;
success@k as in trec_eval; all-evidence@k is the paragraph exact match of A. Asai et al., Learning to Retrieve
Reasoning Paths, 2020.

A refusal is scored like any answer, by the passages that were searched; without passages all three are
nought; a case without evidence is unscored. Citations play no part.
"""

from functools import partial

from eval.case import Case
from eval.metrics.finding import find, nothing_to_find
from eval.metrics.metric import Named, TextOf
from eval.score import Score, counted, yes_or_no
from retrieval.answers.answer import Answer


def recall(k: int) -> Named:
    """The share of wanted gold spans among the first k passages."""
    return Named(f"recall@{k}", partial(_recall, k))


def success(k: int) -> Named:
    """Whether any gold span is among the first k passages."""
    return Named(f"success@{k}", partial(_success, k))


def all_evidence(k: int) -> Named:
    """Whether everything that the answer needs is among the first k passages."""
    return Named(f"all-evidence@{k}", partial(_all_evidence, k))


def _recall(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    found = find(case, answer)
    return counted(found.within(k), found.wanted, found.tell(k)) if found else nothing_to_find()


def _success(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    found = find(case, answer)
    return yes_or_no(found.within(k) > 0, found.tell(k)) if found else nothing_to_find()


def _all_evidence(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    found = find(case, answer)
    return yes_or_no(found.within(k) == found.wanted, found.tell(k)) if found else nothing_to_find()
