"""The names in a statement, and whether they stand in a text; names are told by their capitals.

In a script without capitals (Arabic, Chinese), and in a text all in capitals, nothing is taken for a name.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from retrieval.search.terms import STOP_WORDS, stems

WORD = re.compile(r"[^\W\d_][^\W_]*(?:['&][^\W_]+)*")
CONTRACTED = re.compile(r"'(?:m|re|ve|ll|d|t)$", re.IGNORECASE)
JOINED = re.compile(r" |-|(?: (?:of|for|and|de|la|van|von|bin|ibn))(?: the)? | al-| the ", re.IGNORECASE)
START = re.compile(r"(?:^|[.!?:;]['\")\]]* |['\"(\[])[^\w]*$")
DEFINED = re.compile(r"\((?:the |or )?\"?([A-Z][A-Za-z]{1,7})\b")
# Words that open sentences; another that opens one, and is nowhere in small letters, is a name.
OPENERS = STOP_WORDS | frozenset(
    """
    i'm it's although though despite since according however meanwhile moreover furthermore additionally
    approximately around nearly almost over roughly another one two many several some others both either
    neither people officials authorities police troops soldiers fighters militants terrorists residents
    critics experts scientists researchers investigators prosecutors lawmakers workers students women men
    children nobody everyone government president minister ministry army parliament court company today
    yesterday tomorrow later earlier currently recently finally eventually initially originally previously
    subsequently afterwards instead thus therefore hence yet still even never always sometimes often
    usually perhaps maybe first second third last next within without upon across along among amid toward
    towards via per like unlike except besides beyond near would could might must shall whether whose
    whichever whatever whenever wherever
    """.split()
)
OPENER_ENDING = re.compile(r"(?:ing|ed|ly|tions?|ments?|ness|ists)$")
OFFICES = frozenset(
    """
    president minister prime foreign secretary general director chief chairman chairwoman judge justice
    senator governor mayor king queen prince princess pope bishop mr mrs ms miss dr sir lord lady
    professor prof captain colonel col gen lt major sgt sergeant admiral commander sheikh representative
    rep sen gov deputy head st
    """.split()
)
ENDINGS = frozenset(
    " s es n an ans ian ians ean eans i is ish ese ic ics ia a e o y ya en ens er ers nya".split(" ")
)
# Peoples and countries whose stems differ.
KIN = (
    "france french frenchman",
    "netherlands dutch holland",
    "us usa america american americans states",
    "uk britain british briton",
    "spain spanish spaniard",
    "greece greek",
    "denmark danish dane",
    "poland polish pole",
    "turkey turkish turk turkiye",
    "ireland irish",
    "wales welsh",
    "switzerland swiss",
    "norway norwegian",
    "thailand thai",
    "philippines filipino philippine",
    "laos lao",
    "chechnya chechen chechens",
    "iraq iraqi",
    "iran iranian",
    "cuba cuban",
    "peru peruvian",
    "oman omani",
    "scotland scottish scots",
    "england english",
    "eu european",
)
KINSHIP = {word: line.split()[0] for line in KIN for word in line.split()}
ROMAN = {
    n: v for v, n in enumerate("II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI".split(), 2) if len(n) > 1
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a statement, as it is written and word by word."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """The words of texts, for looking names up in them; each text is plain (see typography.py)."""

    texts: tuple[str, ...]

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Words written with a capital."""
        return frozenset(w for text in self.texts for w in _words(text) if not w.islower())

    def has_small(self, word: str) -> bool:
        """Whether a word of the same stem stands in small letters."""
        stem, start = _stem(word), word[:3]
        return any(
            _stem(other) == stem
            for text in self.texts
            if start in text
            for other in re.findall(rf"\b{re.escape(start)}[a-z]*", text)
        )

    @cached_property
    def by_start(self) -> dict[str, set[str]]:
        """All words in small letters, by their first four."""
        found: dict[str, set[str]] = {}
        for text in self.texts:
            for word in _words(text):
                found.setdefault(word.lower()[:4], set()).add(word.lower())
        return found

    @cached_property
    def runs(self) -> tuple[tuple[str, ...], ...]:
        """Neighbouring words with capitals."""
        return tuple(name.words for text in self.texts for name in _runs(text))

    @cached_property
    def initials(self) -> frozenset[str]:
        """What the initials of neighbouring names spell."""
        return frozenset(letters for run in self.runs for letters, _, _ in _spelt(run))

    def opens(self, words: tuple[str, ...]) -> bool:
        """Whether these names stand somewhere with no other name in front, an office apart."""
        wanted = [word.lower() for word in words]
        for run in self.runs:
            lower = [word.lower() for word in run]
            for at in range(len(run) - len(words) + 1):
                if lower[at : at + len(words)] == wanted and (at == 0 or lower[at - 1] in OFFICES):
                    return True
        return False

    def holds(self, word: str) -> bool:
        """Whether a name's word stands in the texts, in one of its forms."""
        if word.isupper() and len(word) > 1:
            if word in self.capitals or word in self.initials:
                return True
            if len(word) < 4:
                return any(_kin(word, other.lower()) for other in self.capitals)
        lower = word.lower()
        if any(_same(lower, other) for other in self.by_start.get(lower[:4], ())):
            return True
        return lower in KINSHIP and any(_kin(lower, o.lower()) for o in self.capitals)


