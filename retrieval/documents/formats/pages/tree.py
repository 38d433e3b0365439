"""The tree of a page, however broken its markup is."""

import re
from html import unescape
from typing import Any

# An encoding in it would contradict that the text is decoded.
PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")
UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|template|noscript|head|svg|textarea|select)\b.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
TAG = re.compile(r"<[^<>]*>")
# Deeper ones are a mistake or an attack, and cost what looks at them much time.
DEEPEST = 400


def parse(text: str) -> Any | None:
    """The root of the tree (an lxml element), or None where there is none. Nothing is ever fetched."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        return document_fromstring(PROLOG.sub("", text, count=1), parser=parser)
    except (etree.ParserError, ValueError):
        return None


def bare_text(text: str) -> str:
    """What is left of a page without its markup, a line for each run between tags; linear in its length."""
    runs = (unescape(run).strip() for run in TAG.split(UNSEEN.sub(" ", text)))
    return "\n".join(filter(None, runs))


def depth(tree: Any) -> int:
    """How deep the tree goes, counted no further than one past DEEPEST."""
    from lxml import etree

    deepest = level = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
        if deepest > DEEPEST:
            break
    return deepest
