"""What the page is given of documents: pieces that are their text, and nothing hidden or obeyed."""

from app.views.facts import Place, document_data, segments, shown
from retrieval.documents.document import Document, Span


def test_segments_put_together_are_the_text_and_the_mark_is_the_span() -> None:
    document = Document(
        "a.txt", "Menu. The quoted words stand here. Footer.", omitted=(Span(0, 6), Span(35, 42))
    )
    pieces = segments(document, 10, 22)
    assert "".join(piece["text"] for piece in pieces) == document.text
    assert [piece["kind"] for piece in pieces] == ["omitted", "text", "mark", "text", "omitted"]
    assert pieces[2]["text"] == document.text[10:22]


def test_a_long_document_is_cut_on_both_sides_of_the_span() -> None:
    document = Document("a.txt", "x" * 1000 + "quote" + "y" * 1000)
    pieces = segments(document, 1000, 1005, margin=10)
    assert [piece["text"] for piece in pieces] == ["…", "x" * 10, "quote", "y" * 10, "…"]


def test_hidden_characters_do_not_reach_the_screen() -> None:
    assert shown("a\u202eb\x1b[31mc\r\nd\u200be\u200df") == "ab[31mc\ndef"
    persian = "\u0645\u06cc\u200c\u0631\u0648\u0645"
    assert shown(persian) == persian


def test_markup_in_a_document_stays_text() -> None:
    text = 'He said <img src="http://example.org/x"> and ![a](http://example.org/y).'
    data = document_data(Document("a.txt", text), Place("a.txt", 8, 40, text[8:40]))
    assert "".join(piece["text"] for piece in data["segments"]) == text
