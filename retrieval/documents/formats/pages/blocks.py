"""The blocks of text that a person sees on a page, in order, with what their places tell of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p
    pre search section summary table tbody tfoot thead tr ul
    """.split()
)
# Rows of one thing, that a person sees close to one another.
TIGHT = frozenset({"li", "tr", "dd", "dt", "option"})
UNSEEN = frozenset(
    """
    script style template noscript head svg math iframe object embed audio video canvas map textarea select
    datalist input noframes
    """.split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FURNITURE_TAGS = frozenset({"nav", "footer", "aside", "form", "button", "dialog", "menu", "search"})
FURNITURE_ROLES = frozenset(
    """
    alert alertdialog banner complementary contentinfo dialog form menu menubar navigation search tablist
    toolbar
    """.split()
)
FURNITURE_NAMES = re.compile(
    r"(?<![a-z])(?:nav|navbar|navigation|menu|breadcrumbs?|footer|masthead|sidebar|share|sharing|social\w*|related"
    r"|recommend(?:ed|ations?)|newsletters?|subscribe|subscription|signup|sign-up|promo\w*|cookies?|consent|gdpr"
    r"|advert\w*|ads?|adslot|sponsor\w*|comments?|disqus|popular|trending|most-?read|most-?viewed|tags?|tag-list"
    r"|topics|toolbar|pagination|pager|skip|login|log-in|paywall|modal|popup|overlay|widgets?|outbrain|taboola"
    r"|teasers?|read-?more|see-?also|more-?from|more-?on|up-?next|copyright|legal|site-?header|site-?footer"
    r"|follow-?us|donate|app-?download|language-?switch\w*|hidden|sr-only|visually-hidden)(?![a-z])",
    re.IGNORECASE,
)
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
SPACE = re.compile(r"[ \t\n\r\f\v]+")
# Where these end, what came before is judged by its own place.
WHOLE = frozenset({"html", "body", "main", "article"})


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text between the edges of blocks.

    `tag` is the block that holds it; `furniture` the outermost holder that is known for menus and the like by
    its tag or role, `named` the one by its name; each a number of the holder, or 0. `parent` is a number of
    the holder's holder. `linked` characters of the text lie in links. `tight` where only a line end stands
    before it.
    """

    text: str
    tag: str
    furniture: int
    named: int
    parent: int
    linked: int
    tight: bool


@dataclass(slots=True)
class _Holder:
    """An element that is open while the page is walked."""

    number: int
    tag: str
    furniture: int
    named: int
    is_link: bool
    is_pre: bool
    is_article: bool


def blocks(tree: Any) -> Iterator[Block]:
    """Walk the page; never recursing, since a page may nest as deep as it likes."""
    from lxml import etree

    walker = etree.iterwalk(tree, events=("start", "end"))
    open_: list[_Holder] = [_Holder(0, "", 0, 0, False, False, False)]
    gathered = _Gathered()
    number = 0
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            number += 1
            if tag in UNSEEN or _is_hidden(element):
                walker.skip_subtree()
                open_.append(open_[-1])
                continue
            holder = _holder(element, tag, number, open_[-1])
            if tag in BLOCKS:
                yield from gathered.block(open_)
                gathered = _Gathered(tight=tag in TIGHT)
            elif tag == "br":
                gathered.add("\n", holder)
            elif tag in ("td", "th") and gathered.parts:
                gathered.add(" | ", holder)
            open_.append(holder)
            gathered.add(element.text, holder)
        else:
            if tag in BLOCKS:
                yield from gathered.block(open_)
                gathered = _Gathered()
            open_.pop()
            gathered.add(element.tail, open_[-1])
    yield from gathered.block(open_)


class _Gathered:
    """The text since the last edge of a block."""

    def __init__(self, tight: bool = False) -> None:
        self.parts: list[str] = []
        self.linked = 0
        self.tight = tight
        self.holder: _Holder | None = None
        self.pre = False

    def add(self, text: str | None, holder: _Holder) -> None:
        if not text:
            return
        if text.strip() and self.holder is None:
            self.holder = holder
        if not holder.is_pre and text != "\n":
            text = SPACE.sub(" ", text)
        self.pre = self.pre or holder.is_pre
        self.parts.append(text)
        if holder.is_link:
            self.linked += len(text.strip())

    def block(self, open_: list[_Holder]) -> Iterator[Block]:
        text = "".join(self.parts)
        if not self.pre:
            text = "\n".join(filter(None, (line.strip() for line in re.sub(r" {2,}", " ", text).split("\n"))))
        text = text.strip("\n ").removesuffix(" |").strip()
        if text and self.holder:
            holder = next((h for h in reversed(open_) if h.tag in BLOCKS), open_[-1])
            parent = next((h.number for h in reversed(open_) if h.tag in BLOCKS and h is not holder), 0)
            inner = self.holder
            yield Block(
                text,
                holder.tag,
                inner.furniture,
                inner.named,
                parent,
                min(self.linked, len(text)),
                self.tight,
            )


def _holder(element: Any, tag: str, number: int, outer: _Holder) -> _Holder:
    furniture, named = outer.furniture, outer.named
    in_article = outer.is_article or tag == "article"
    by_tag = tag in FURNITURE_TAGS or (tag == "header" and not in_article)
    role = (element.get("role") or "").lower()
    if tag not in WHOLE:
        if not furniture and (by_tag or role in FURNITURE_ROLES):
            furniture = number
        if not named and FURNITURE_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}"):
            named = number
    return _Holder(
        number, tag, furniture, named, outer.is_link or tag == "a", outer.is_pre or tag == "pre", in_article
    )


def _is_hidden(element: Any) -> bool:
    if not element.attrib:
        return False
    return element.get("hidden") is not None or bool(HIDING.search(element.get("style", "")))
