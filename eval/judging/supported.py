"""Whether statements follow from their quotes, as a language model reads them.

    judge: supported = 1 where they are graded "supported", ½ where "partly", 0 where "unsupported"
Source: the attribution judgement of H. Rashkin et al., Measuring Attribution in Natural Language Generation
Models, 2023, over a whole answer, with a model in place of the annotators.

A refusal and an empty answer have no statements and are unscored. A statement without citations, or with
empty quotes alone, has nothing to follow from: nought, and nobody is asked. Quotes are taken as they stand in
the answer; that they stand in the documents is for "verbatim" to say. The case plays no part.
"""

from eval.case import Case
from eval.judging.metric import BEGINS, JudgedMetric
from eval.metrics.citations import NO_STATEMENTS
from eval.score import Score, unscored
from retrieval.answers.answer import Answer, Citation
from retrieval.documents.cleaning import clean


def _fill(case: Case, answer: Answer) -> dict[str, str] | Score:
    if not answer.statements:
        return unscored(NO_STATEMENTS)
    blocks = []
    for number, statement in enumerate(answer.statements, 1):
        quotes = [_shown(citation) for citation in statement.citations if citation.quote.strip()]
        if not quotes:
            return Score(0.0, f"Statement {number} has no quote that it could follow from.")
        blocks.append("\n".join([f"Statement {number}: {clean(statement.text)}", *quotes]))
    return {"statements": "\n\n".join(blocks)}


def _shown(citation: Citation) -> str:
    """A quote with who said it, which a statement may tell though the quote does not."""
    who = f"{clean(citation.speaker)}: " if citation.speaker else ""
    return f"  Quote: {who}“{clean(citation.quote)}”"


SUPPORTED = JudgedMetric(
    f"{BEGINS}supported",
    "judge_supported",
    frozenset({"statements"}),
    {"supported": 1.0, "partly": 0.5, "unsupported": 0.0},
    _fill,
)
