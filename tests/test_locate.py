"""A quote is found as it stands in the document, or not at all; and what a model gets hides nothing."""

import re
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.proof.folding import PLAIN, _letter, _plain, fold
from retrieval.answers.proof.locate import Located, locate
from retrieval.documents.cleaning import clean
from retrieval.documents.document import Span
from retrieval.library.passage import Passage


def passage(text: str, start: int = 0) -> Passage:
    return Passage(1, "a.txt", start, start + len(text), text)


def cited(quote: str, text: str) -> str | None:
    """The document's own words at the quote, or None."""
    found = locate(quote, [passage(text, 7)], 1)
    return text[found.span.start - 7 : found.span.end - 7] if found else None


def test_too_few_words_prove_nothing_unless_they_are_all_there_is() -> None:
    text = "Was he there? Yes. The bridge was closed to lorries."
    assert cited("was closed to", text) is None
    assert cited("bridge was closed to", text) == "bridge was closed to"
    assert cited("yes", text) == "Yes"
    assert cited("Was he there? Yes.", text) == "Was he there? Yes."
    assert cited("there? Yes.", text) is None
    assert cited("closed to lorries", "Closed to lorries.") == "Closed to lorries"
    assert [cited(nothing, text) for nothing in ("", " ", "…", '""', "?", "\u200b")] == [None] * 6


def test_in_scripts_without_spaces_eight_characters_are_enough() -> None:
    text = "昨天，俄罗斯外长出席了会议，他没有发言。"
    assert cited("俄罗斯外长出席了", text) == "俄罗斯外长出席了"
    assert cited("俄罗斯外长出席", text) is None
    assert cited("iPhone 15 在中国销", "新的 iPhone 15 在中国销售得很好。") == "iPhone 15 在中国销"


def test_the_named_passage_goes_first_and_a_wrong_number_is_repaired() -> None:
    one, two = (
        passage("The harbour will be dredged in June.", 5),
        passage("The harbour will be dredged soon.", 90),
    )
    assert locate("harbour will be dredged", [one, two], 2) == Located("verified", two, Span(94, 117))
    assert locate("dredged in June. The", [one, two], 1) is None
    for number in (2, 0, -1, 3, 99):
        assert locate("will be dredged in June", [one, two], number) == Located("repaired", one, Span(17, 40))
    assert locate("harbour will be dredged", [one, two], 9) == Located("repaired", one, Span(9, 32))
    assert locate("harbour will be dredged", [], 1) is None


def test_the_place_that_is_equal_to_the_letter_is_preferred() -> None:
    text = "THE MINISTER SPOKE IN OSLO. Then the minister spoke in Oslo."
    assert cited("the minister spoke in Oslo", text) == "the minister spoke in Oslo"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ('He said "we will go"', "He said “we will go”."),
        ("He said 'we will go'", "He said «we will go»."),
        ("He said ``we will go''", 'He said "we will go".'),
        ("It isn't in the town", "It isn’t in the town."),
        ("from 1990-2000 -- he said", "from 1990–2000 — he said"),
        ("the first office flat there", "the ﬁrst oﬃce ﬂat there"),
        ("the first office of １７００", "the ﬁrst office of 1700"),
        ("THE CAFÉ IN THE TOWN", "the cafe\u0301 in the town"),
        ("the cafe\u0301 in the town", "The Café in the town"),
        ("Strasse in the old town", "Straße in the old town"),
        ("the government will meet soon", "the govern-\nment will\r\n meet   soon"),
        ("the well-known man met them", "the well-\n  known man met them"),
        ("the govern-\nment will meet", "the government will meet"),
        ("the govern- ment will meet", "the govern-\nment will meet"),
        ("the government will meet", "the gov\u00adern\u00ad\nment will meet"),
        ("the Anti-Russian league met", "the Anti-\nRussian league met"),
        ("the years 2010-2015 were good", "the years 2010-\n2015 were good"),
        ("the attack was prevented", "the at\u200btack\u2060 was\x07 pre\U000e0041vented"),
        ("on\n\nMay 3 in Oslo", "on May\xa03 in\u3000Oslo"),
        ("he went on ... and left", "he went on … and left"),
        ("俄罗斯外长出席了昨天的会议", "俄罗斯外长出席了\n昨天的会议"),
        ("ガラスの会議に出席した", "ｶﾞﾗｽの会議に出席した"),
        ("رئيس الوزراء حضر الاجتماع", "رئيس الوزراء حضر الاجتماع أمس"),
        ("می\u200cخواهم به خانه بروم", "می\u200cخواهم به خانه بروم"),
    ],
)
def test_the_same_words_in_another_dress_are_found(quote: str, text: str) -> None:
    found = cited(quote, text)
    assert found is not None
    assert text.startswith(found)


