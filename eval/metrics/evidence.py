"""Whether the citations are the evidence: precision, recall and F1 in characters against the gold spans.

With G the gold characters, C those that valid citations hold (each once: citing a sentence for two statements
is no fault), and I the lengths of the invalid citations (of span or quote, whichever is longer, at least 1):
    evidence precision = |G ∩ C| / (|C| + ΣI)
    evidence recall    = |G ∩ C| / |G|
    evidence F1        = 2 · precision · recall / (precision + recall), 0 where both are
    gold cited         = 1 if valid citations cover the gold, else 0; to cover is to share at least half of
                         the shorter one's characters
Of mode "any" precision takes every gold span as right, recall the span that is held most, and one covered
span is enough; of mode "all" each is wanted. Sources: precision and recall of evidence as in J. DeYoung et
al., ERASER, 2020 (there in tokens), F1 as in C. J. van Rijsbergen, Information Retrieval, 1979.

A refusal finds nothing: recall, F1 and gold cited are nought and precision is unscored. Statements that
cite nothing have precision nought. A case without evidence is unscored.
"""

from collections.abc import Sequence

from eval.case import Case
from eval.metrics.citations import NO_CITATIONS, cited, is_valid
from eval.metrics.metric import Named, TextOf
from eval.metrics.spans import covers, length, merge, reach, size
from eval.score import Score, unscored, yes_or_no
from retrieval.answers.answer import Answer, Citation

NO_EVIDENCE = "The case names no evidence, so citations cannot be compared with it."


def _split(answer: Answer, text_of: TextOf) -> tuple[list[Citation], list[Citation]]:
    valid: list[Citation] = []
    invalid: list[Citation] = []
    for citation in cited(answer):
        (valid if is_valid(citation, text_of) else invalid).append(citation)
    return valid, invalid


def _weight(invalid: Sequence[Citation]) -> int:
    return sum(max(length(citation), len(citation.quote), 1) for citation in invalid)


def _precision(case: Case, answer: Answer, text_of: TextOf) -> Score:
    valid, invalid = _split(answer, text_of)
    reached = reach(case, valid)
    if reached is None:
        return unscored(NO_EVIDENCE)
    if not answer.statements:
        return unscored("The answer has no statements, so nothing was cited wrongly.")
    total = size(merge(valid)) + _weight(invalid)
    if not total:
        return Score(0.0, NO_CITATIONS)
    told = f"{reached.hit} of {total} cited characters are gold."
    if invalid:
        told += f" {len(invalid)} of {len(valid) + len(invalid)} citations are invalid and count as wrong."
    return Score(reached.hit / total, told)


def _recall(case: Case, answer: Answer, text_of: TextOf) -> Score:
    reached = reach(case, _split(answer, text_of)[0])
    if reached is None:
        return unscored(NO_EVIDENCE)
    held = reached.wanted - reached.missing
    return Score(reached.recall, f"{held} of {reached.wanted} gold characters are cited.")


def _f1(case: Case, answer: Answer, text_of: TextOf) -> Score:
    recall = _recall(case, answer, text_of)
    if recall.value is None:
        return recall
    precision = _precision(case, answer, text_of)
    both = (precision.value or 0.0) + recall.value
    value = 2 * (precision.value or 0.0) * recall.value / both if both else 0.0
    return Score(value, f"{precision.explanation} {recall.explanation}")


def _gold_cited(case: Case, answer: Answer, text_of: TextOf) -> Score:
    gold = [span for span in case.evidence if length(span)]
    if not gold:
        return unscored(NO_EVIDENCE)
    valid, _ = _split(answer, text_of)
    hit = sum(any(covers(citation, span) for citation in valid) for span in gold)
    told = f"{hit} of {len(gold)} gold span{'s' * (len(gold) > 1)} cited"
    if case.evidence_mode == "all":
        return yes_or_no(hit == len(gold), f"{told}; each is wanted.")
    return yes_or_no(hit > 0, f"{told}; one is enough.")


EVIDENCE_PRECISION = Named("evidence precision", _precision)
EVIDENCE_RECALL = Named("evidence recall", _recall)
EVIDENCE_F1 = Named("evidence F1", _f1)
GOLD_CITED = Named("gold cited", _gold_cited)
