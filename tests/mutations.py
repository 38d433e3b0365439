"""Quotes made from real sentences: some changed in what they say, some only in how they are written."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.documents.sentences import sentences
from retrieval.library.passage import Passage

OWN = {
    "ru": """Министр заявил, что в 2019 году силовики предотвратили 57 терактов на территории страны. Он не
будет участвовать в переговорах, которые пройдут в Осло 3 мая.
По его словам, за рубежом воюют около 1 700 граждан,
и вернуть удалось не более 120 из них. Президент подписал указ, однако парламент пока не утвердил расходы
в размере 12,5 млн рублей.""",
    "uk": """Уряд не погодив нову угоду, хоча міністр оборони підписав її ще 14 березня 2021 року. За
словами речника, до країни повернулися 340 громадян, а решта не має документів для виїзду.""",
    "zh": """外交部长昨天在北京表示，今年已经阻止了二十三起恐怖袭击事件。
他没有出席五月三日在奥斯陆举行的会议。
据统计，约有1,700名公民在国外作战，其中只有120人回到了自己的国家。
总统签署了这项命令，但是议会不会批准这笔费用。""",
    "ja": """外務大臣は昨日、東京で開かれた国際会議には出席しませんでした。政府によると、
今年は57件のテロ事件が未然に防がれました。海外では約1,700人の国民が戦っており、帰国したのは120人だけです。
大統領は新しい法律に署名しました。""",
    "ar": """قال الوزير أمس إن السلطات أحبطت 57 هجوما إرهابيا في عام 2019 على أراضي البلاد. لن يشارك الرئيس في
الاجتماع الذي سيعقد في أوسلو يوم الاثنين. ووفقا للبيان لم يعد إلى البلاد سوى 120 مواطنا من أصل
1,700 مقاتل.""",
    "he": """שר החוץ אמר אתמול כי השנה סוכלו 57 פיגועים בשטח המדינה לפני שמישהו נפגע. הנשיא לא ישתתף בפגישה
שתתקיים באוסלו ביום שני הקרוב. לפי ההודעה חזרו לארץ רק 120 אזרחים מתוך 1,700 לוחמים
שיצאו ממנה.""",
}
ALIKE = dict(zip("аеорсух", "aeopcyx", strict=True)) | dict(zip("aeopcyx", "аеорсух", strict=True))
NEGATIONS = re.compile(r"(?:\b(?:not|no|never|не|لن|لم|לא) |n['’]t\b|没有|不|(?<=し)ません)")
VERBS = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|can|could|should|said|заявил|удалось|قال|אמר)\b"
)
UNSPACED = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
SEPARABLE = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+\.\d+|\d{4,}")


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that stands in a passage."""

    passage: Passage
    sentence: str
    start: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote made of `source`'s sentence; `kind` is what was done to it."""

    kind: str
    text: str
    source: Source


def sources(name: str, text: str) -> Iterator[Source]:
    """Sentences of eight words or more (sixteen characters without spaces), each with 2,000 characters."""
    for begin in range(0, max(1, len(text) - 400), 1600):
        piece = text[begin : begin + 2000]
        passage = Passage(1, name, begin, begin + len(piece), piece)
        # The first and last sentence of a slice may be parts.
        for span in list(sentences(piece))[1 if begin else 0 : -1 if begin + 2000 < len(text) else None]:
            sentence = piece[span.start : span.end]
            long = len(sentence.split()) >= 8 or len(UNSPACED.findall(sentence)) >= 16
            if long and blunt(piece).count(blunt(sentence)) == 1:
                yield Source(passage, sentence, span.start)


def blunt(text: str) -> str:
    """Letters and figures alone, with what stands between two digits: what no reading may change."""
    usual = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    usual = re.sub(r"(?<=\d)\s+(?=\d)", ",", usual)
    return re.sub(r"(?<!\d)[\W_]|[\W_](?!\d)", "", re.sub(r"[\u200b\xad]", "", usual))


def mutants(source: Source, others: Sequence[Source]) -> Iterator[Quote]:
    """Quotes that say something else than the passage; those that turn out equal are left out."""
    rng = random.Random(source.sentence)
    given = blunt(source.passage.text)
    for kind, change in CHANGES.items():
        text = change(_units(source.sentence), rng, others[rng.randrange(len(others))])
        if text and (kind in INSIDE or blunt(text) not in given):
            yield Quote(kind, text, source)


def _units(sentence: str) -> list[str]:
    """Words with the space behind them; single characters where there are no spaces."""
    if UNSPACED.search(sentence):
        return re.findall(r"\d[\d,]*|[^\d]", sentence)
    return re.findall(r"\S+\s*", sentence)


