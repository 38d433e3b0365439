"""Span recall, precision and IoU of the first k passages, in characters.

With G the gold characters, and the passages P_1 … P_k:
    span recall@k    = |G ∩ ∪P| / |G|
    span precision@k = |G ∩ ∪P| / Σ|P_i|
    span IoU@k       = |G ∩ ∪P| / (Σ|P_i| + |G \\ ∪P|)
In Σ|P_i| characters that two passages share are counted twice: a person, or a model, reads them twice.
Source: B. Smith and A. Troynikov, Evaluating Chunking Strategies for Retrieval, Chroma, 2024, with
characters for tokens, as its own code has it. For cases of mode "any" G in the numerators of precision and
IoU is every gold span; recall, and what IoU counts as left out, take the span that is held most.

A refusal is scored by the passages that were searched. Without passages recall and IoU are nought and
precision is unscored; a case without evidence is unscored. Citations play no part.
"""

from functools import partial

from eval.case import Case
from eval.metrics.finding import nothing_to_find
from eval.metrics.metric import Named, TextOf
from eval.metrics.spans import Reached, length, reach
from eval.score import Score, unscored
from retrieval.answers.answer import Answer


def span_recall(k: int) -> Named:
    """The share of gold characters that the first k passages hold."""
    return Named(f"span recall@{k}", partial(_recall, k))


def span_precision(k: int) -> Named:
    """The share of the first k passages' characters that are gold."""
    return Named(f"span precision@{k}", partial(_precision, k))


def span_iou(k: int) -> Named:
    """Gold characters held, over all characters read or left out."""
    return Named(f"span IoU@{k}", partial(_iou, k))


def _reached(k: int, case: Case, answer: Answer) -> tuple[Reached | None, int]:
    passages = answer.passages[:k]
    return reach(case, passages), sum(length(passage) for passage in passages)


def _recall(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    reached, _ = _reached(k, case, answer)
    if reached is None:
        return nothing_to_find()
    held = reached.wanted - reached.missing
    told = f"The first {k} passages hold {held} of {reached.wanted} gold characters."
    return Score(reached.recall, told)


def _precision(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    reached, read = _reached(k, case, answer)
    if reached is None:
        return nothing_to_find()
    if not read:
        return unscored("There are no passages whose characters could be gold.")
    told = f"{reached.hit} of {read} characters of the first {k} passages are gold."
    return Score(reached.hit / read, told)


def _iou(k: int, case: Case, answer: Answer, text_of: TextOf) -> Score:
    reached, read = _reached(k, case, answer)
    if reached is None:
        return nothing_to_find()
    told = (
        f"{reached.hit} of {read} characters of the first {k} passages are gold, "
        f"and {reached.missing} gold characters are left out."
    )
    return Score(reached.hit / (read + reached.missing), told)
