"""Cases and answers made by hand, for the tests of metrics."""

from collections.abc import Sequence

from eval.case import Case, Evidence
from retrieval.answers.answer import Answer, Citation, Seconds, Statement
from retrieval.library.passage import Passage

Place = tuple[str, int, int]
TEXTS = {
    name: "".join(chr(97 + (at * step) % 26) for at in range(400)) for name, step in (("a", 1), ("b", 3))
}


def text_of(source: str) -> str:
    return TEXTS[source]


def case(*gold: Place, mode: str = "all", answerable: bool = True, **other: object) -> Case:
    evidence = tuple(Evidence(*place) for place in gold)
    parts = {"id": "1", "group": "g", "question": "q", "history": (), **other}
    return Case(evidence=evidence, evidence_mode=mode, answerable=answerable, **parts)


def cite(source: str, start: int, end: int, quote: str | None = None) -> Citation:
    right = TEXTS.get(source, "")[max(0, start) : end]
    return Citation(source, start, end, right if quote is None else quote, None, None, None, None)


def passage(number: int, place: Place) -> Passage:
    source, start, end = place
    return Passage(number, source, start, end, "x" * (end - start))


def answer(
    *statements: Statement | str,
    passages: Sequence[Place] = (),
    confidence: float = 0.5,
    standalone: str = "q",
    incomplete: bool = False,
) -> Answer:
    made = tuple(Statement(s, ()) if isinstance(s, str) else s for s in statements)
    return Answer(
        "q",
        standalone,
        "answered" if made else "not_in_documents",
        made,
        tuple(passage(number, place) for number, place in enumerate(passages)),
        (),
        confidence,
        "quotes",
        Seconds(0, 0, 0),
        incomplete=incomplete,
    )


def cited(*citations: Citation) -> Answer:
    """An answer of one statement a citation."""
    return answer(*(Statement(c.quote, (c,)) for c in citations))
