"""Proves what a model claims: its quotes are found in the passages, and its words in the quotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.answers.answer import Citation, Statement, Support
from retrieval.answers.citing import cite
from retrieval.answers.draft import Claim
from retrieval.answers.proof.addresses import addresses
from retrieval.answers.proof.locate import Located, locate
from retrieval.answers.proof.reciting import recites
from retrieval.answers.proof.relatedness import TRANSLATED, relate
from retrieval.answers.proof.support import ORDER, judge
from retrieval.documents.cleaning import clean
from retrieval.documents.document import Document
from retrieval.library.passage import Passage


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement with its citations, and how many of them stand elsewhere than the model said."""

    statement: Statement
    repaired: int


class Prover:
    """Proves claims against the passages that a model was given, and their documents."""

    def __init__(
        self, passages: Sequence[Passage], documents: Mapping[str, Document], prompt: str = ""
    ) -> None:
        self.passages, self.documents, self.prompt = passages, documents, prompt

    def prove(self, claim: Claim) -> Proven | None:
        """The claim with every quote that was found, or None where none was."""
        text = " ".join(clean(claim.text).split())
        found = [
            place for proof in claim.proofs if (place := locate(proof.quote, self.passages, proof.passage))
        ]
        if not found or not text:
            return None
        places = list({(place.passage.source, place.span): place for place in found}.values())
        citations = tuple(cite(self.documents[place.passage.source], place.span) for place in places)
        support, reason = self._judge(text, citations, places)
        speakers = {citation.speaker for citation in citations}
        speaker = speakers.pop() if len(speakers) == 1 else None
        statement = Statement(text, citations, support, speaker, reason)
        return Proven(statement, sum(place.verdict == "repaired" for place in places))

    def _judge(
        self, text: str, citations: Sequence[Citation], places: Sequence[Located]
    ) -> tuple[Support, str | None]:
        quotes = [citation.quote for citation in citations]
        facts = [
            fact for c in citations for fact in (c.title, c.outlet, c.date, c.speaker) if fact is not None
        ]
        if addresses(text) - addresses("\n".join(quotes)):
            return "unsupported", "it holds a link that is not in its quotes"
        if recites(text, self.prompt):
            return "unsupported", "it repeats its instructions"
        # Not the title: who plants an instruction writes the title too, and a title is no quote.
        related = relate(text, quotes, [fact for c in citations for fact in (c.outlet, c.speaker) if fact])
        # In other languages capitals do not tell names (in German every noun has one).
        compared = text.lower() if related.reason == TRANSLATED else text
        judged = judge(compared, quotes, facts, "\n".join(place.passage.text for place in places))
        reasons = [found.reason for found in (judged, related) if found.reason]
        return max(judged.support, related.support, key=ORDER.index), "; ".join(reasons) or None