@pytest.mark.parametrize(
    "quote",
    [
        "“will be dredged in June”", "'will be dredged in June.'", "… will be dredged in June …",
        "[...] will be dredged in June, [...]", "...“will be dredged in June”...",
        " will be dredged in June;\n", "« will be dredged in June »", ". . . will be dredged in June . . .",
    ],
)  # fmt: skip
def test_marks_around_a_quote_are_no_part_of_it(quote: str) -> None:
    assert cited(quote, "The harbour will be dredged in June if it rains.") == "will be dredged in June"


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("700 fighters came from there", "1,700 fighters came from there"),
        ("700 fighters came from there", "1\u200b,700 fighters came from there"),
        ("700 fighters came from there", "1 700 fighters came from there"),
        ("700 fighters came from there", "1\u202f700 fighters came from there"),
        ("700 fighters came from there", "1’700 fighters came from there"),
        ("in all they counted 1", "in all they counted 1 700"),
        ("in all they counted 1", "in all they counted 1,700"),
        ("in all they counted 1.", "in all they counted 1.7"),
        ("man was in the house", "woman was in the house"),
        ("the house of the man", "the house of the mankind"),
        ("2.5 million people were there", "12.5 million people were there"),
        ("in all it was 2.5", "in all it was 2.57"),
        ("5 million people were there", ".5 million people were there"),
        ("5 degrees in the night", "-5 degrees in the night"),
        ("5 degrees in the night", "−5 degrees in the night"),
        ("5 degrees in the night", "±5 degrees in the night"),
        ("5 people in the house", ">5 people in the house"),
        ("5 million was the price", "$5 million was the price"),
        ("$5 million was the price", "A$5 million was the price"),
        ("$5 million was the price", "-$5 million was the price"),
        ("in all it was 5", "in all it was 5%"),
        ("in all it was 5", "in all it was 5 %"),
        ("in all it was 5", "in all it was 5€"),
        ("in all it was 5", "in all it was 5°"),
        ("in all it was 5", "in all it was 5 €"),
        ("5 was the price paid", "$ 5 was the price paid"),
        ("in all it was 1", "in all it was 1 1/2"),
        ("in all it was 1", "in all it was 1 ½"),
        ("S. troops left the town", "U.S. troops left the town"),
        ("president was in the town", "vice-president was in the town"),
        ("16 flew over the town", "F-16 flew over the town"),
        ("in all they counted 12…", "in all they counted 12,000"),
        ("in all it was 5", "in all it was 5-10"),
        ("in all it was 5", "in all it was 5:30"),
        ("in all it was 5", "in all it was 5/8"),
        ("in all it was 5", "in all it was 5km"),
        ("in all it was 10", "in all it was 10²"),
        ("in all it was 5", "in all it was 5½"),
        ("lethal weapons were used there", "non-lethal weapons were used there"),
        ("they say that we can", "they say that we can't"),
        ("they say that we can", "they say that we can’t"),
        ("ment will meet in town", "govern-\nment will meet in town"),
        ("it is in the gov", "it is in the gov\u00adernment"),
        ("cafe in the old town", "cafe\u0301 in the old town"),
        ("the man in the cafe", "the man in the cafe\u0301"),
        ("area of 102 km there", "area of 10² km there"),
        ("area of 102 km there", "area of 10₂ km there"),
        ("area of 1/2 km there", "area of ½ km there"),
        ("area of 5 km there", "area of ⑤ km there"),
        ("area of (5) km there", "area of ⑸ km there"),
        ("it is 5' in all", 'it is 5" in all'),
        ("الله عليه وسلم قال أمس", "النبي ﷺ قال أمس"),
        ("قال أمس النبي صلى الله", "قال أمس النبي ﷺ"),
        ("irst office in the town", "ﬁrst office in the town"),
        ("出席了会议的人有三百", "出席了会议的人有三百万"),
        ("出席了会议的人有1700", "出席了会议的人有1700万"),
        ("五的人出席了昨天的会议", "百分之五的人出席了昨天的会议"),
        ("有出席昨天的重要会议", "他没有出席昨天的重要会议"),
        ("ไปประชุมที่ออสโลเมื่อวาน", "เขาไม่ไปประชุมที่ออสโลเมื่อวาน"),
        ("大臣は昨日の会議に出席しま", "大臣は昨日の会議に出席しません"),
        ("大臣は昨日の会議に出席し", "大臣は昨日の会議に出席しなかった"),
        ("the man was … in Oslo", "the man was in the town in Oslo"),
        ("the man was [...] in Oslo", "the man was in the town in Oslo"),
        ("the аttack was prevented there", "the attack was prevented there"),
        ("the attack was prevented there", "the attack was not prevented there"),
    ],
)
def test_words_and_figures_are_never_cut_or_changed(quote: str, text: str) -> None:
    assert cited(quote, text) is None


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("700 fighters came from there", "It is on page 1\n700 fighters came from there"),
        ("700 fighters came from there", "That was in 2019. 700 fighters came from there"),
        ("the attack was prevented", "he said—the attack was prevented—and left"),
        ("the attack was prevented", "he said -- the attack was prevented--and left"),
        ("they counted five there", "It ended.they counted five there.Then they left"),
        ("the sum was only 5", "the sum was only 5 $10 notes"),
        ("5 people in the house", "(5 people in the house)"),
        ("they counted five in 2019", "they counted five in 2019[5] and later"),
        ("they counted it in 2019", 'he said "they counted it in 2019", and left'),
        ("出席了会议的人有1700", "出席了会议的人有1700人"),
    ],
)  # fmt: skip
def test_edges_that_cut_nothing_are_edges(quote: str, text: str) -> None:
    assert cited(quote, text) is not None


