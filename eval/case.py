"""Cases: questions with the spans that answer them, one JSON object a line.

    {"id", "group", "question", "history", "answers", "reference",
     "evidence": [{"source", "start", "end"}], "evidence_mode": "any" | "all", "answerable",
     "choices"?, "kind"?, "tags"?, …}

`evidence` are half-open character spans of documents. Of mode "any" each alone answers the question;
of mode "all" each is wanted; without any, the case is not scored on them. `answers` are short answers,
each right alone; `reference` is a long one. `choices` are a quiz's options, the right one being among
`answers`. `kind` says what sort of question it is, in the words of its set; `tags` what else it is about,
such as "changed_figure": a figure that the documents give for several times, which differs between them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval.errors import BadCases

OWN = Path(__file__).parent / "cases"
# The seed questions: those to tune on, and those that are asked for a release alone.
TUNING, KEPT = OWN / "seeds-tuning.jsonl", OWN / "seeds-held-out.jsonl"
MODES = ("any", "all")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a document that answers a question, or a part of it."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the turns before it, where its answer stands, and what the answer is."""

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
    kind: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Case":
        """The case in a row; raises KeyError, TypeError or ValueError where it is none."""
        for name, wanted in (("id", str), ("group", str), ("question", str), ("answerable", bool)):
            if not isinstance(row[name], wanted):
                raise ValueError(f"{name} must be {wanted.__name__}, not {row[name]!r}")
        for name in ("reference", "kind"):
            if not isinstance(row.get(name) or "", str):
                raise ValueError(f"{name} must be text, not {row[name]!r}")
        for name in ("answers", "choices", "tags"):
            given = row.get(name) or []
            if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
                raise ValueError(f"{name} must be a list of texts, not {given!r}")
        for turn in row.get("history") or []:
            if not isinstance(turn["role"], str) or not isinstance(turn["content"], str):
                raise ValueError(f"a turn of history must be a role and its content, not {turn!r}")
        for span in row["evidence"]:
            start, end = span["start"], span["end"]
            if type(start) is not int or type(end) is not int or not 0 <= start < end:
                raise ValueError(f"a span must be 0 <= start < end, not {start!r} to {end!r}")
        if row["evidence_mode"] not in MODES:
            raise ValueError(f"evidence_mode must be any or all, not {row['evidence_mode']!r}")
        return cls(
            id=row["id"],
            group=row["group"],
            question=row["question"],
            history=tuple(row.get("history") or ()),
            evidence=tuple(Evidence(e["source"], e["start"], e["end"]) for e in row["evidence"]),
            evidence_mode=row["evidence_mode"],
            answerable=row["answerable"],
            answers=tuple(row.get("answers") or ()),
            reference=row.get("reference") or "",
            options=tuple(row.get("choices") or ()),
            kind=row.get("kind") or "",
            tags=tuple(row.get("tags") or ()),
        )

    def to_json(self) -> dict[str, Any]:
        """The case as a row of a file of cases."""
        row = asdict(self)
        row["choices"] = row.pop("options")
        return row


def load_cases(path: Path) -> list[Case]:
    """The cases of a file; raises BadCases with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCases(f"The cases {path} cannot be read: {error}.") from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(Case.from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadCases(f"Line {number} of {path} is no case: {error!r}.") from error
    return cases


def load_all(paths: Iterable[Path]) -> list[Case]:
    """The cases of some files, in order; raises BadCases where two have one id, or there are none."""
    files = list(paths)
    cases = [case for path in files for case in load_cases(path)]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise BadCases(f"Two cases have the id {case.id}; each needs one of its own.")
        seen.add(case.id)
    if not cases:
        raise BadCases(f"There are no cases in {', '.join(map(str, files))}.")
    return cases
