"""ROUGE-L between what an answer says and the long reference answer.

With L the length of the longest common subsequence of the two lists of words:
    precision = L / words said    recall = L / words of the reference    ROUGE-L = their harmonic mean
Source: C.-Y. Lin, ROUGE, 2004, with beta = 1 and the whole text as one sentence, as in Google's rouge-score
("rougeL", no stemming), whose figures are the published ones. Words are runs of ASCII letters and digits in
lower case, as there. L is found by the bit-parallel method of M. Crochemore et al., 2001.

A refusal and an empty answer say nothing: nought. A case that is unanswerable, or has no reference with a
word in it, is unscored.
"""

import re

from eval.case import Case
from eval.metrics.metric import Named, TextOf, said
from eval.metrics.wording import SAYS_NOTHING
from eval.score import Score, unscored
from retrieval.answers.answer import Answer

WORD = re.compile(r"[a-z0-9]+")


def common_subsequence(one: list[str], other: list[str]) -> int:
    """The length of the longest common subsequence of two lists of words."""
    places: dict[str, int] = {}
    for at, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << at
    # A bit of `row` is 0 where the common subsequence grows by one with that word of `one`.
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        matches = row & places.get(word, 0)
        row = ((row + matches) | (row - matches)) & full
    return len(one) - row.bit_count()


def _rouge_l(case: Case, answer: Answer, text_of: TextOf) -> Score:
    reference = WORD.findall(case.reference.lower())
    if not reference or not case.answerable:
        return unscored("The case has no reference answer.")
    words = WORD.findall(said(answer).lower())
    if not words:
        return Score(0.0, SAYS_NOTHING)
    common = common_subsequence(reference, words)
    told = f"{common} words in the same order: of {len(words)} said and of {len(reference)} in the reference."
    return Score(2 * common / (len(words) + len(reference)), told)


ROUGE_L = Named("ROUGE-L", _rouge_l)
