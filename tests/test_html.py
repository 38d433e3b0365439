"""Web pages: what a person sees, what of it is the story, and what the page states."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.document import Document, Unread
from retrieval.documents.read import read_bytes

STORY = """
<p>The council of Eastport voted on Tuesday evening to buy twelve <b>electric</b> ferries for the bay.</p>
<h2>What it costs</h2>
<p>The purchase costs forty million euros, half of which the national fund has agreed to pay.</p>
<ul><li>Each of them carries two hundred passengers.</li><li>They cross the bay in eleven minutes.</li></ul>
<blockquote>“We are happy,” Mayor Anna Berg said after the vote, which ended close to midnight.</blockquote>
<table><tr><th>Year</th><th>Boats</th></tr><tr><td>2020</td><td>12</td></tr></table>
<figure><img src="x.png"><figcaption>The old ferry leaves the quay for the last time.</figcaption></figure>
<p>Work on the quays begins in November.<br>The old boats are to be sold to a museum.</p>
"""
AROUND = """
<div id="cookie-banner"><p>We use cookies to make this site work.</p><button>Accept</button></div>
<header class="site-header"><a href="/">The Post</a>
<nav><ul><li><a href="/n">News</a></li></ul></nav></header>
<main><article><h1>Eastport buys ferries</h1><div class="share">Share this</div>{story}
<div class="related"><h3>Read next</h3><a href="/x">A quiet town and its loud clock</a></div></article></main>
<aside><h2>Most read</h2><ol><li><a href="/y">What the new rules mean for renters</a></li></ol></aside>
<footer><p>© 2031 The Post. All rights reserved.</p></footer>
"""


def _page(body: str, head: str = "") -> Document:
    (found,) = read_bytes(
        f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "a.html"
    )
    assert isinstance(found, Document), found
    return found


def _kept(found: Document) -> str:
    return "".join(found.text[span.start : span.end] for span in found.kept())


def test_the_text_is_what_a_person_sees() -> None:
    found = _page(
        "<p>One   paragraph\n with <i>words</i>.</p><script>no()</script><style>p{}</style>"
        '<p hidden>not this</p><p style="display: none">nor this</p><template>nor that</template>'
        "<pre>kept   as\n  it is</pre><ul><li>first<li>second</ul><p>broken<br>line"
    )
    assert found.text == ("One paragraph with words.\n\nkept   as\n  it is\nfirst\nsecond\n\nbroken\nline")


def test_the_story_is_kept_and_all_around_it_is_left_out() -> None:
    kept = _kept(_page(AROUND.format(story=STORY)))
    for words in (
        "Eastport buys ferries", "twelve electric ferries for the bay.", "What it costs", "forty million",
        "two hundred passengers", "“We are happy,”", "2020 | 12", "The old ferry leaves", "sold to a museum.",
    ):  # fmt: skip
        assert words in kept
    for words in (
        "cookies",
        "Accept",
        "News",
        "Share this",
        "Read next",
        "loud clock",
        "Most read",
        "renters",
        "©",
    ):
        assert words not in kept


def test_nothing_of_what_is_left_out_is_lost() -> None:
    text = _page(AROUND.format(story=STORY)).text
    assert "What the new rules mean for renters" in text
    assert "© 2031 The Post. All rights reserved." in text


def test_a_holder_named_like_furniture_that_holds_the_story_is_no_furniture() -> None:
    assert "forty million euros" in _kept(_page(f'<div class="sidebar-layout menu">{STORY}</div>'))


def test_a_page_where_no_story_is_found_keeps_what_is_no_menu() -> None:
    kept = _kept(_page("<nav><a href=x>Home</a></nav><div>Opening hours: nine to five.</div>"))
    assert "Opening hours" in kept
    assert "Home" not in kept


def _ld(value: object) -> str:
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def _article(**facts: object) -> str:
    return _ld({"@type": "NewsArticle", "headline": "F", **facts})


UNKNOWN = ("F", None, None, (), None, None)
FACTS = {
    "json-ld": (
        _ld({
            "@type": "NewsArticle", "headline": "Ferries", "datePublished": "2022-05-03T23:30:00-05:00",
            "dateModified": "2023-01-01", "author": [{"@type": "Person", "name": "Anna Berg"}, {"name": "Olaf Lund"}],
            "publisher": {"name": "The Post"}, "url": "https://post.example/f", "inLanguage": "en-GB",
        }),
        ("Ferries", "The Post", "2022-05-03", ("Anna Berg", "Olaf Lund"), "https://post.example/f", "en"),
    ),
    "json-ld in a graph": (
        _ld({"@graph": [{"@type": "WebSite"}, {"@type": ["Article"], "headline": "F", "author": "Anna Berg"}]}),
        ("F", None, None, ("Anna Berg",), None, None),
    ),
    "open graph": (
        '<meta property="og:title" content="Ferries - The Post"><meta property="og:site_name" content="The Post">'
        '<meta property="article:published_time" content="2022-05-03"><meta property="og:locale" content="de_DE">'
        '<meta name="author" content="By Anna Berg and Olaf Lund"><link rel="canonical" href="https://p.example/g">',
        ("Ferries", "The Post", "2022-05-03", ("Anna Berg", "Olaf Lund"), "https://p.example/g", "de"),
    ),
    "a title with its site": ("<title>Ferries are bought | The Post</title>", ("Ferries are bought", *UNKNOWN[1:])),
    "no persons": (_article(author=[{"name": "The Post Staff"}, {"name": "https://x.example/a"}, "@anna"]), UNKNOWN),
    "a date of change alone": (_article(dateModified="2023-01-01"), UNKNOWN),
    "no such date": (_article(datePublished="2022-13-45"), UNKNOWN),
    "two dates": (
        '<title>F</title><meta name="date" content="2022-01-01"><meta name="date" content="2023-01-01">', UNKNOWN,
    ),
    "broken json": (f'<title>F</title>{_ld("""{"@type": "Article", """)}', UNKNOWN),
    "a relative address": ('<title>F</title><link rel="canonical" href="/f">', UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_a_page_states_its_facts_or_they_are_null(name: str) -> None:
    head, expected = FACTS[name]
    found = _page("<p>Short.</p>", head)
    assert (found.title, found.outlet, found.date, found.authors, found.url, found.language) == expected


def test_the_only_time_of_the_article_is_its_date() -> None:
    story = f'<article><h1>F</h1><time datetime="2022-05-03T10:00">3 May</time>{STORY}</article>'
    assert _page(story + '<aside><time datetime="2020-01-01">x</time></aside>').date == "2022-05-03"
    twice = story.replace("</article>", '<time datetime="2021-01-01">x</time></article>')
    assert _page(twice).date is None


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-16"),
        ("", "utf-8"),
    ],
)
def test_a_page_is_decoded_as_it_says(head: str, encoding: str) -> None:
    letters = "Здесь" if encoding == "cp1251" else "“café” – naïve"
    found = next(read_bytes(f"{head}<html><body><p>{letters}</p></body></html>".encode(encoding), "a.html"))
    assert isinstance(found, Document)
    assert found.text == letters


def test_an_undeclared_encoding_is_told_as_a_guess() -> None:
    found = list(read_bytes("<p>“café”</p>".encode("cp1252"), "a.html"))
    assert [type(one) for one in found] == [Document, Unread]


@pytest.mark.parametrize(
    "markup", ["<html></html>", "<frameset><frame src=x></frameset>", "<script>x</script>", " "]
)
def test_a_page_without_text_is_told(markup: str) -> None:
    (found,) = read_bytes(markup.encode(), "a.html")
    assert isinstance(found, Unread)
    assert "shows no text" in found.reason


def test_a_page_saved_whole_is_its_main_part_with_its_address() -> None:
    saved = (
        b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://post.example/s\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><body><p>The caf=C3=A9 is open.</p></body></html>\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>A frame.</p>\r\n--b--\r\n"
    )
    (found,) = read_bytes(saved, "a.mhtml")
    assert isinstance(found, Document)
    assert (found.text, found.url) == ("The café is open.", "https://post.example/s")


TAGS = st.sampled_from("p div nav li a b br table tr td h1 footer article script pre aside".split())


@st.composite
def _soup(draw: st.DrawFn) -> str:
    def parts() -> Iterator[str]:
        for _ in range(draw(st.integers(0, 25))):
            tag = draw(TAGS)
            yield draw(
                st.sampled_from(
                    [f"<{tag}>", f"</{tag}>", f"<{tag} class='menu'>", "words here. ", "&amp; ", "x"]
                )
            )

    return "".join(parts())


@given(_soup())
def test_what_is_left_out_is_in_order_and_inside_the_text(markup: str) -> None:
    for found in read_bytes(markup.encode() or b" ", "a.html"):
        if isinstance(found, Document):
            end = 0
            for span in found.omitted:
                assert end <= span.start < span.end <= len(found.text)
                end = span.end
