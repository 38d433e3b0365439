"""What search needs of an embedder: unit vectors, in portions that can be kept, and the bill before.

Only the vectors that search compares come from it. The sentences' vectors, which weigh the evidence,
always come from the local model, whose scale the weights were fitted on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from retrieval.library.minilm import Vectors

PINNED = re.compile(r"(.+), (\d+) dimensions, cosine")


@dataclass(frozen=True, slots=True)
class Embedded:
    """Unit vectors [texts, dimension] with the tokens paid for; `dollars` is None where unknown."""

    vectors: "Vectors"
    tokens: int = 0
    dollars: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Bill:
    """What embedding so many passages will cost; where not `exact`, the figures are upper bounds."""

    embedder: str
    passages: int
    tokens: int
    exact: bool
    dollars: float | None

    def __str__(self) -> str:
        what = "1 passage" if self.passages == 1 else f"{self.passages:,} passages"
        nearly = "about" if self.exact else "at most"
        if self.dollars is None:
            cost = "price unknown"
        else:
            cost = f"{nearly} ${self.dollars:.4f}" if self.dollars < 1 else f"{nearly} ${self.dollars:,.2f}"
        return f"{what} to embed with {self.embedder}, {nearly} {self.tokens:,} tokens, {cost}"


# Asked before anything is paid for; False leaves the index as it is.
Confirm = Callable[[Bill], bool]


class Embedder(Protocol):
    """Makes the vectors that search compares.

    `dimension` is 0 until it is known: from the catalog, or from the first vectors made.
    """

    name: str
    dimension: int

    def portions(self, texts: Sequence[str]) -> Iterator[range]:
        """The texts' places in order, in portions that are made, and should be kept, at once."""

    def bill(self, texts: Iterable[str]) -> Bill | None:
        """What embedding these passages will cost, or None where it is free."""

    def embed(self, texts: Sequence[str], patient: bool = True) -> Embedded:
        """Embed some texts; raises ModelError, sooner where not `patient`."""


def identity(embedder: Embedder) -> str:
    """What the catalog pins: vectors of anything else cannot be compared with those it holds."""
    return f"{embedder.name}, {embedder.dimension} dimensions, cosine"


def pin(embedder: Embedder, pinned: str) -> bool:
    """Whether the embedder is the pinned one, whose dimension it then keeps to."""
    match = PINNED.fullmatch(pinned)
    if not match or match[1] != embedder.name or embedder.dimension not in (0, int(match[2])):
        return False
    embedder.dimension = int(match[2])
    return True
