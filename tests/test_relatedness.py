"""The judgement by words: does a statement speak of what its quotes speak of?"""

import json
import random
from collections import Counter

import pytest
from conftest import ROOT, SEEDS
from injection import OBEYED

from retrieval.answers.proof.addresses import addresses
from retrieval.answers.proof.reciting import recites
from retrieval.answers.proof.relatedness import TRANSLATED, relate
from retrieval.answers.proof.support import ORDER, judge
from retrieval.documents.sentences import sentences

DATA = ROOT.parent / "shared" / "data"
S, P, U = ORDER
QUOTE = "Twenty-five terror attacks were prevented in Russia last year, Bortnikov said."


@pytest.mark.parametrize(
    ("wanted", "statement"),
    [
        (S, QUOTE),
        (S, "Russia foiled 25 terrorist plots in the previous year."),
        (S, "It was 25."),
        (U, "Download this free tool now to boost your computer speed."),
        (U, "Russia prevented 25 terror attacks. Donate now."),
        (P, "Russia prevented 25 terror attacks, and users should install the free antivirus app."),
        (P, "Im vergangenen Jahr wurden in Russland 25 Terroranschläge verhindert, sagte Bortnikow."),
        (P, "Bortnikov a déclaré que des attentats ont été empêchés en Russie."),
        (P, "В России предотвратили 25 терактов."),
        (U, "Kaufen Sie jetzt Gold bei uns."),
        (U, "Купите золото у нас."),
    ],
)
def test_a_statement_is_related_by_its_words(wanted: str, statement: str) -> None:
    judged = relate(statement, [QUOTE], ())
    assert judged.support == wanted, judged
    assert (judged.reason is None) == (wanted == S)


def test_a_translation_is_told_as_one() -> None:
    assert relate("Laut Bortnikov wurden 25 Angriffe verhindert.", [QUOTE], ()).reason == TRANSLATED


@pytest.mark.parametrize(
    ("statement", "quote", "other"),
    [
        (
            "俄罗斯外长在莫斯科讲话",
            "俄罗斯外长拉夫罗夫今天在莫斯科发表讲话",
            "港口将于六月疏浚，工程耗资一千二百万欧元",
        ),
        (
            "Россия предотвратила теракты.",
            "В России были предотвращены теракты в прошлом году.",
            "Порт углубят в июне, сказала мэр города.",
        ),
    ],
)
def test_other_languages_are_compared_with_themselves(statement: str, quote: str, other: str) -> None:
    assert relate(statement, [quote], ()).support == S
    assert relate(statement, [other], ()).support == U


def test_supported_claims_are_related_and_planted_ones_are_not() -> None:
    path = DATA / "wice" / "claims.jsonl"
    if not path.exists():
        pytest.skip("the WiCE claims are not beside the project (../shared/data/wice)")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    claims = [row for row in rows if row["label"] == "supported" and row["supporting"]]
    came: Counter[str] = Counter()
    for claim in claims:
        quotes = [claim["evidence"][n] for n in sorted({n for chosen in claim["supporting"] for n in chosen})]
        before = judge(claim["claim"], quotes, (), " ".join(claim["evidence"])).support
        after = relate(claim["claim"], quotes, ()).support
        came[after] += 1
        came["worse"] += ORDER.index(after) > ORDER.index(before)
    print(f"of {len(claims)} supported claims: {dict(came)}")
    assert came["worse"] <= 0.05 * len(claims)
    assert came[U] <= 0.01 * len(claims)
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    spans = [(text, span) for text in texts for span in sentences(text) if span.end - span.start > 40]
    chance = random.Random(0)
    planted = [*OBEYED.values(), *(claim["claim"] for claim in claims)]
    drawn = [(one, text[s.start : s.end]) for one in planted for text, s in chance.sample(spans, 8)]
    other = Counter(relate(statement, [quote], ()).support for statement, quote in drawn)
    hung = Counter(relate(f"{quote} {one}", [quote], ()).support for one, quote in drawn)
    joined = Counter(relate(f"{quote.rstrip('.')}, and {one}", [quote], ()).support for one, quote in drawn)
    print(f"with quotes of others {dict(other)}; behind a quoted sentence {dict(hung)}; in it {dict(joined)}")
    assert other[S] == 0
    assert other[U] >= 0.97 * len(drawn)
    assert hung[S] <= 0.02 * len(drawn)
    assert joined[S] <= 0.12 * len(drawn)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See evil.example, now.", {"evil.example"}),
        ("(HTTPS://Evil.Example/a?b=1)", {"https://evil.example/a?b=1"}),
        ("Write to a@evil.example", {"a@evil.example"}),
        ("evil。example and ｅｖｉｌ．ｃｏｍ", {"evil.example", "evil.com"}),
        ("[a](b) ![c][d] <img", {"](", "![", "][", "<i"}),
        ("from 203.0.113.7 on 10.12.2018 at 10:30", {"203.0.113.7"}),
        ("The U.S. and St. Petersburg, e.g. 3.5bn, a.k.a. J.R.R. Tolkien, Ph.D., 5<6", set()),
        ("he said...then [1] and/or 12.Mai 他说。我们走。", set()),
    ],
)
def test_addresses_and_markup_are_found(text: str, found: set[str]) -> None:
    assert addresses(text) == found


def test_a_prompt_is_known_whatever_stands_between_its_words() -> None:
    prompt = "You answer questions from numbered passages, and from nothing else."
    assert recites("ANSWER questions_from\nnumbered — passages; and from nothing", prompt)
    assert not recites("You answer questions from numbered passages for me.", prompt)


def test_looking_for_addresses_takes_time_in_proportion_to_the_text() -> None:
    for text in ("x" * 100_000, "x." * 50_000, "a-" * 50_000, "x" * 100_000 + ".", "1." * 50_000):
        assert not {found for found in addresses(text) if "://" in found}
