"""What a page states of itself, in this order of trust, each fact by itself:

1. JSON-LD of an article (headline, datePublished, author, publisher, url, inLanguage);
2. OpenGraph and article: properties; then other meta names (author, date, DC, parsely, sailthru);
3. microdata (itemprop) and, for the date, the only <time> of the page's article;
4. for the title the only h1, then <title> less the site's name; for the address the canonical link; for the
   language the page's own lang.

The date is that of publication, as the page states it, never one of a change alone. Where one of these
contradicts itself the next is not asked: then it is unknown.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from retrieval.documents.content import Facts
from retrieval.documents.dates import iso_date

ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|Report|LiveBlogPosting|WebPage|Book|ScholarlyArticle)$")
NO_PERSON = re.compile(
    r"https?:|[@/\\]|\b(?:staff|editors?|editorial|admin|newsroom|desk|team|correspondents?|reporters?|agency"
    r"|agencies|press|news|reuters|wire|service|services|contributors?|author|user)\b|\.(?:com|org|net)\b",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"\s+[|–—·•»\-]+\s+|\s*\|\s*")
MOST_JSON = 2_000_000
TITLES = "og:title twitter:title dc.title dcterms.title parsely-title sailthru.title".split()
DATES = """
    article:published_time article:published og:published_time og:article:published_time datepublished
    date dc.date.issued dc.date dcterms.created dcterms.date parsely-pub-date sailthru.date publish-date
    publishdate
    pubdate publication_date article.published citation_publication_date cxenseparse:recs:publishtime
    """.split()
AUTHORS = """
    author article:author article:author_name dc.creator dcterms.creator parsely-author sailthru.author byl
    citation_author
    """.split()
OUTLETS = """
    og:site_name application-name dc.publisher dcterms.publisher article:publisher_name citation_journal_title
    """.split()


def page_facts(tree: Any) -> Facts:
    """The facts of a page; unknown is None."""
    article = _article(tree)
    meta = _meta(tree)
    outlet = _name(article.get("publisher")) or _first(meta, OUTLETS)
    title = (
        _text(article.get("headline")) or _first(meta, TITLES) or _only(tree, ".//h1") or _title(tree, outlet)
    )
    return Facts(
        title=_less_site(title, outlet),
        outlet=outlet,
        date=_date(article, meta, tree),
        authors=_authors(article, meta, tree, outlet),
        url=_address(article, meta, tree),
        language=_language(article, meta, tree),
    )


def _article(tree: Any) -> dict[str, Any]:
    """The first article that JSON-LD describes, or nothing."""
    pages: dict[str, Any] = {}
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        for node in _nodes(_parsed(script.text_content())):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            matched = [name for name in names if isinstance(name, str) and ARTICLE.search(name)]
            if matched and matched != ["WebPage"]:
                return node
            if matched:
                pages = pages or {key: node[key] for key in ("datePublished", "inLanguage") if key in node}
    return pages


def _parsed(text: str) -> Any:
    if len(text) > MOST_JSON:
        return None
    try:
        # Line breaks in strings are no JSON, and common.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list or a graph, and what a page's main entity is; no deeper."""
    waiting = value if isinstance(value, list) else [value]
    for node in waiting[:100]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (
                inner for inner in (graph if isinstance(graph, list) else [])[:100] if isinstance(inner, dict)
            )
            if isinstance(node.get("mainEntity"), dict):
                yield node["mainEntity"]


