"""Proves what a model claims: its quotes are found in the passages, and its words in the quotes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.answers.answer import Citation, Statement, Support
from retrieval.answers.citing import cite
from retrieval.answers.draft import Claim
from retrieval.answers.locate import Located, locate
from retrieval.answers.support import judge
from retrieval.documents.cleaning import clean
from retrieval.documents.document import Document
from retrieval.library.passage import Passage

# An address, and the marks of a picture or a link in Markdown or HTML.
LINK = re.compile(
    r"\b(?:https?|ftp|data|javascript|file):\S+|\bwww\.\S+|!?\[[^\]]*\]\([^)]*\)|<\s*\w[^>]*>", re.I
)
# So many words in a row taken from the prompt are the prompt's and not an answer.
PROMPT_WORDS = 8


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
        self.passages, self.documents = passages, documents
        words = _plain(prompt)
        self._prompt = {" ".join(words[n : n + PROMPT_WORDS]) for n in range(len(words) - PROMPT_WORDS + 1)}

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
        if set(LINK.findall(text)) - set(LINK.findall(" ".join(quotes))):
            return "unsupported", "it holds a link that is not in its quotes"
        words = _plain(text)
        if any(" ".join(words[n : n + PROMPT_WORDS]) in self._prompt for n in range(len(words))):
            return "unsupported", "it repeats its instructions"
        facts = [
            fact for c in citations for fact in (c.title, c.outlet, c.date, c.speaker) if fact is not None
        ]
        around = "\n".join(place.passage.text for place in places)
        judged = judge(text, quotes, facts, around)
        return judged.support, judged.reason


def _plain(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
