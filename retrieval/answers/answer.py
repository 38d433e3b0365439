"""The Answer and its parts, as programs receive them (see docs/architecture.md, the contract)."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from retrieval.library.passage import Passage

Status = Literal["answered", "not_in_documents"]
Support = Literal["supported", "partly", "unsupported"]
REFUSAL = "The documents do not answer this question."


@dataclass(frozen=True, slots=True)
class Citation:
    """quote == text[start:end] of the document `source`; `location` is a page, a row, a time, or None."""

    source: str
    start: int
    end: int
    quote: str
    title: str | None
    outlet: str | None
    date: str | None
    speaker: str | None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the documents say, with where they say it."""

    text: str
    citations: tuple[Citation, ...]
    support: Support = "supported"
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer used; `cost_usd` is None where the price is unknown."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    embedding_tokens: int = 0
    cost_usd: float | None = None

    def with_embedding(self, tokens: int, dollars: float | None) -> "Usage":
        """The same with what a question's embedding used; the cost is unknown where a part of it is."""
        if not tokens:
            return self
        wrote = self.prompt_tokens or self.completion_tokens
        known = dollars is not None and (self.cost_usd is not None or not wrote)
        cost = (self.cost_usd or 0.0) + (dollars or 0.0) if known else None
        return replace(self, embedding_tokens=self.embedding_tokens + tokens, cost_usd=cost)


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time went."""

    search: float
    answer: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every statement is proven, or a refusal with the closest passages."""

    question: str
    standalone_question: str
    status: Status
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    closest: tuple[Passage, ...]
    confidence: float
    engine: str
    seconds: Seconds
    notes: tuple[str, ...] = ()
    incomplete: bool = False
    usage: Usage = field(default_factory=Usage)

    @property
    def text(self) -> str:
        """The statements, one a line, or the constant refusal."""
        return "\n".join(statement.text for statement in self.statements) or REFUSAL

    def to_json(self) -> dict[str, Any]:
        """The answer as the JSON of the contract."""
        row = {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "text": self.text,
            "statements": [asdict(statement) for statement in self.statements],
            "passages": [passage.to_json() for passage in self.passages],
            "closest": [passage.to_json() for passage in self.closest],
        }
        rest = ("confidence", "incomplete", "notes", "engine")
        row.update({name: getattr(self, name) for name in rest})
        return {**row, "usage": asdict(self.usage), "seconds": asdict(self.seconds)}