def test_a_quote_behind_a_negation_is_verbatim_and_stays_so() -> None:
    text = "He did not attend the meeting on Monday in Oslo."
    assert cited("attend the meeting on Monday in Oslo", text) == "attend the meeting on Monday in Oslo"
    assert cited("He did attend the meeting on Monday", text) is None


@pytest.mark.parametrize(
    ("quote", "text"),
    [("a", "a " * 1000), ("." * 5000 + "a", "a b"), ("a" + " ." * 2000 + "b", "a b"),
     ("a b c d", "a-\n" * 700), ("5 5 5 5 6", "5 " * 1000), ("x" * 9, "\u200b" * 2000),
     ("[...] " * 900 + "a", "a b")],
)  # fmt: skip
def test_no_quote_takes_long(quote: str, text: str) -> None:
    begun = time.perf_counter()
    assert cited(quote, text) in (None, "a")
    assert time.perf_counter() - begun < 1


def _normal(text: str) -> str:
    """Another, blunter way to compare: letters and figures alone."""
    usual = unicodedata.normalize("NFKC", clean(text).casefold()).casefold()
    return "".join(c for c in unicodedata.normalize("NFKC", usual) if c.isalnum())


MIXED = st.text(
    st.sampled_from("ab zÉe\u0301ﬁß 12²½.,-–\n\u00ad\u200b'“\"…$%中文会三ガｶﾞ\u200dक्ष"), max_size=60
)


@given(st.one_of(st.text(min_size=1), MIXED), st.integers(0, 60), st.integers(0, 60), st.integers(0, 50))
def test_what_is_located_reads_as_the_quote(text: str, left: int, right: int, start: int) -> None:
    found = locate(text[left:right], [passage(text, start)], 1)
    if found:
        assert 0 <= found.span.start - start < found.span.end - start <= len(text)
        assert _normal(text[found.span.start - start : found.span.end - start]) == _normal(text[left:right])


