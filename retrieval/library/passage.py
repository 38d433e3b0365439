"""A Passage: a span of a document, with what is known of the document, ready to be ranked."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Passage:
    """text == document.text[start:end]; `score` is 0..1 where a search ranked it, else 0."""

    id: int
    source: str
    start: int
    end: int
    text: str
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    score: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The passage as the JSON of the contract."""
        row = asdict(self)
        del row["id"]
        return row
