"""Cases: questions with the spans that answer them, one JSON object a line.

    {"id", "group", "question", "history", "answers", "reference",
     "evidence": [{"source", "start", "end"}], "evidence_mode": "any" | "all", "answerable", …}

`evidence` are half-open character spans of documents. Of mode "any" each alone answers the question;
of mode "all" each is wanted.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval.errors import BadCases

OWN = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document that answers a question, or a part of it."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the turns before it, and where its answer stands.

    `answers` are short forms of the right answer, each right by itself; `reference` is a long one; `options`
    are what a multiple-choice question offers, the right one being among `answers`.
    """

    id: str
    group: str
    question: str
    history: tuple[dict[str, str], ...]
    evidence: tuple[Evidence, ...]
    evidence_mode: Literal["any", "all"]
    answerable: bool
    answers: tuple[str, ...] = ()
    reference: str = ""
    options: tuple[str, ...] = ()


def load_cases(path: Path) -> list[Case]:
    """The cases of a file; raises BadCases with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCases(f"The cases {path} cannot be read: {error}.") from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise BadCases(f"Line {number} of {path} is no case: {error!r}.") from error
    return cases


def _case(row: dict[str, Any]) -> Case:
    evidence = tuple(Evidence(e["source"], e["start"], e["end"]) for e in row["evidence"])
    history = tuple(row.get("history") or ())
    mode = row["evidence_mode"]
    return Case(
        row["id"],
        row["group"],
        row["question"],
        history,
        evidence,
        mode,
        row["answerable"],
        answers=tuple(row.get("answers") or ()),
        reference=row.get("reference") or "",
        options=tuple(row.get("choices") or ()),
    )
