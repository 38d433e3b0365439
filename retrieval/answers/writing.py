"""With a language model: it writes statements and quotes, and code proves each quote.

The chain is `prompt | model`. Nothing the model says about where a quote stands is believed: the quote
is looked for in the passages that the model was given, and a statement without a proven one is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, Field

import prompts
from retrieval.answers.answer import Statement, Usage
from retrieval.answers.citing import cite
from retrieval.answers.locate import locate
from retrieval.errors import ModelError
from retrieval.library.index import Index
from retrieval.library.passage import Passage


class Proof(BaseModel):
    """Where a statement's words come from."""

    passage: int = Field(description="number of the passage")
    quote: str = Field(description="words copied exactly from that passage")


class Claim(BaseModel):
    """One statement of the answer."""

    text: str = Field(description="the statement, one sentence")
    proofs: list[Proof] = Field(description="at least one quote that proves it")


class Draft(BaseModel):
    """What the model answers; no statements where the passages do not say."""

    statements: list[Claim]


@dataclass(frozen=True, slots=True)
class Written:
    """The proven statements, what had to be dropped, and what it cost."""

    statements: tuple[Statement, ...]
    dropped: int
    usage: Usage


def write(model: BaseChatModel, index: Index, question: str, passages: Sequence[Passage]) -> Written:
    """Ask the model and keep what is proven; raises ModelError when it gives no usable answer."""
    prompt = ChatPromptTemplate.from_messages(prompts.load("answer", {"passages", "question"}))
    chain = prompt | model.with_structured_output(Draft, include_raw=True)
    try:
        made: Any = chain.invoke({"passages": numbered(passages), "question": question})
    # Whatever the service, the SDK or the parser raises, the person gets an answer by quoting.
    except Exception as error:
        raise ModelError(f"The language model gave no answer ({_reason(error)}).") from error
    draft, raw = made["parsed"], made["raw"]
    if not isinstance(draft, Draft):
        raise ModelError("The language model gave no answer of the form asked for.")
    proven = [_prove(claim, index, passages) for claim in draft.statements]
    statements = tuple(statement for statement in proven if statement)
    return Written(statements, len(proven) - len(statements), _usage(raw))


def numbered(passages: Sequence[Passage]) -> str:
    """The passages as the prompt shows them: a number, what is known of the document, the text."""
    return "\n\n".join(
        f"[{n}] {' · '.join(filter(None, (p.title, p.outlet, p.date)))}\n{p.text}"
        for n, p in enumerate(passages, 1)
    )


def _prove(claim: Claim, index: Index, passages: Sequence[Passage]) -> Statement | None:
    """The claim with every quote that was found, or None where none was."""
    located = [locate(proof.quote, passages, proof.passage) for proof in claim.proofs]
    citations = tuple(cite(index.document(found.passage.source), found.span) for found in located if found)
    text = " ".join(claim.text.split())
    if not citations or not text:
        return None
    speakers = {citation.speaker for citation in citations}
    return Statement(text, citations, speaker=speakers.pop() if len(speakers) == 1 else None)


def _reason(error: Exception) -> str:
    first = " ".join(str(error).split())
    return f"{type(error).__name__}: {first[:200]}" if first else type(error).__name__


def _usage(raw: AIMessage) -> Usage:
    told = raw.usage_metadata
    return Usage(told["input_tokens"], told["output_tokens"]) if told else Usage()
