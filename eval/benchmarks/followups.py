"""What search makes of follow-up questions: as typed, on their own, and with the turns before them.

Recall@5 over cases with earlier turns, three times; see eval/metrics/conversation.py.
"""

from collections.abc import Sequence

from eval.case import Case
from eval.metrics.conversation import follow_up
from eval.metrics.metric import TextOf
from eval.metrics.recall import recall
from eval.run import Row
from eval.statistics import Estimate, estimates
from retrieval.answers.answer import Answer
from retrieval.api import Library

K = 5
WAYS = ("typed", "standalone", "asked")


def follow_ups(library: Library, rows: Sequence[Row], text_of: TextOf) -> dict[str, Estimate]:
    """The recall of each way to ask, by its name; of no case where none is a follow-up with evidence."""
    columns: dict[str, tuple[list[float], list[str]]] = {way: ([], []) for way in WAYS}
    for row in rows:
        case = Case.from_json(row["case"])
        if not (case.history and case.evidence and row["answer"]):
            continue
        found = follow_up(
            recall(K),
            case,
            Answer.from_json(row["answer"]),
            text_of,
            lambda question: library.search(question, K),
        )
        for way, (values, groups) in columns.items():
            value = getattr(found, way).value
            if value is not None:
                values.append(value)
                groups.append(case.group)
    return dict(zip(WAYS, estimates(list(columns.values())), strict=True))
