"""News pages to measure on: the articles of ../shared/data/realtimeqa within the page of a typical site.

    python -m eval.benchmarks.pages [--limit N] [--keep FOLDER]

writes each article as an HTML file, with one of several sites' heads, menus, boxes and footers around it,
and says how much of these stays in passages, how much of the stories is lost, and how true the facts are.
The text of an article stands in the page as it was crawled, and all of it counts as story: what it holds of
menus and promotions itself, and is rightly left out, counts as lost. "By gold" is counted on those articles
whose furniture people marked (eval/gold/furniture.jsonl): what they marked is furniture there, not story.
"""

import argparse
import html
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.facts import ARTICLES
from eval.benchmarks.furniture import GOLD
from retrieval.documents.document import Document
from retrieval.documents.jail import Readers
from retrieval.documents.sentences import sentences

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


def measure(folder: Path, pages: Sequence[Page]) -> dict[str, float]:
    """Shares, 0..1, over all pages; and the seconds for each."""
    found: Counter[str] = Counter()
    began = time.monotonic()
    with Readers() as readers:
        files = ((folder / page.name, page.name) for page in pages)
        for page, (_, documents) in zip(pages, readers.read(files), strict=True):
            for document in documents:
                if isinstance(document, Document):
                    found.update(_counted(page, document))
    seconds = time.monotonic() - began
    facts = ("title", "outlet", "date", "authors", "url")
    return {
        "pages": len(pages),
        "read": found["read"] / len(pages),
        "menus in passages": found["leaked"] / found["around"],
        "story sentences kept": found["kept"] / found["sentences"],
        "pages with gold": found["gold pages"],
        "furniture in passages, by gold": found["gold leaked"] / max(1, found["gold furniture"]),
        "story sentences kept, by gold": found["gold kept"] / max(1, found["gold sentences"]),
        **{f"{fact} precision": found[f"{fact} right"] / max(1, found[f"{fact} told"]) for fact in facts},
        **{f"{fact} recall": found[f"{fact} right"] / max(1, found[f"{fact} true"]) for fact in facts},
        "seconds a page": seconds / len(pages),
    }


def _counted(page: Page, document: Document) -> Counter[str]:
    kept_text = _kept(document)
    counted: Counter[str] = Counter({"read": 1})
    for text in page.around:
        counted["around"] += len(text)
    counted["leaked"] += (leaked := _leaked(page, document))
    flat = " ".join(kept_text.split())
    told = [paragraph[s.start : s.end] for paragraph in page.paragraphs for s in sentences(paragraph)]
    counted["sentences"] = len(told)
    counted["kept"] = sum(words in flat for words in told)
    if page.gold is not None:
        marked = [text for texts in page.gold.values() for text in texts]
        story = [words for words in told if not any(words in text or text in words for text in marked)]
        within = page.gold["furniture"]
        counted["gold pages"] = 1
        counted["gold sentences"] = len(story)
        counted["gold kept"] = sum(words in flat for words in story)
        counted["gold furniture"] = counted["around"] + sum(map(len, within))
        counted["gold leaked"] = leaked + sum(len(text) for text in within if text in flat)
    for fact in ("title", "outlet", "date", "authors", "url"):
        stated, true = getattr(document, fact), page.facts[fact]
        counted[f"{fact} told"] += bool(stated)
        counted[f"{fact} true"] += bool(true)
        counted[f"{fact} right"] += bool(stated) and stated == true
    return counted


def _kept(document: Document) -> str:
    return "\n".join(document.text[span.start : span.end] for span in document.kept())


def _leaked(page: Page, document: Document) -> int:
    """Characters of lines around the story that were kept; a line that the story holds too does not count."""
    story = set(page.paragraphs)
    left = Counter(text for text in page.around if text not in story)
    leaked = 0
    for line in _kept(document).split("\n"):
        bare = " ".join(line.split())
        if left[bare] > 0:
            left[bare] -= 1
            leaked += len(bare)
    return leaked


def main() -> None:
    """Write, read and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--keep", type=Path, help="write the pages here, and leave them")
    given = parser.parse_args()
    if not ARTICLES.exists():
        print(f"Not measured: {ARTICLES} is not there.")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        for name, value in measure(folder, write_pages(folder, given.limit)).items():
            print(f"{name:32} {value:.4f}")


if __name__ == "__main__":
    main()
