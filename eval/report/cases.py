"""Each case as it is shown: the question, the gold spans, what each run answered, and every score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.report.excerpts import ROOMY, Excerpt, Room, Span, TextOf, cited, gold, spans
from eval.right import Verdict, value, verdict
from eval.run import Row, Run


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement; `text` is empty where its first quote says the same."""

    text: str
    support: str
    speaker: str
    citations: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one run gave for a case. `rank` is the first passage that holds gold text, counted from 1."""

    name: str
    verdict: Verdict
    said: str
    confidence: float | None
    seconds: float
    searched: str
    statements: tuple[Shown, ...]
    passages: int
    rank: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A value a run, and what explains them; metrics that have these in common share the line."""

    name: str
    values: tuple[float | None, ...]
    explanations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A case's change from the first run to the second: the mean of its differences over the shares."""

    change: float
    better: int
    worse: int


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case with a side a run; `same` are scores told without reasons, `unscored` names by their reason."""

    id: str
    group: str
    kind: str
    question: str
    history: tuple[Mapping[str, Any], ...]
    answerable: bool
    expected: str
    mode: str
    gold: tuple[Excerpt, ...]
    sides: tuple[Side, ...]
    scores: tuple[ScoreLine, ...]
    same: tuple[ScoreLine, ...]
    unscored: tuple[tuple[str, str], ...]
    shift: Shift | None

    @property
    def told(self) -> tuple[Side, ...]:
        """The sides to be told: one where both runs said the same."""
        same = len({(side.statements, side.notes, side.said) for side in self.sides}) == 1
        return self.sides[-1:] if same else self.sides


def shown(
    runs: Sequence[Run],
    main: str | None,
    shares: Sequence[str],
    text_of: TextOf | None,
    room: Room = ROOMY,
) -> list[CaseShown]:
    """All cases of the runs; of two runs those that lost most stand first.

    `main` is the metric by which an answer counts as right, from one half on; `shares` are those in 0..1,
    which alone can be added up. In a tight room scores that two runs have in common lose their reasons.
    """
    by_id = [{row["id"]: row for row in run.rows} for run in runs]
    ids = dict.fromkeys(case for rows in by_id for case in rows)
    cases = [_case([rows.get(case) for rows in by_id], runs, main, shares, text_of, room) for case in ids]
    return sorted(cases, key=lambda case: case.shift.change if case.shift else 0.0)


def _case(
    rows: Sequence[Row | None],
    runs: Sequence[Run],
    main: str | None,
    shares: Sequence[str],
    text_of: TextOf | None,
    room: Room,
) -> CaseShown:
    there = [row for row in rows if row is not None]
    case = there[0]["case"]
    sides = tuple(
        _side(run.name, row, main, text_of, room) for run, row in zip(runs, rows, strict=True) if row
    )
    scores, unscored = _scores(there, room)
    short = len(there) == 2 and room != ROOMY
    same = tuple(line for line in scores if short and len(set(line.values)) == 1)
    every_cited = [span for row in there for span in _cited(row)]
    return CaseShown(
        id=there[0]["id"],
        group=there[0]["group"],
        kind=" · ".join(name for name in (case.get("kind"), *(case.get("tags") or ())) if name),
        question=there[0]["question"],
        history=tuple(there[0].get("history") or ()),
        answerable=there[0]["answerable"],
        expected=case.get("reference") or " · ".join(case.get("answers") or ()),
        mode=case.get("evidence_mode", "any"),
        gold=gold(there[0], every_cited, text_of, room),
        sides=sides,
        scores=tuple(line for line in scores if line not in same),
        same=same,
        unscored=unscored,
        shift=_shift(there, shares) if len(there) == 2 else None,
    )


def _side(name: str, row: Row, main: str | None, text_of: TextOf | None, room: Room) -> Side:
    answer = row.get("answer") or {}
    evidence = spans(row["case"].get("evidence") or ())
    statements = tuple(_statement(s, evidence, text_of, room) for s in answer.get("statements", ()))
    passages = spans(answer.get("passages", ()))
    hits = (i for i, span in enumerate(passages, 1) if any(_meet(span, one) for one in evidence))
    standalone = answer.get("standalone_question") or ""
    return Side(
        name=name,
        verdict=verdict(row, main),
        said="failed" if row.get("error") or not answer else "answered" if statements else "refused",
        confidence=answer.get("confidence"),
        seconds=row["seconds"],
        searched=standalone if standalone != row["question"] else "",
        statements=statements,
        passages=len(passages),
        rank=next(hits, None),
        notes=(*((row["error"],) if row.get("error") else ()), *answer.get("notes", ())),
    )


def _statement(
    statement: Mapping[str, Any], evidence: Sequence[Span], text_of: TextOf | None, room: Room
) -> Shown:
    citations = tuple(cited(c, evidence, text_of, room) for c in statement["citations"])
    quoted = statement["citations"] and statement["citations"][0]["quote"] == statement["text"]
    support = statement.get("support", "supported")
    text = "" if quoted else statement["text"]
    return Shown(text, "" if support == "supported" else support, statement.get("speaker") or "", citations)


def _scores(rows: Sequence[Row], room: Room) -> tuple[tuple[ScoreLine, ...], tuple[tuple[str, str], ...]]:
    lines = dict[tuple[tuple[float | None, ...], tuple[str, ...]], list[str]]()
    unscored = dict[str, list[str]]()
    for name in dict.fromkeys(name for row in rows for name in row["scores"]):
        found = [row["scores"].get(name, {"value": None, "explanation": "not measured"}) for row in rows]
        reasons = dict.fromkeys(_short(score["explanation"] or "", room.reason) for score in found)
        if all(score["value"] is None for score in found):
            unscored.setdefault("; ".join(reasons), []).append(name)
        else:
            values = tuple(score["value"] for score in found)
            lines.setdefault((values, tuple(reasons)), []).append(name)
    found_lines = (ScoreLine(" · ".join(names), *same) for same, names in lines.items())
    return tuple(found_lines), tuple((_names(names, room), reason) for reason, names in unscored.items())


def _shift(rows: Sequence[Row], shares: Sequence[str]) -> Shift:
    pairs = [[value(row, name) for row in rows] for name in shares]
    moved = [second - first for first, second in pairs if first is not None and second is not None]
    change = sum(moved) / len(moved) if moved else 0.0
    return Shift(change, sum(d > 0 for d in moved), sum(d < 0 for d in moved))


def _cited(row: Row) -> list[Span]:
    answer = row.get("answer") or {}
    return [span for s in answer.get("statements", ()) for span in spans(s["citations"])]


def _meet(one: Span, other: Span) -> bool:
    return one[0] == other[0] and min(one[2], other[2]) > max(one[1], other[1])


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + " …"


def _names(names: Sequence[str], room: Room) -> str:
    return " · ".join(names) if room == ROOMY or len(names) <= 3 else f"{len(names)} metrics"
