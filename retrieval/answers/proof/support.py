"""A first judgement of support, with no model: do a statement's figures, dates and names stand in its quotes?

It does not see what a figure counts, who did what to whom, or a changed word that is no name: "supported"
means that nothing was found missing, never that the statement follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from retrieval.answers.answer import Support
from retrieval.answers.proof.days import Day, Mention, agrees, mentions, stands
from retrieval.answers.proof.figures import Figure, Key, figures
from retrieval.answers.proof.names import ROMAN, Name, Told, definitions, missing, names
from retrieval.answers.proof.negation import contradiction
from retrieval.answers.proof.typography import plain

ORDER: tuple[Support, ...] = ("supported", "partly", "unsupported")
NEAR = "stands in the passage but not in the quote"
NOWHERE = "stands nowhere in what is cited"
Finding = tuple[Support, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far a statement is supported, and what is missing, in words; None when nothing is."""

    support: Support
    reason: str | None


def judge(statement: str, quotes: Sequence[str], facts: Sequence[str], around: str) -> Judgement:
    """Whether every figure, date and name of a statement stands in its quotes.

    `facts` are what is known of the cited documents (title, outlet, date as in Citation, speaker) and count
    as quotes; what stands in `around` alone, the text of the cited passages, makes "partly". A statement that
    equals a quote is supported. Names in scripts without capitals are not judged.
    """
    said = plain(statement)
    quoted = [plain(quote) for quote in quotes]
    if any(_bare(said) == _bare(quote) for quote in quoted):
        return Judgement("supported", None)
    cited = _Cited((*quoted, *map(plain, facts)))
    passage = _Cited((*cited.texts, plain(around)))
    found = [*_dates_and_figures(said, cited, passage), *_names(said, cited, passage)]
    denied = contradiction(said, quoted)
    if denied:
        found.append(("partly", denied))
    if not found:
        return Judgement("supported", None)
    reasons = dict.fromkeys(reason for _, reason in found)
    return Judgement(max((support for support, _ in found), key=ORDER.index), "; ".join(reasons))


@dataclass(frozen=True)
class _Cited:
    """Texts, and what stands in them; read only when asked for."""

    texts: tuple[str, ...]

    @cached_property
    def _read(self) -> list[tuple[list[Mention], list[Figure]]]:
        return [_read(text) for text in self.texts]

    @cached_property
    def days(self) -> set[Day]:
        return {day for dates, _ in self._read for mention in dates for day in mention.readings}

    @cached_property
    def figures(self) -> set[Key]:
        return {key for _, found in self._read for figure in found for key in figure.keys}

    @cached_property
    def years(self) -> set[int]:
        return {int(value) for kind, value in self.figures if kind == "" and 1000 <= value < 2100}

    @cached_property
    def told(self) -> Told:
        return Told(self.texts)


def _bare(text: str) -> str:
    return text.strip(" .\"'")


# The statements of one answer cite the same passages.
@lru_cache(maxsize=128)
def _read(text: str) -> tuple[list[Mention], list[Figure]]:
    """The dates of a text, and the figures that are not part of a date."""
    dates = mentions(text)
    taken = [(date.start, date.end) for date in dates]
    return dates, [f for f in figures(text) if not any(s < f.end and f.start < e for s, e in taken)]


def _dates_and_figures(said: str, cited: _Cited, passage: _Cited) -> list[Finding]:
    dates, numbers = _read(said)
    found = [_date(date, cited, passage) for date in dates]
    found += [_figure(number, cited, passage) for number in numbers if not number.bare_one]
    return [finding for finding in found if finding]


def _date(date: Mention, cited: _Cited, passage: _Cited) -> Finding | None:
    if any(stands(day, cited.days, cited.years) for day in date.readings):
        return None
    if any(stands(day, passage.days, passage.years) for day in date.readings):
        return "partly", f"the date {date.text} {NEAR}"
    if any(agrees(day, cited.days, cited.years) for day in date.readings):
        return "partly", f"the date {date.text} is more exact than what is cited"
    return "unsupported", f"the date {date.text} {NOWHERE}"


def _figure(figure: Figure, cited: _Cited, passage: _Cited) -> Finding | None:
    if _offers(cited, figure):
        return None
    if _offers(passage, figure):
        return "partly", f"the figure {figure.text} {NEAR}"
    return "unsupported", f"the figure {figure.text} {NOWHERE}"


def _offers(cited: _Cited, figure: Figure) -> bool:
    """Whether one reading of the figure stands there; years of dates count, and years for their decade."""
    keys = figure.keys
    if keys & cited.figures:
        return True
    years = {day.year for day in cited.days if day.year}
    if figure.kinds == {"s"}:
        return any(figure.value <= year < figure.value + 10 for year in years | cited.years)
    if figure.kinds == {"th"}:
        return any(day.day == figure.value for day in cited.days)
    return any(("", Fraction(year)) in keys for year in years)


def _names(said: str, cited: _Cited, passage: _Cited) -> list[Finding]:
    dates, numbers = _read(said)
    taken = [(date.start, date.end) for date in dates] + [(number.start, number.end) for number in numbers]
    found = [_name(name, cited, passage) for name in names(said, taken, passage.told.has_small)]
    return [finding for finding in found if finding]


def _name(name: Name, cited: _Cited, passage: _Cited) -> Finding | None:
    if all(cited.told.holds(word) for word in name.words):
        return None
    around = Told(passage.texts[-1:])
    defined = definitions(passage.texts)
    lacking = [word for word in missing(name, cited.told, around, defined) if not _as_figure(word, cited)]
    if not lacking:
        return None
    if not missing(Name(name.text, tuple(lacking)), passage.told, around, defined):
        return "partly", f"the name {name.text} {NEAR}"
    end = name.words[max(name.words.index(word) for word in lacking) + 1 :]
    if end and cited.told.opens(end):
        return "partly", f"of the name {name.text} only {' '.join(end)} stands in the quote"
    return "unsupported", f"the name {name.text} {NOWHERE}"


def _as_figure(word: str, cited: _Cited) -> bool:
    """Whether a Roman numeral (World War II) stands there as a figure (World War Two)."""
    value = Fraction(ROMAN.get(word, -1))
    return not cited.figures.isdisjoint({("", value), ("th", value)})
