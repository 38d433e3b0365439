"""The first judgement of support: figures, dates and names of a statement must stand in its quotes."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answers.proof import numerals
from retrieval.answers.proof.figures import figures
from retrieval.answers.proof.support import ORDER, judge

ROOT = Path(__file__).parent.parent
WICE = ROOT.parent / "shared" / "data" / "wice" / "claims.jsonl"
S, P, U = "supported", "partly", "unsupported"


def rank(statement: str, *quotes: str, around: str = "") -> int:
    return ORDER.index(judge(statement, quotes, (), around).support)


FIGURES = [
    (S, "there are 1,700 fighters", "some 1700 fighters are there"),
    (S, "there are 1,700 fighters", "some 1 700 fighters are there"),
    (S, "there are 1,700 fighters", "one thousand seven hundred fighters are there"),
    (S, "there are 1,700 fighters", "seventeen hundred fighters are there"),
    (S, "it has 1,700,000 people", "1.700.000 people live in it"),
    (U, "there are 1,700 fighters", "the rate is 1.700 now"),
    (U, "there are 1,800 fighters", "some 1,700 fighters are there"),
    (U, "there are 17 fighters", "some 1,700 fighters are there"),
    (S, "it cost 1.2 million", "it cost 1,200,000 in all"),
    (U, "it cost 1.2 million", "it cost 1.2 billion in all"),
    (U, "it cost 1.2 million", "it cost 1.2 in all"),
    (S, "it cost $5 million", "it cost US$5m in all"),
    (S, "it cost $5 million", "the price of 5 million dollars"),
    (S, "it cost 5 million euros", "the price is €5 million"),
    (U, "it cost $5 million", "the price is €5 million"),
    (U, "it cost $5 million", "there are 5 million of them"),
    (S, "prices rose by 5 percent", "prices rose 5%"),
    (S, "prices rose by 5 per cent", "prices rose five percent"),
    (U, "prices rose by 5 percent", "prices rose 5 roubles"),
    (U, "five rose", "it rose 5%"),
    (S, "half of them left", "50 percent of them left"),
    (S, "two-thirds of them left", "two thirds of them left"),
    (U, "two-thirds of them left", "one-third of them left"),
    (S, "a dozen left", "12 left"),
    (U, "a dozen left", "13 left"),
    (S, "twenty-five left", "25 left"),
    (U, "twenty-five left", "24 left"),
    (S, "half a million left", "500,000 left"),
    (S, "two and a half million left", "2.5 million left"),
    (U, "two and a half million left", "two million left"),
    (S, "between 5 and 6 percent left", "5-6% left"),
    (S, "from $5 million to $6 million", "$5-6 million"),
    (U, "between 5 and 7 percent left", "5-6% left"),
    (S, "the 5th attack", "the fifth attack"),
    (U, "the 5th attack", "the sixth attack"),
    (U, "the fifth attack", "all five attacks"),
    (S, "no one came", "nobody came"),
    (S, "a man came", "somebody came"),
    (S, "one of them came", "some came"),
    (S, "about 100 came", "roughly 100 came"),
    (S, "hundreds came", "many came"),
    (S, "in the 1990s he left", "in 1994 he left"),
    (U, "in the 1980s he left", "in 1994 he left"),
    (S, "the season of 2014-15 ended", "in 2014 and 2015 it ended"),
    (S, "three hundred and twenty-five thousand came", "325,000 came"),
    (U, "in 2018 he left", "in 2017 he left"),
    (S, "they won 5–4", "a 5-4 victory"),
    (S, "10–24 year olds", "aged 10 to 24"),
    (S, "3,5 million", "3.5 million"),
    (S, "it holds 2½ million", "it holds 2.5 million"),
]
DATES = [
    (S, "he left on 7 November 2018", "on November 7, 2018, he left"),
    (S, "he left on 7 November 2018", "on 7.11.2018 he left"),
    (S, "he left on 7 November 2018", "on 2018-11-07 he left"),
    (S, "he left on November 7", "on 7 Nov. 2018 he left"),
    (S, "he left on November 7th", "he left on the 7th of November"),
    (S, "he left in November 2018", "on 7 November 2018 he left"),
    (S, "he left in 2018", "on 7 November 2018 he left"),
    (S, "he left on Wednesday", "on 7 November 2018 he left"),
    (S, "he left on Wednesday", "he left on Wednesday night"),
    (S, "they met on 7-9 November", "from 7 November to 9 November they met"),
    (S, "he may march in May", "in May he marched"),
    (P, "he left on 7 November 2018", "in November 2018 he left"),
    (P, "he left on 7 November 2018", "on November 7 he left"),
    (P, "he left on 7 November 2018", "in 2018 he left"),
    (P, "he left in November 2018", "in November he left"),
    (U, "he left on 8 November 2018", "on 7 November 2018 he left"),
    (U, "he left on 7 November 2019", "on 7 November 2018 he left"),
    (U, "he left in December 2018", "on 7 November 2018 he left"),
    (U, "he left on Tuesday", "on 7 November 2018 he left"),
    (U, "he left on Tuesday", "he left on Wednesday"),
    (U, "he left in May", "he left in June"),
    (U, "he left on 31 November 2018", "he left on 30 November 2018"),
]
NAMES = [
    (S, "yesterday Lavrov spoke", "Sergei Lavrov spoke"),
    (S, "Lavrov's men left", "the men of Lavrov left"),
    (S, "the Russian army left", "the army of Russia left"),
    (S, "the Syrian army left", "Syria's army left"),
    (S, "the French army left", "the army of France left"),
    (S, "it left America", "it left the United States"),
    (S, "the U.S. left", "the United States left"),
    (U, "the FSB said so", "the Federal Security Service said so"),
    (S, "the FBI said so", "the Federal Bureau of Investigation said so"),
    (S, "the Federal Bureau of Investigation said so", "the FBI said so"),
    (S, "in Sao Paulo he spoke", "he spoke in São Paulo"),
    (S, "since World War II he spoke", "he spoke since World War Two"),
    (S, "Terrorists attacked", "militants attacked"),
    (S, "Rebels attacked", "the rebels attacked"),
    (S, "President Putin spoke", "Putin, the president, spoke"),
    (S, "the pro-Kremlin party", "a party of the Kremlin"),
    (U, "Lavrov spoke", "Bortnikov spoke"),
    (U, "yesterday Lavrov spoke", "he spoke"),
    (U, "Sergei Lavrov spoke", "Sergei Ivanov spoke"),
    (U, "it left North Korea", "it left South Korea"),
    (U, "the MVD said so", "the Federal Security Service said so"),
    (U, "since World War II he spoke", "he spoke since World War One"),
    (P, "Sergei Lavrov spoke", "Lavrov spoke"),
    (P, "Vladimir Putin spoke", "President Putin spoke"),
    (S, "俄罗斯外长发表讲话", "外长说"),
]
NEGATIONS = [
    (P, "they did not attack the town", "they attacked the town"),
    (P, "they attacked the town", "they did not attack the town"),
    (S, "they did not attack the town", "they never attacked the town"),
    (S, "they attacked the town", "they attacked the town, not the village"),
]


@pytest.mark.parametrize(("wanted", "statement", "quote"), FIGURES + DATES + NAMES + NEGATIONS)
def test_a_statement_is_judged_by_its_quote(wanted: str, statement: str, quote: str) -> None:
    judged = judge(statement, [quote], (), quote)
    assert judged.support == wanted, judged
    assert (judged.reason is None) == (wanted == S)


def test_every_number_word_is_read() -> None:
    for word in (*numerals.VALUES, *numerals.ORDINALS):
        assert [figure.text for figure in figures(f"about {word} of them")] == [word]


FACTS = ("Lavrov: the main enemy", "TASS", "2018-11-07", "Sergei Lavrov")


@pytest.mark.parametrize(
    ("wanted", "statement", "quote"),
    [
        (S, "Sergei Lavrov told TASS so", "he said so"),
        (S, "on 7 November 2018 he said so", "he said so"),
        (S, "in 2018 he said so", "he said so"),
        (S, "on Wednesday he said so", "he said so"),
        (S, "on November 2, 2018, he said so", "on November 2 he said so"),
        (P, "on 6 November 2018 he said so", "on Tuesday he said so"),
        (P, "on November 2, 2019, he said so", "on November 2 he said so"),
        (U, "on 6 November 2018 he said so", "he said so"),
        (U, "Bortnikov told TASS so", "he said so"),
    ],
)
def test_what_is_known_of_the_document_counts_as_said(wanted: str, statement: str, quote: str) -> None:
    assert judge(statement, [quote], FACTS, quote).support == wanted


@pytest.mark.parametrize(
    ("statement", "around", "reason"),
    [
        ("1,800 left", "1,800 left", "the figure 1,800 stands in the passage but not in the quote"),
        ("1,800 left", "he left", "the figure 1,800 stands nowhere in what is cited"),
        ("in May he left", "in May", "the date May stands in the passage but not in the quote"),
        (
            "then Ivan Petrov left",
            "Ivan Petrov",
            "the name Ivan Petrov stands in the passage but not in the quote",
        ),
        ("then Ivan Petrov left", "he", "the name Ivan Petrov stands nowhere in what is cited"),
        (
            "then 5 left Oslo",
            "Oslo",
            "the figure 5 stands nowhere in what is cited; "
            "the name Oslo stands in the passage but not in the quote",
        ),
    ],
)
def test_the_reason_says_in_words_what_is_missing(statement: str, around: str, reason: str) -> None:
    assert judge(statement, ["he left the town"], (), around).reason == reason


def test_an_acronym_that_the_passage_explains_is_its_expansion() -> None:
    around = "The Main Directorate (GRU) said so. The GRU left."
    assert judge("the Main Directorate left", ["The GRU left"], (), around).support == S
    assert judge("the GRU left", ["The Main Directorate left"], (), around).support == S
    assert judge("the Main Directorate left", ["The GRU left"], (), "The GRU left").support == U


def test_an_acronym_does_not_stand_for_other_words_than_the_passage_gives() -> None:
    around = "The US left. The United States agreed."
    assert judge("the United States left", ["The US left"], (), around).support == S
    assert judge("the United Stewart left", ["The US left"], (), around).support == U


PIECES = st.sampled_from(
    "he they left attacked not never 1,700 5% $3 five dozen Lavrov Sergei Russia Russian FSB May 2018 on in "
    "November 7 Wednesday the town . , Terrorists half of 1990s third".split()
)
TEXT = st.lists(PIECES, min_size=1, max_size=12).map(" ".join)


@given(TEXT, TEXT, TEXT)
def test_a_statement_that_equals_a_quote_is_supported(statement: str, other: str, around: str) -> None:
    assert judge(statement, [other, statement], (), around).support == S


@given(TEXT, st.lists(TEXT, min_size=1, max_size=3), TEXT, TEXT)
@settings(max_examples=300)
def test_more_quotes_never_lower_support(statement: str, quotes: list[str], more: str, around: str) -> None:
    assert rank(statement, *quotes, more, around=around) <= rank(statement, *quotes, around=around)


@given(TEXT, TEXT, TEXT)
def test_white_space_and_typography_change_nothing(statement: str, quote: str, around: str) -> None:
    def dressed(text: str) -> str:
        return "\n " + text.replace(" ", " \u00a0\t").replace("-", "–") + "\u200b "

    assert judge(dressed(statement), [dressed(quote)], (), dressed(around)) == judge(
        statement, [quote], (), around
    )


@given(
    st.integers(2, 10**7),
    st.integers(2, 10**7),
    st.sampled_from(["{}", "{:,}", "${:,}", "{}%", "{} million"]),
)
def test_a_changed_figure_is_never_supported(one: int, other: int, form: str) -> None:
    statement, quote = f"they counted {form.format(one)} there", f"there they counted {form.format(other)}"
    assert (judge(statement, [quote], (), quote).support == S) == (one == other)


def _claims() -> list[dict[str, Any]]:
    if not WICE.exists():
        pytest.skip("the WiCE claims are not beside the project (../shared/data/wice)")
    rows = [json.loads(line) for line in WICE.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["label"] == "supported" and row["supporting"]]


def _quotes(claim: dict[str, Any]) -> list[str]:
    return [claim["evidence"][n] for n in sorted({n for chosen in claim["supporting"] for n in chosen})]


def _digit_changed(claim: dict[str, Any], chance: random.Random) -> str | None:
    """The claim with one digit changed, so that the number stands nowhere in its evidence."""
    text, evidence = claim["claim"], " ".join(claim["evidence"]).replace(",", "")
    # "1616-17" holds 1617.
    evidence = re.sub(r"\b(\d\d)(\d\d)[-–/](\d\d)\b", r"\1\2 \1\3", evidence)
    numbers = list(re.finditer(r"(?<![\d.,])\d[\d,]*(?![\d.,]*\d)", text))
    if not numbers:
        return None
    match = chance.choice(numbers)
    at = chance.choice([n for n in range(match.start(), match.end()) if text[n].isdigit()])
    digit = chance.choice([d for d in "123456789" if d != text[at]])
    changed: str = text[:at] + digit + text[at + 1 :]
    number = changed[match.start() : match.end()].replace(",", "")
    return None if re.search(rf"(?<!\d)0*{number}(?!\d)", evidence) or int(number) <= 31 else changed


def _name_swapped(claim: dict[str, Any], others: list[str], chance: random.Random) -> str | None:
    """The claim with a name of its middle replaced by one that its evidence does not hold."""
    found = list(re.finditer(r"(?<=[a-z] )[A-Z][a-z]{3,}(?= [a-z])", claim["claim"]))
    strange = [name for name in others if name[:4].lower() not in " ".join(claim["evidence"]).lower()]
    if not found or not strange:
        return None
    match = chance.choice(found)
    text: str = claim["claim"]
    return text[: match.start()] + chance.choice(strange) + text[match.end() :]


def test_a_changed_figure_or_name_of_a_real_claim_is_not_supported() -> None:
    claims, chance = _claims(), random.Random(0)
    others = sorted(
        {n for c in claims for n in re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}(?= [a-z])", c["claim"])}
    )
    # Months are judged as dates, and "States" is another word for the U.S. of the evidence.
    others = [name for name in others if name not in {*MONTHS, "States"}]
    false_alarms = sum(
        judge(c["claim"], _quotes(c), (), " ".join(c["evidence"])).support != S for c in claims
    )
    digits, swaps = [], []
    for claim in claims:
        quotes, around = _quotes(claim), " ".join(claim["evidence"])
        for _ in range(4):
            digits += [judge(t, quotes, (), around).support for t in [_digit_changed(claim, chance)] if t]
            swaps += [
                judge(t, quotes, (), around).support for t in [_name_swapped(claim, others, chance)] if t
            ]
    print(f"supported claims {len(claims)}, false alarms {false_alarms}")
    print(
        f"digit mutants {len(digits)}, judged {[digits.count(s) for s in ORDER]} supported/partly/unsupported"
    )
    print(f"name mutants {len(swaps)}, judged {[swaps.count(s) for s in ORDER]} supported/partly/unsupported")
    assert len(digits) + len(swaps) >= 100
    assert digits.count(S) == 0
    assert swaps.count(S) == 0
    assert false_alarms <= 0.3 * len(claims)


MONTHS = "January February March April June July August September October November December".split()
