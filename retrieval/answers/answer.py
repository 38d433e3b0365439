"""The Answer and its parts, as programs receive them (see docs/architecture.md, the contract)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from retrieval.library.passage import Passage

Status = Literal["answered", "not_in_documents"]
Support = Literal["supported", "partly", "unsupported"]
REFUSAL = "The documents do not answer this question."
INTERRUPTED = "The answer was stopped before anything was proven."


@dataclass(frozen=True, slots=True)
class Citation:
    """quote == text[start:end] of the document `source`; `location` is a page, a row, a time, or None.

    `also_in` are other names of the same bytes, and near-duplicates of the document, that hold the quote.
    """

    source: str
    start: int
    end: int
    quote: str
    title: str | None
    outlet: str | None
    date: str | None
    speaker: str | None
    location: str | None = None
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the documents say, with where they say it.

    `reason` tells in words why the support is not full; in JSON it stands among the answer's notes.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support = "supported"
    speaker: str | None = None
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The statement as the JSON of the contract."""
        row = asdict(self)
        del row["reason"]
        return row

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Statement":
        """The statement in a row of the contract; its `reason` is not in there."""
        citations = tuple(
            Citation(**{**citation, "also_in": tuple(citation["also_in"])}) for citation in row["citations"]
        )
        return cls(row["text"], citations, row["support"], row["speaker"])


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer used; `cost_usd` is None where the price is unknown."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    embedding_tokens: int = 0
    cost_usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """Both together; the cost is unknown where a part that used tokens has none."""
        parts = [usage for usage in (self, other) if usage.tokens]
        known = bool(parts) and all(usage.cost_usd is not None for usage in parts)
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.embedding_tokens + other.embedding_tokens,
            sum(usage.cost_usd or 0.0 for usage in parts) if known else None,
        )

    @property
    def tokens(self) -> int:
        """All tokens together."""
        return self.prompt_tokens + self.completion_tokens + self.embedding_tokens


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
        """The statements, one a line; without any the constant refusal, or that it was stopped."""
        if self.statements:
            return "\n".join(statement.text for statement in self.statements)
        return INTERRUPTED if self.incomplete else REFUSAL

    def to_json(self) -> dict[str, Any]:
        """The answer as the JSON of the contract."""
        row = {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "text": self.text,
            "statements": [statement.to_json() for statement in self.statements],
            "passages": [passage.to_json() for passage in self.passages],
            "closest": [passage.to_json() for passage in self.closest],
        }
        rest = ("confidence", "incomplete", "notes", "engine")
        row.update({name: getattr(self, name) for name in rest})
        return {**row, "usage": asdict(self.usage), "seconds": asdict(self.seconds)}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Answer":
        """The answer that `to_json` made the row of; passages are numbered by their place in it.

        Raises KeyError or TypeError where the row is none of the contract.
        """
        same = ("question", "standalone_question", "status", "confidence", "engine", "incomplete")
        return cls(
            **{name: row[name] for name in same},
            statements=tuple(Statement.from_json(statement) for statement in row["statements"]),
            passages=_passages(row["passages"]),
            closest=_passages(row["closest"]),
            notes=tuple(row["notes"]),
            usage=Usage(**row["usage"]),
            seconds=Seconds(**row["seconds"]),
        )


def _passages(rows: Sequence[Mapping[str, Any]]) -> tuple[Passage, ...]:
    return tuple(Passage(id=place, **row) for place, row in enumerate(rows))