def _meta(tree: Any) -> dict[str, list[str]]:
    """The contents of meta elements by property or name, in lower case."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = _text(element.get("content"))
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _first(meta: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next((meta[name][0] for name in names if name in meta), None)


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return " ".join(value.split()) or None


def _name(value: object) -> str | None:
    """The name of an object, or of the first of a list, or the string itself."""
    if isinstance(value, list):
        value = value[0] if value else None
    found = _text(value.get("name")) if isinstance(value, dict) else _text(value)
    return None if found and re.match(r"https?:", found) else found


def _only(tree: Any, path: str) -> str | None:
    found = [text for element in tree.iterfind(path) if (text := _text(element.text_content()))]
    return found[0] if len(set(found)) == 1 else None


def _title(tree: Any, outlet: str | None) -> str | None:
    element = tree.find(".//title")
    title = _text(element.text_content()) if element is not None else None
    if title is None or outlet:
        return title
    # Of a title and a site, the site is the last and the shorter one.
    parts = SEPARATOR.split(title)
    return (
        title
        if len(parts) < 2 or len(parts[-1]) > len(title) / 2
        else title[: title.rindex(parts[-1])].rstrip(" |–—·•»-")
    )


def _less_site(title: str | None, outlet: str | None) -> str | None:
    """A title without the name of its site behind it."""
    if not title or not outlet:
        return title
    parts = SEPARATOR.split(title)
    if len(parts) > 1 and parts[-1].casefold() == outlet.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |–—·•»-") or title
    return title


def _date(article: dict[str, Any], meta: dict[str, list[str]], tree: Any) -> str | None:
    stated = _text(article.get("datePublished"))
    if stated:
        return iso_date(stated)
    found = next((meta[name] for name in DATES if name in meta), [])
    days = {day for text in found if (day := iso_date(text))}
    if found:
        return days.pop() if len(days) == 1 else None
    marked = {
        day
        for element in tree.iterfind(".//*[@itemprop='datePublished']")
        if (day := iso_date(element.get("datetime") or element.get("content") or element.text_content()))
    }
    if marked:
        return marked.pop() if len(marked) == 1 else None
    for path in (".//article", ".//main", "."):
        for place in tree.iterfind(path) if path != "." else [tree]:
            times = {day for time in place.iter("time") if (day := iso_date(time.get("datetime") or ""))}
            if times:
                return times.pop() if len(times) == 1 else None
    return None


def _authors(
    article: dict[str, Any], meta: dict[str, list[str]], tree: Any, outlet: str | None
) -> tuple[str, ...]:
    given = article.get("author")
    named: list[str | None] = [_name(one) for one in (given if isinstance(given, list) else [given])]
    if not any(named):
        named = list(islice((name for key in AUTHORS for name in meta.get(key, ())), 20))
        if not named:
            marked = tree.iterfind(".//*[@itemprop='author']")
            named = [_text(element.get("content") or element.text_content()) for element in marked]
    people: dict[str, None] = {}
    for name in filter(None, named):
        for part in re.split(r"\s*(?:;|,|\band\b|&)\s*", re.sub(r"^by:?\s+", "", name, flags=re.IGNORECASE)):
            if _is_person(part, outlet):
                people[part] = None
    return tuple(people)


def _is_person(name: str, outlet: str | None) -> bool:
    words = name.split()
    return (
        2 <= len(words) <= 5
        and not NO_PERSON.search(name)
        and name.casefold() != (outlet or "").casefold()
        and all(not any(c.isdigit() for c in word) for word in words)
        and words[0][0].isupper()
        and words[-1][0].isupper()
    )


def _address(article: dict[str, Any], meta: dict[str, list[str]], tree: Any) -> str | None:
    link = tree.find(".//link[@rel='canonical']")
    stated = (
        link.get("href") if link is not None else None,
        _first(meta, ("og:url",)),
        _text(article.get("url")),
    )
    return next((url.strip() for url in stated if url and re.match(r"\s*https?://\S+\s*$", url)), None)


def _language(article: dict[str, Any], meta: dict[str, list[str]], tree: Any) -> str | None:
    root = tree.getroottree().getroot()
    for stated in (
        _text(article.get("inLanguage")), root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        _first(meta, ("og:locale", "content-language", "language", "dc.language")),
    ):  # fmt: skip
        match = re.match(r"\s*([A-Za-z]{2})(?:[-_]|\s*$)", stated or "")
        if match:
            return match[1].lower()
    return None