def _stitched(units: list[str], rng: random.Random, other: Source) -> str:
    theirs = _units(other.sentence)
    return "".join(units[: len(units) // 2] + theirs[len(theirs) // 2 :])


def _bridged(units: list[str], rng: random.Random, other: Source) -> str:
    third = len(units) // 3
    return "".join([*units[:third], rng.choice(["… ", "[...] ", "... "]), *units[2 * third :]])


def _invented(units: list[str], rng: random.Random, other: Source) -> str:
    return "".join(rng.sample(units + _units(other.sentence), len(units)))


def _misattributed(units: list[str], rng: random.Random, other: Source) -> str:
    return other.sentence


def _word_changed(units: list[str], rng: random.Random, other: Source) -> str:
    at = rng.randrange(1, len(units) - 1)
    return "".join([*units[:at], rng.choice(_units(other.sentence)), *units[at + 1 :]])


def _word_left_out(units: list[str], rng: random.Random, other: Source) -> str:
    at = rng.randrange(1, len(units) - 1)
    return "".join(units[:at] + units[at + 1 :])


def _words_swapped(units: list[str], rng: random.Random, other: Source) -> str:
    at = rng.randrange(len(units) - 2)
    return "".join([*units[:at], units[at + 1], units[at], *units[at + 2 :]])


def _word_cut(units: list[str], rng: random.Random, other: Source) -> str:
    sentence = "".join(units)
    inside = re.match(r"\W*\w(?=[^\W\d_]{2})", sentence)
    return "…" + sentence[inside.end() :] if inside and not UNSPACED.search(sentence) else ""


def _digit_changed(units: list[str], rng: random.Random, other: Source) -> str:
    sentence = "".join(units)
    found = [m.start() for m in re.finditer(r"\d", sentence)]
    if not found:
        return ""
    at = rng.choice(found)
    return sentence[:at] + str((int(sentence[at]) + rng.randrange(1, 10)) % 10) + sentence[at + 1 :]


def _separator_moved(units: list[str], rng: random.Random, other: Source) -> str:
    def move(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found.group())
        return rng.choice([f"{digits[:-2]},{digits[-2:]}", f"{digits[:-1]}.{digits[-1]}", digits])

    return SEPARABLE.sub(move, "".join(units), count=1)


def _negation_dropped(units: list[str], rng: random.Random, other: Source) -> str:
    return NEGATIONS.sub("", "".join(units), count=1)


def _negation_added(units: list[str], rng: random.Random, other: Source) -> str:
    sentence = "".join(units)
    if UNSPACED.search(sentence):
        at = rng.randrange(2, len(units) - 2)
        return "".join([*units[:at], "不", *units[at:]])
    return VERBS.sub(lambda m: f"{m.group()} not", sentence, count=1)


def _alike(units: list[str], rng: random.Random, other: Source) -> str:
    sentence = "".join(units)
    found = [i for i, c in enumerate(sentence) if c in ALIKE]
    at = rng.choice(found) if found else 0
    return sentence[:at] + ALIKE[sentence[at]] + sentence[at + 1 :] if found else ""


Change = Callable[[list[str], random.Random, Source], str]
CHANGES: dict[str, Change] = {
    "stitched": _stitched,
    "bridged": _bridged,
    "invented": _invented,
    "misattributed": _misattributed,
    "word changed": _word_changed,
    "word left out": _word_left_out,
    "words swapped": _words_swapped,
    "word cut": _word_cut,
    "digit changed": _digit_changed,
    "separator moved": _separator_moved,
    "negation dropped": _negation_dropped,
    "negation added": _negation_added,
    "look-alike": _alike,
}


# What stands in the passage, letter for letter, but not as whole words.
INSIDE = frozenset({"word cut"})


def variants(source: Source) -> Iterator[Quote]:
    """The sentence in other dress; those that the dress does not change are left out."""
    for kind, dress in DRESSES.items():
        text = dress(source.sentence)
        if text != source.sentence:
            yield Quote(kind, text, source)


def printed(source: Source) -> Iterator[tuple[str, Passage, str]]:
    """The other way round: kind, the passage with its sentence in other dress, that sentence."""
    passage = source.passage
    behind = source.start + len(source.sentence)
    for kind in PRINTED:
        dressed = DRESSES[kind](source.sentence)
        if dressed != source.sentence:
            text = passage.text[: source.start] + dressed + passage.text[behind:]
            yield kind, Passage(1, passage.source, passage.start, passage.start + len(text), text), dressed


def _split(mark: str) -> Callable[[str], str]:
    """Every long word with `mark` behind its fourth letter."""
    return lambda text: re.sub(r"\b([^\W\d_A-Z]{4})(?=[^\W\d_A-Z]{4})", rf"\g<1>{mark}", text)


DRESSES: dict[str, Callable[[str], str]] = {
    "curly quotes": lambda t: re.sub(r'"', "”", t).replace("'", "’"),
    "straight quotes": lambda t: re.sub("[“”«»]", '"', t).replace("’", "'"),
    "other dashes": lambda t: t.translate({ord("-"): "‐", ord("–"): "-", ord("—"): "–", ord("−"): "-"}),
    "line breaks": lambda t: re.sub(r" (\S+) ", r"\n\1 ", t),
    "double spaces": lambda t: t.replace(" ", "  "),
    "no-break spaces": lambda t: t.replace(" ", "\xa0"),
    "capitals": str.upper,
    "small letters": str.lower,
    "ligatures": lambda t: t.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ"),
    "soft hyphens": _split("\xad"),
    "hyphenation": _split("-\n"),
    "zero width": _split("\u200b"),
    "decomposed": lambda t: unicodedata.normalize("NFD", t),
    "full width": lambda t: t.translate({n: chr(n + 0xFEE0) for n in range(0x30, 0x3A)}),
    "in quotation marks": lambda t: f" “{t}” ",
    "between ellipses": lambda t: f"…{t.rstrip('.')} ...",
}
PRINTED = (
    "line breaks",
    "double spaces",
    "ligatures",
    "soft hyphens",
    "hyphenation",
    "zero width",
    "decomposed",
)
