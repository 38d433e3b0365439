"""Arithmetic of spans: what they share, in characters, and how much of the gold they reach.

All spans are half-open and count characters. Spans of different sources share nothing; a span without
characters is no span.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.case import Case


class Placed(Protocol):
    """Anything that stands in a document: evidence, a passage, a citation."""

    @property
    def source(self) -> str:
        """The document."""
        ...

    @property
    def start(self) -> int:
        """The first character."""
        ...

    @property
    def end(self) -> int:
        """Behind the last character."""
        ...


Merged = dict[str, list[tuple[int, int]]]


def length(span: Placed) -> int:
    """The number of characters, never less than nought."""
    return max(0, span.end - span.start)


def shared(one: Placed, other: Placed) -> int:
    """The number of characters that both hold."""
    if one.source != other.source:
        return 0
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def covers(span: Placed, gold: Placed) -> bool:
    """Whether both share at least half of the shorter one's characters, and at least one."""
    common = shared(span, gold)
    return common > 0 and 2 * common >= min(length(span), length(gold))


def merge(spans: Iterable[Placed]) -> Merged:
    """The same characters as disjoint spans in order, by source."""
    merged: Merged = {}
    for span in sorted((s for s in spans if length(s)), key=lambda s: (s.source, s.start, s.end)):
        parts = merged.setdefault(span.source, [])
        if parts and span.start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(parts[-1][1], span.end))
        else:
            parts.append((span.start, span.end))
    return merged


def size(merged: Merged) -> int:
    """The number of characters, each once."""
    return sum(end - start for parts in merged.values() for start, end in parts)


def common_size(one: Merged, other: Merged) -> int:
    """The number of characters in both, each once."""
    return sum(
        max(0, min(end, its_end) - max(start, its_start))
        for source, parts in one.items()
        for start, end in parts
        for its_start, its_end in other.get(source, ())
    )


@dataclass(frozen=True, slots=True)
class Reached:
    """How much gold some spans reach, in characters.

    `hit` are characters of any gold span, each once. Of what the case wants, `wanted`, they hold all but
    `missing`: of mode "all" every gold span is wanted, of mode "any" the one that they hold most of (of
    equals the one with the least missing).
    """

    hit: int
    wanted: int
    missing: int

    @property
    def recall(self) -> float:
        """The share of what is wanted that is held."""
        return 1 - self.missing / self.wanted


def reach(case: Case, spans: Sequence[Placed]) -> Reached | None:
    """What the spans reach of the case's gold; None where the case has no evidence."""
    gold, held = merge(case.evidence), merge(spans)
    if not gold:
        return None
    hit = common_size(gold, held)
    if case.evidence_mode == "all":
        return Reached(hit, size(gold), size(gold) - hit)
    alternatives = [merge([span]) for span in case.evidence if length(span)]
    sizes = [(size(one), size(one) - common_size(one, held)) for one in alternatives]
    wanted, missing = min(sizes, key=lambda pair: (pair[1] / pair[0], pair[1], pair[0]))
    return Reached(hit, wanted, missing)