@given(MIXED, MIXED)
def test_a_quote_from_elsewhere_is_found_only_where_it_reads_the_same(text: str, quote: str) -> None:
    found = cited(quote, text)
    assert found is None or _normal(found) == _normal(quote)


@given(st.lists(st.text("abcdeéжßю", min_size=1, max_size=9), min_size=4, max_size=30), st.data())
def test_whole_words_of_a_text_are_always_located(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 4))
    last = data.draw(st.integers(first + 4, len(words)))
    gaps = data.draw(st.lists(st.sampled_from(" \n\t\xa0"), min_size=len(words), max_size=len(words)))
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    found = locate(" ".join(words[first:last]), [passage(text)], 1)
    assert found is not None
    assert text[found.span.start : found.span.end].split() == words[first:last]


@given(st.one_of(st.text(st.characters()), MIXED))
def test_folded_offsets_lie_in_order_and_cover_what_is_seen(text: str) -> None:
    folded = fold(text)
    assert len(folded.at) == len(folded.starts) == len(folded.ends) == len(folded.even)
    spans = list(zip(folded.starts, folded.ends, strict=True))
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for index in range(len(folded.text)):
        begin, end = folded.start(index), folded.end(index + 1)
        if begin is not None and end is not None:
            assert begin < end


def test_plain_characters_fold_one_by_one() -> None:
    plain = re.findall(f"[{PLAIN}]", "".join(map(chr, range(0x30000))))
    assert len(plain) > 30_000
    assert [c for c in plain if len(_plain(c)) != 1 or _plain(c) != _letter(c)] == []


KEPT = [
    "می\u200cخواهم به خانه\u200cهای", "क्\u200dष और र्\u200cय", "ക്\u200d ന്\u200d", "සිංහල ශ්\u200dරී",
    "👨\u200d👩\u200d👧 👩🏽\u200d🚀 🏳\ufe0f\u200d🌈 ❤\ufe0f\u200d🔥",
    "☺\ufe0e ❤\ufe0f 1\ufe0f⃣ #\ufe0f⃣ 🇳🇴",
    "葛\U000e0100城 辻\ufe00", "tab\tand\nline", "naïve café e\u0301 שָׁלוֹם مُحَمَّد", "a\xa0b\u2009c\u3000d",
    "10² ½ − – — … “”", "govern\u00ad\nment",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_what_is_seen_stays_in_the_copy(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00\x07\x1b[31mb\x7f\x9bc", "a[31mbc"),
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("in\u200bvi\u200csi\u200db\u2060l\ufeffe", "invisible"),
        ("a\u202eb\u202c\u2066c\u2069\u200e\u200f\u061cd", "abcd"),
        ("hi\U000e0001\U000e0069\U000e0067\U000e007f", "hi"),
        ("a\ufe0f b\ufe00 😀\ufe0f\ufe01\U000e0100\U000e0101", "a b 😀\ufe0f"),
        ("خانه\u200c\u200c\u200dها \u200cخانه\u200c", "خانهها خانه"),
        ("😀\u200d\u200d😀 a\ufe0f\u200d😀", "😀😀 a😀"),
        ("x\ud800y\udfff", "xy"),
        ("gov\u00adernment", "government"),
        ("a\u2061b\ufff9c\u034fd\u180ee", "abcde"),
    ],
)
def test_what_hides_is_dropped_from_the_copy(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.one_of(st.characters(), st.sampled_from("".join(KEPT) + "\u200b\u200c\u200d\ufe0f\xad\r"))))
def test_cleaning_twice_changes_no_more_and_drops_only_the_unseen(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    seen = [c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Mn", "Zl", "Zp", "Cn")]
    assert [c for c in cleaned if c in set(seen)] == seen


@given(st.text("ab zÉß12.,\n\u200b\u200d\x07\U000e0041क्ष中会", max_size=40))
def test_the_cleaned_copy_leads_back_to_the_document(text: str) -> None:
    quote = clean(text)
    assert (cited(quote, text) is not None) == any(c.isalnum() for c in quote)