def names(text: str, taken: Iterable[tuple[int, int]], is_small: Callable[[str], bool]) -> list[Name]:
    """The names of a plain text, outside the spans `taken` by dates and figures.

    `is_small` tells whether a word is also written small: one that opens a sentence is then no name.
    """
    if text.isupper():
        return []
    masked = list(text)
    for start, end in taken:
        masked[start:end] = " , ".ljust(end - start)[: end - start] if end - start > 1 else ","
    return list(_runs("".join(masked), is_small))


def missing(name: Name, told: Told, around: Told, defined: dict[str, frozenset[str]]) -> list[str]:
    """The words of a name that do not stand in the texts; `defined` are acronyms and their words.

    An acronym stands for words that it abbreviates, unless `around` abbreviates other words so.
    """
    lacking = [word for word in name.words if not told.holds(word)]
    if not lacking:
        return []
    covered: set[str] = set()
    for letters, start, end in _spelt(name.words):
        if letters in told.capitals:
            other = letters in around.initials
            covered.update(w for w in name.words[start:end] if not other or around.holds(w))
    for acronym, words in defined.items():
        if acronym in told.capitals:
            covered.update(w for w in lacking if w.lower() in words)
        if acronym in lacking and all(w in told.by_start.get(w[:4], ()) for w in words):
            covered.add(acronym)
    return [word for word in lacking if word not in covered]


def definitions(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Acronyms that texts explain, "Federal Security Service (FSB)", with the capitalised words before."""
    found = {}
    for text in texts:
        for match in DEFINED.finditer(text):
            acronym = match[1]
            words = WORD.findall(text[max(0, match.start() - 120) : match.start()])[-len(acronym) - 2 :]
            capitals = [w.lower() for w in words if w[0].isupper() and w.lower() not in STOP_WORDS]
            found[acronym] = frozenset(capitals[-len(acronym) :])
    return {acronym: words for acronym, words in found.items() if words}


def _never(word: str) -> bool:
    return False


def _runs(text: str, is_small: Callable[[str], bool] = _never) -> Iterator[Name]:
    run: list[re.Match[str]] = []
    for match in WORD.finditer(text):
        if not _is_name(match, text, is_small):
            continue
        if run and (run[-1][0].endswith("'s") or not JOINED.fullmatch(text[run[-1].end() : match.start()])):
            yield _name(text, run)
            run = []
        run.append(match)
    if run:
        yield _name(text, run)


def _name(text: str, run: list[re.Match[str]]) -> Name:
    end = run[-1].end() - (2 if run[-1][0].endswith("'s") else 0)
    return Name(text[run[0].start() : end], tuple(match[0].removesuffix("'s") for match in run))


def _is_name(match: re.Match[str], text: str, is_small: Callable[[str], bool]) -> bool:
    word = match[0].removesuffix("'s")
    lower = word.lower()
    if len(word) == 1 or word == lower or CONTRACTED.search(word):
        return False
    if word.isupper() and len(word) > 1:
        return True
    if lower in STOP_WORDS:
        return False
    if not START.search(text[max(0, match.start() - 8) : match.start()]) or not word[1:].islower():
        return True
    followed = re.match(r"(?:'s)? [A-Z]", text[match.start() + len(word) :])
    if lower in OPENERS or (OPENER_ENDING.search(lower) and not followed):
        return False
    return not is_small(lower)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    return stems([word])[0]


@lru_cache(maxsize=128)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("'s") for word in WORD.findall(text))


def _spelt(words: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """What the initials of neighbouring words spell, with the words' half-open range."""
    for start in range(len(words)):
        for end in range(start + 2, min(len(words), start + 7) + 1):
            yield "".join(word[0] for word in words[start:end]).upper(), start, end


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    # Of Syria and Syrian the last common letters belong to the ending, so shorter stems are tried too.
    return any(one[n:] in ENDINGS and other[n:] in ENDINGS for n in range(same, 3, -1))


def _kin(one: str, other: str) -> bool:
    stem = KINSHIP.get(one.lower())
    return stem is not None and stem == KINSHIP.get(other)
