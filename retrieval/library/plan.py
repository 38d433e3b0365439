"""What a sync would do, or has done, in numbers of files and passages."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.documents.document import Unread
from retrieval.library.embedder import Bill
from retrieval.library.folder import Changes


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of files by what became of them, and of passages to embed, which takes about so many seconds.

    `copies` are those of the new files whose bytes stand in another one. `unread` is all that the library
    will not hold, and why; `bill` what embedding costs, or None where it is free. `seconds` is None where
    nothing is known of the embedder's pace.
    """

    new: int
    copies: int
    changed: int
    moved: int
    removed: int
    unchanged: int
    unread: tuple[Unread, ...]
    to_embed: int = 0
    seconds: float | None = 0.0
    bill: Bill | None = None

    @property
    def unreadable(self) -> tuple[Unread, ...]:
        """What gave no document at all."""
        return tuple(found for found in self.unread if not found.partly)


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did: the plan that was applied, and how many seconds it took in all."""

    plan: Plan
    seconds: float


def summary(
    changes: Changes,
    unread: Sequence[Unread],
    to_embed: int = 0,
    seconds: float | None = 0.0,
    bill: Bill | None = None,
) -> Plan:
    """Changes in numbers."""
    return Plan(
        new=len(changes.new),
        copies=changes.copies,
        changed=len(changes.changed),
        moved=len(changes.moved),
        removed=len(changes.removed),
        unchanged=changes.unchanged,
        unread=tuple(unread),
        to_embed=to_embed,
        seconds=seconds,
        bill=bill,
    )
