"""At which ranks an answer's passages find the gold spans: what the retrieval metrics count.

A passage finds a gold span when both share at least half of the shorter one's characters. Half, because a
passage may end within a long gold span and a gold span may end a little behind a passage; of the shorter,
because gold may be a name or a whole page. What is counted are gold spans, not passages: how many passages
hold gold depends on how a system cuts documents, while the gold spans are the same for every system, so that
two of them can be compared. A second passage that finds the same gold span therefore adds nothing and
only takes up a rank.

Of mode "any" one span is wanted, whichever is found first. Of mode "all" each is, and the i-th found stands
at rank max(i, rank of its passage): a passage that finds several is as good as as many passages that find
one each, and no better, so the best possible ranking has gold at ranks 1 … n.

The order of the passages is the answer's own; where a search has ties, it has broken them.
"""

from dataclasses import dataclass

from eval.case import Case
from eval.metrics.spans import covers, length
from eval.score import Score, unscored
from retrieval.answers.answer import Answer

NO_EVIDENCE = "The case names no evidence, so there is nothing to find."


@dataclass(frozen=True, slots=True)
class Found:
    """`passages` are the ranks, 1-based and in order, of the passages that first find a gold span.

    `wanted` is how many gold spans the case wants, `alternatives` how many would each do alone.
    """

    passages: tuple[int, ...]
    wanted: int
    alternatives: int

    @property
    def ranks(self) -> tuple[int, ...]:
        """The rank at which each found gold span stands."""
        return tuple(max(number, rank) for number, rank in enumerate(self.passages, 1))

    def within(self, k: int) -> int:
        """How many wanted gold spans the first k passages find."""
        return sum(rank <= k for rank in self.passages)

    def tell(self, k: int) -> str:
        """What the first k passages find, in words."""
        first = f"the first {k} passages" if k > 1 else "the first passage"
        where = f"among {first}" if k > 1 else f"in {first}"
        if self.alternatives > 1:
            one = "One" if self.within(k) else "None"
            return f"{one} of {self.alternatives} gold spans, each enough alone, is {where}."
        verb = "is" if self.wanted == 1 else "are"
        return f"{self.within(k)} of {self.wanted} gold span{'s' * (self.wanted > 1)} {verb} {where}."


def find(case: Case, answer: Answer) -> Found | None:
    """Where the answer's passages find the case's gold; None where the case has no evidence."""
    gold = [span for span in case.evidence if length(span)]
    if not gold:
        return None
    firsts = []
    for span in gold:
        hits = (rank for rank, passage in enumerate(answer.passages, 1) if covers(passage, span))
        firsts.append(next(hits, None))
    ranks = tuple(sorted(rank for rank in firsts if rank is not None))
    if case.evidence_mode == "all":
        return Found(ranks, len(gold), 1)
    return Found(ranks[:1], 1, len(gold))


def nothing_to_find() -> Score:
    """The score of a case without evidence."""
    return unscored(NO_EVIDENCE)
