"""The metrics: what each says of one answer stands in its own file, and METRICS are the standard suite."""

from eval.metrics.choice import CHOICE_ACCURACY
from eval.metrics.citations import CITED_CHARACTERS, COVERAGE, RESOLVABLE, VERBATIM
from eval.metrics.contains import CONTAINS_ANY, CONTAINS_FIRST
from eval.metrics.conversation import of_follow_ups
from eval.metrics.evidence import EVIDENCE_F1, EVIDENCE_PRECISION, EVIDENCE_RECALL, GOLD_CITED
from eval.metrics.metric import Metric, Named, TextOf
from eval.metrics.ranking import average_precision, ndcg, reciprocal_rank
from eval.metrics.recall import all_evidence, recall, success
from eval.metrics.refusing import ANSWERABLE_KEPT, TOGETHER, UNANSWERABLE_REFUSED
from eval.metrics.rouge import ROUGE_L
from eval.metrics.span_overlap import span_iou, span_precision, span_recall
from eval.metrics.wording import EXACT_MATCH, TOKEN_F1

# These describe an answer: neither more nor less is better, so no test or gate may judge by them.
DESCRIPTIVE = frozenset({CITED_CHARACTERS.name})


def retrieval_metrics(k: int) -> tuple[Metric, ...]:
    """The retrieval metrics over the first k passages; systems with fewer passages lose by it."""
    return (
        recall(k),
        success(k),
        all_evidence(k),
        reciprocal_rank(k),
        ndcg(k),
        average_precision(k),
        span_recall(k),
        span_precision(k),
        span_iou(k),
        of_follow_ups(recall(k)),
    )


def suite(k: int = 5) -> tuple[Metric, ...]:
    """The standard suite, model-free, in the order in which reports show it."""
    first = () if k == 1 else (recall(1), success(1))
    return (
        UNANSWERABLE_REFUSED,
        ANSWERABLE_KEPT,
        RESOLVABLE,
        VERBATIM,
        COVERAGE,
        GOLD_CITED,
        EVIDENCE_PRECISION,
        EVIDENCE_RECALL,
        EVIDENCE_F1,
        CITED_CHARACTERS,
        EXACT_MATCH,
        TOKEN_F1,
        CONTAINS_FIRST,
        CONTAINS_ANY,
        ROUGE_L,
        CHOICE_ACCURACY,
        *first,
        *retrieval_metrics(k),
    )


METRICS: tuple[Metric, ...] = suite()

__all__ = [
    "DESCRIPTIVE",
    "METRICS",
    "TOGETHER",
    "Metric",
    "Named",
    "TextOf",
    "retrieval_metrics",
    "suite",
]
