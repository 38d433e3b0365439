"""Which blocks of a page are its story: what trafilatura finds, and what stands among it.

trafilatura finds the story by where text is dense, and may leave out a list, a short paragraph or all of
it. So a block is also taken that stands between two of the story's and is no furniture by its place or its
links; and where nearly nothing was found, places and links alone decide. No text is lost by it: what is not
story is marked, and a person can see what was.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from retrieval.documents.boilerplate import SENTENCE_END
from retrieval.documents.formats.pages.blocks import HEADINGS, Block
from retrieval.documents.formats.pages.tree import DEEPEST, depth

SPACE = re.compile(r"[\s|\-]+")
# What trafilatura finds must be so much of what places and links leave, or it is not believed.
ENOUGH = 0.3
# A block of links: so much of it is linked.
LINKED = 0.6
LONG = 60
# Characters of the story beyond which its text is not searched for a block's, only its paragraphs.
SEARCHED = 1_000_000


def story(tree: Any, seen: Sequence[Block]) -> list[bool]:
    """For each block whether it belongs to the story."""
    found = _found(tree, seen)
    told = sum(len(block.text) for block, is_told in zip(seen, found, strict=True) if is_told)
    spurious = _spurious(seen, found, told)
    furniture = [_is_furniture(block, spurious) for block in seen]
    plain = [not bad and not _is_links(block) for block, bad in zip(seen, furniture, strict=True)]
    left = sum(len(block.text) for block, is_plain in zip(seen, plain, strict=True) if is_plain)
    if told < ENOUGH * left or not told:
        return plain if left else [True] * len(seen)
    # trafilatura takes a list of other articles for one of the story.
    kept = [is_told and is_plain for is_told, is_plain in zip(found, plain, strict=True)]
    if not any(kept):
        return plain
    first, last = kept.index(True), len(kept) - 1 - kept[::-1].index(True)
    # The story begins with its headline.
    first = next((n for n in range(first, -1, -1) if seen[n].tag == "h1" and plain[n]), first)
    parents = Counter(block.parent for block, is_kept in zip(seen, kept, strict=True) if is_kept)
    for place, block in enumerate(seen):
        if kept[place] or not plain[place]:
            continue
        beside = parents[block.parent] > 0
        sentence = bool(SENTENCE_END.search(block.text))
        if first <= place < last:
            kept[place] = beside or sentence or place == first
        else:
            kept[place] = beside and sentence and len(block.text) >= LONG
    return kept


def _found(tree: Any, seen: Sequence[Block]) -> list[bool]:
    """For each block whether trafilatura gives its text, in any place."""
    from trafilatura import bare_extraction

    if depth(tree) > DEEPEST:
        return [False] * len(seen)
    made = bare_extraction(tree, include_comments=False, include_tables=True, favor_recall=True)
    body = getattr(made, "body", None)
    if body is None:
        return [False] * len(seen)
    paragraphs = {_bare("".join(element.itertext())) for element in body.iter()}
    whole = _bare("".join(body.itertext()))
    searched = whole if len(whole) <= SEARCHED else ""
    found = []
    for block in seen:
        bare = _bare(block.text)
        found.append(bare in paragraphs or (len(bare) >= 30 and bare in searched))
    return found


def _bare(text: str) -> str:
    return SPACE.sub("", text)


def _spurious(seen: Sequence[Block], found: Sequence[bool], told: int) -> set[int]:
    """The holders that are called furniture, and hold most of the story: then the name means nothing."""
    held: Counter[int] = Counter()
    for block, is_told in zip(seen, found, strict=True):
        if is_told:
            for holder in {block.furniture, block.named} - {0}:
                held[holder] += len(block.text)
    return {holder for holder, characters in held.items() if 2 * characters > told}


def _is_furniture(block: Block, spurious: set[int]) -> bool:
    return any(holder and holder not in spurious for holder in (block.furniture, block.named))


def _is_links(block: Block) -> bool:
    """Whether a block is an entry of a menu or a list of other articles."""
    return block.linked > LINKED * len(block.text) and not (
        block.tag in HEADINGS or SENTENCE_END.search(block.text)
    )
