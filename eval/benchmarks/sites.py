"""The articles of ../shared/data/realtimeqa as the pages of made-up news sites, to measure on.

An article is written as an HTML file, with one of several sites' heads, menus, boxes and footers around it.
The text of an article stands in the page as it was crawled.
"""

import html
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.facts import ARTICLES
from eval.benchmarks.furniture import GOLD

SECTIONS = "World Politics Business Health Sport Science Culture Weather Opinion Video Podcasts".split()
HEADLINES = (
    "Five things to know before the weekend",
    "The council votes again on the harbour plan",
    "What the new rules mean for renters",
    "A quiet town and its very loud clock",
    "Analysis: why the talks stalled",
    "Recipe: bread that bakes itself",
)
NAMES = ("The Harbour Post", "Northern Gazette", "City Chronicle", "Daily Ledger")


@dataclass(frozen=True, slots=True)
class Page:
    """A written page: its file's name, the text around the story, the story's paragraphs, what it states.

    `gold`, where people marked the article: the texts that are "furniture", "teasers" or "neutral".
    """

    name: str
    around: tuple[str, ...]
    paragraphs: tuple[str, ...]
    facts: dict[str, Any]
    gold: dict[str, list[str]] | None


def articles(limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The articles, the first `limit` or all."""
    with ARTICLES.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == limit:
                return
            yield json.loads(line)


def write_pages(folder: Path, limit: int | None = None) -> list[Page]:
    """Write the articles as pages into `folder`."""
    pages = []
    marked = {row["source"]: row for row in map(json.loads, GOLD.read_text("utf-8").splitlines())}
    for number, article in enumerate(articles(limit)):
        row = marked.get(f"realtimeqa/{article['id']}")
        page, markup = _page(number, article, row and _gold(article["text"], row))
        (folder / page.name).write_text(markup, encoding="utf-8")
        pages.append(page)
    return pages


def _gold(text: str, row: dict[str, Any]) -> dict[str, list[str]]:
    return {
        kind: [" ".join(text[start:end].split()) for start, end in row[kind]]
        for kind in ("furniture", "teasers", "neutral")
    }


def _page(number: int, article: dict[str, Any], gold: dict[str, list[str]] | None) -> tuple[Page, str]:
    chance = random.Random(article["id"])
    site = NAMES[number % len(NAMES)]
    around: list[str] = []

    def box(text: str) -> str:
        around.append(text)
        return html.escape(text)

    paragraphs = tuple(p for raw in article["text"].split("\n") if (p := " ".join(raw.split())))
    facts = _stated(article, site)
    head = (_json_ld, _open_graph, _bare)[number % 3](facts)
    if head[1] is None:
        facts = {**facts, "date": None, "authors": (), "url": None}
    menu = "".join(f'<li><a href="/{s.lower()}">{box(s)}</a></li>' for s in chance.sample(SECTIONS, 7))
    related = "".join(
        f'<li><a href="/{n}">{box(h)}</a></li>' for n, h in enumerate(chance.sample(HEADLINES, 4))
    )
    boxes = _boxes(chance, site, box)
    middle = len(paragraphs) // 2
    story = [f"<p>{html.escape(p)}</p>" for p in paragraphs]
    promo = f'<p>{box("Read more:")} <a href="/x">{box(HEADLINES[number % 6])}</a></p>'
    inside = f'<div class="inline-promo">{promo}</div>'
    body = "\n".join([*story[:middle], inside, *story[middle:]])
    template = (_divs, _semantic, _plain)[number // 3 % 3]
    markup = template(site, facts["title"], menu, body, related, boxes, box)
    page = Page(f"{number:04}.html", tuple(around), paragraphs, facts, gold)
    return (
        page,
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">{head[0]}</head>{markup}</html>',
    )


def _stated(article: dict[str, Any], site: str) -> dict[str, Any]:
    # What a crawler took for an author is often an entry of a menu.
    noise = {"Staff", "Navigation", "Week", "Links", "News"}
    authors = tuple(
        name
        for name in article.get("authors", ())
        if len(name.split()) in (2, 3) and name.replace(" ", "").isalpha() and not noise & set(name.split())
    )
    title = " ".join(article["title"].split())
    return {
        "title": title,
        "outlet": site,
        "date": article["date"],
        "authors": authors,
        "url": article["url"],
    }


def _json_ld(facts: dict[str, Any]) -> tuple[str, str | None]:
    node = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": facts["title"],
        "datePublished": f"{facts['date']}T08:30:00+00:00", "dateModified": "2031-01-01T00:00:00+00:00",
        "author": [{"@type": "Person", "name": name} for name in facts["authors"]],
        "publisher": {"@type": "Organization", "name": facts["outlet"]}, "url": facts["url"],
    }  # fmt: skip
    written = json.dumps({"@graph": [{"@type": "WebSite", "name": "Home"}, node]}).replace("</", "<\\/")
    return (
        f'<title>{html.escape(facts["title"])}</title><script type="application/ld+json">{written}</script>',
        "stated",
    )


def _open_graph(facts: dict[str, Any]) -> tuple[str, str | None]:
    stated = {
        "og:title": facts["title"], "og:site_name": facts["outlet"], "article:published_time": facts["date"],
        "og:url": facts["url"], "article:modified_time": "2031-01-01",
    }  # fmt: skip
    metas = [f'<meta property="{k}" content="{html.escape(v)}">' for k, v in stated.items()]
    metas += [f'<meta name="author" content="{html.escape(name)}">' for name in facts["authors"]]
    return "".join(metas), "stated"


def _bare(facts: dict[str, Any]) -> tuple[str, str | None]:
    return f"<title>{html.escape(facts['title'])} | {facts['outlet']}</title>", None


def _boxes(chance: random.Random, site: str, box: Any) -> dict[str, str]:
    share = "".join(f'<a href="#">{box(s)}</a> ' for s in ("Facebook", "Twitter", "WhatsApp", "Copy link"))
    comment = f"{chance.randint(2, 90)} comments"
    return {
        "cookies": f"<p>{box('We use cookies to make this site work. By going on you agree to that.')}</p>"
        f"<button>{box('Accept all')}</button>",
        "share": share,
        "newsletter": f"<h3>{box(f'Get the {site} newsletter')}</h3>"
        f"<p>{box('The most important stories of the day, every morning in your inbox.')}</p>",
        "comments": f"<h3>{box(comment)}</h3><p>{box('Great article, thank you!')}</p>",
        "footer": f"<p>{box(f'© 2031 {site}. All rights reserved.')}</p><ul>"
        + "".join(
            f'<li><a href="#">{box(s)}</a></li>'
            for s in ("About us", "Contact us", "Terms of use", "Privacy")
        )
        + "</ul>",
    }


def _divs(site: str, title: str, menu: str, body: str, related: str, boxes: dict[str, str], box: Any) -> str:
    return f"""<body><div id="cookie-consent">{boxes["cookies"]}</div>
<div class="site-header"><a href="/">{box(site)}</a><ul class="main-menu">{menu}</ul></div>
<div class="breadcrumbs"><a href="/">{box("Home")}</a> &gt; <a href="/w">{box("World")}</a></div>
<div class="content"><h1>{html.escape(title)}</h1><div class="share-bar">{boxes["share"]}</div>
<div class="article-body">{body}</div><div class="newsletter-box">{boxes["newsletter"]}</div></div>
<div class="sidebar"><h2>{box("Most read")}</h2><ul>{related}</ul></div>
<div class="comments">{boxes["comments"]}</div><div class="footer">{boxes["footer"]}</div></body>"""


def _semantic(
    site: str, title: str, menu: str, body: str, related: str, boxes: dict[str, str], box: Any
) -> str:
    return f"""<body><header role="banner"><a href="/">{box(site)}</a><nav><ul>{menu}</ul></nav></header>
<main><article><header><h1>{html.escape(title)}</h1></header>{body}
<footer><p>{boxes["share"]}</p></footer></article>
<aside><h2>{box("Related stories")}</h2><ul>{related}</ul><form>{boxes["newsletter"]}</form></aside>
<section id="comments">{boxes["comments"]}</section></main>
<footer>{boxes["footer"]}</footer><dialog open>{boxes["cookies"]}</dialog></body>"""


def _plain(site: str, title: str, menu: str, body: str, related: str, boxes: dict[str, str], box: Any) -> str:
    return f"""<body><table><tr><td><a href="/">{box(site)}</a></td></tr></table><ul>{menu}</ul>
<div><h1>{html.escape(title)}</h1><div>{body}</div></div>
<h3>{box("You may also like")}</h3><ul>{related}</ul><div class="widget social">{boxes["share"]}</div>
<div class="subscribe">{boxes["newsletter"]}</div><div id="disqus_thread">{boxes["comments"]}</div>
<div class="legal">{boxes["footer"]}</div><div class="gdpr">{boxes["cookies"]}</div></body>"""
