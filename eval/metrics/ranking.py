"""Reciprocal rank, nDCG and average precision among the first k passages (see finding.py).

With n gold spans wanted, found at the ranks r_1 ≤ r_2 ≤ … :
    reciprocal rank@k   = 1 / r_1 if r_1 ≤ k, else 0
    nDCG@k              = Σ_{r_i ≤ k} 1 / log2(r_i + 1)  /  Σ_{i ≤ min(n, k)} 1 / log2(i + 1)
    average precision@k = Σ_{r_i ≤ k} (i / r_i) / n
Sources: E. M. Voorhees, TREC-8 question answering track, 1999; K. Järvelin and J. Kekäläinen, Cumulated
gain-based evaluation of IR techniques, 2002 (binary gain); trec_eval's recip_rank, ndcg_cut and map_cut.

A refusal is scored by the passages that were searched; without passages all are nought; a case without
evidence is unscored. Citations play no part.
"""

from functools import partial
from math import log2

from eval.case import Case
from eval.metrics.finding import Found, find, nothing_to_find
from eval.metrics.metric import Named, TextOf
from eval.score import Score
from retrieval.answers.answer import Answer


def reciprocal_rank(k: int) -> Named:
    """One over the rank of the first passage that finds gold."""
    return Named(f"reciprocal rank@{k}", partial(_reciprocal_rank, k))


def ndcg(k: int) -> Named:
    """How near the ranking is to the best possible one, late finds counting less."""
    return Named(f"nDCG@{k}", partial(_ndcg, k))


def average_precision(k: int) -> Named:
    """The mean, over gold spans, of the precision at the rank where each is found."""
    return Named(f"average precision@{k}", partial(_average_precision, k))


def _reciprocal_rank(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    found = find(case, answer)
    if found is None:
        return nothing_to_find()
    if not found.within(k):
        return Score(0.0, found.tell(k))
    first = found.passages[0]
    return Score(1 / first, f"The first passage that finds a gold span is number {first}.")


def _ndcg(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    found = find(case, answer)
    if found is None:
        return nothing_to_find()
    best = sum(1 / log2(rank + 1) for rank in range(1, min(found.wanted, k) + 1))
    gained = sum(1 / log2(rank + 1) for rank in found.ranks if rank <= k)
    return Score(gained / best, _told(found, k))


def _average_precision(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    found = find(case, answer)
    if found is None:
        return nothing_to_find()
    precisions = [number / rank for number, rank in enumerate(found.ranks, 1) if rank <= k]
    return Score(sum(precisions) / found.wanted, _told(found, k))


def _told(found: Found, k: int) -> str:
    ranks = [str(rank) for rank in found.passages if rank <= k]
    at = f" Found by passage {', '.join(ranks)}." if ranks else ""
    return found.tell(k) + at
