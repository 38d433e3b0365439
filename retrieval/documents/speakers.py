"""Who speaks where: the turns of a transcript, and the quoted or reported speech of a report.

A transcript is a text whose title says so ("Sergey Lavrov's remarks at …"): all of it is the speaker's.
In a report a sentence with an attribution ("…," Bortnikov said) belongs to its speaker, and so do the
quotations of the same paragraph. "He said" and "the minister said" mean the person named last. A name
is given in its fullest form in the document, without the office. What cannot be told stays unsaid.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain

from retrieval.documents.document import Span, Turn
from retrieval.documents.sentences import sentences

VERB = (
    r"(?:said|says|told|stressed|added|noted|warned|stated|explained|emphasi[sz]ed|pointed\s+out"
    r"|underlined|concluded|declared|claimed|argued|asserted|admitted|announced|cautioned|recalled"
    r"|described|remarked|revealed|insisted|acknowledged|continued|highlighted|has\s+not\s+ruled\s+out|went\s+on)"
)
ADVERB = r"(?:(?:also|then|later|further|once|repeatedly|reportedly|has|had)\s+)?"
# Begun only where a word begins and never given back, so that a run of a million capitals costs nothing.
WORD = r"(?<![\w'’\-])[^\W\d_a-z][\w'’\-]{0,40}+"
PARTICLE = r"(?:(?:de|da|dos|van|von|der|bin|ibn|al|el|la|le)\s+)"
NAME = rf"{WORD}(?:[ \t]+{PARTICLE}?{WORD}){{0,6}}"
ROLE = (
    r"(?:he|she|[Tt]he\s+(?:[\w\-]+\s+){0,3}"
    r"(?:minister|president|official|chief|director|diplomat|spokes\w+|head|leader|ambassador))"
)
BEFORE = re.compile(rf"(?P<who>{NAME}|\b(?i:{ROLE})),?\s+{ADVERB}{VERB}\b")
PRONOUN = re.compile(ROLE, re.IGNORECASE)
AFTER = re.compile(rf"[\"”’,]\s*(?:said|says|added|stressed|noted)\s+(?P<who>{NAME})")
ACCORDING = re.compile(rf"\b[Aa]ccording\s+to\s+(?P<who>{NAME})")
# Somebody is named as the one who says it, whoever that is.
SOMEBODY = re.compile(
    rf"[\"”’,]\s*(?:{VERB})\s+(?:the|a|an|one)\b|[\"”’,]\s*(?:the|a|an|one)\s[^.\"”]{{1,60}}\s{VERB}\b"
)
# What stands behind one of these is a place, or what a person belongs to.
BESIDE = re.compile(r"\b(?:in|at|of|from|near|outside|with|for|across|around)\s+(?:the\s+)?\Z", re.IGNORECASE)
# Two capitalised words that a sentence begins with may be a person, so "he" may be that one.
SUBJECT = re.compile(
    rf"(?:\A|(?<=[\r\n])|(?<=[.!?][\"”] )|(?<=[.!?] ))(?P<who>{WORD}(?:[ \t]+{WORD}){{1,3}})(?= [a-z])"
)
QUOTED = re.compile(r"[\"“][^\"“”\n]{2,}[\"”]")
TRANSCRIPT = re.compile(
    rf"(?P<who>{NAME})(?<=['’]s|s['’])\s+(?:opening\s+|closing\s+|introductory\s+)?"
    r"(?:remarks|speech|address|statement|interview|answers|lecture)\b"
)
OFFICE = frozenset(
    """
    acting adviser advisor ambassador archbishop attorney brigadier bishop captain ceo chair
    chairman chairwoman chancellor chief colonel coach commander commissioner congressman
    congresswoman councilman councilwoman defence defense deputy detective director dr envoy
    executive federal finance fm foreign former general governor head interior judge justice king
    lady lieutenant lord major manager mayor minister minster mr mrs ms mullah officer permanent pm
    police pope premier president press prime prince princess professor prof queen rep
    representative sec secretary security sen senator sergeant service sheikh sheriff sir speaker
    spokesman spokesperson spokeswoman state sultan us vice fsb eu un nato
    """.split()
)
# Of these, the ones that a name may follow at once.
TITLES = OFFICE - set(
    """
    acting defence defense deputy executive federal finance foreign former interior permanent police
    press prime security service state us vice fsb eu un nato
    """.split()
)
# A name with one of these is that of a body or a place.
BODY = frozenset(
    """
    academy administration agency alliance associates association authority bank board brigade bureau campaign
    center centre church club coalition college commission committee company congress corporation council
    county court department district division embassy federation fire forces foundation front fund government
    group hall hospital house inc initiative institute international journal laboratory league ltd magazine
    ministry mvp network news office organization organisation parliament party police post press program
    project republic research school senate service services society studio studios survey team times today
    tribune union university watch weather city street avenue park island islands river valley beach
    """.split()
)
# Capitalised words that begin a sentence and are no part of a name.
OPENERS = frozenset(
    """
    a according after courtesy although an and as at but by despite during for from he her his however if in
    is it its last meanwhile moreover nevertheless no not on our she since so speaking that the
    their then there these they this those though thus to today we when while who with yesterday you
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december
    """.split()
)
# Russians, British, Chinese, French; also the rare forename Christian, which then goes missing.
PEOPLE = re.compile(r"(?:ians?|ricans?|ish|ese|French|Dutch|Iraqis?)$")
PERSON_CUE = re.compile(r"\b(?:diplomat|minister|president|chief|director|head|leader)\b[^.\n]{0,40}, \Z")


class Names:
    """The people that a document names, each by the fullest forms of their names."""

    def __init__(self, text: str, story: list[Span]) -> None:
        self.text = text
        self.bearers: dict[str, list[str]] = {}
        people: set[str] = set()
        for match in _in_story(re.compile(NAME), text, story):
            words = _without_office(match.group())
            surname = words[-1].casefold() if words else ""
            ahead = match.group().split()[: -len(words) or None]
            before = text[max(0, match.start() - 60) : match.start()]
            if (ahead and ahead[-1].casefold() in TITLES) or PERSON_CUE.search(before):
                people.add(surname)
            if 2 <= len(words) <= 4:
                self.bearers[surname] = _with_bearer(self.bearers.get(surname, []), words)
        for match in _in_story(BEFORE, text, story):
            people.update(word.casefold() for word in match["who"].split()[-1:])
        for match in _in_story(SUBJECT, text, story):
            people.add(match["who"].split()[-1].casefold())
        known = sorted(people & set(self.bearers))
        surnames = "|".join(re.escape(self.bearers[name][0].split()[-1]) for name in known)
        self.person = re.compile(rf"\b(?:{surnames})\b") if surnames else None

    def resolve(self, mention: str) -> str | None:
        """The fullest name for a mention such as "FSB Director Bortnikov".

        None for what is no person's name, and for a surname that several people bear.
        """
        words = _without_office(mention)
        if not words or len(words) > 4 or not BODY.isdisjoint(word.casefold() for word in words):
            return None
        if all(word.isupper() and len(word) < 5 for word in words):
            return None
        bearers = self.bearers.get(words[-1].casefold())
        if not bearers:
            return " ".join(words) if len(words) > 1 else None
        meant = [name for name in bearers if set(words) <= set(name.split())]
        return meant[0] if len(meant) == 1 else None

    def holds_person(self, mention: str) -> bool:
        """Whether a mention names somebody who is known for a person from elsewhere in the text."""
        return bool(self.person and self.person.search(mention))

    def named(self, start: int, end: int) -> set[str]:
        """The people named in text[start:end], by their full names."""
        found = self.person.finditer(self.text, start, end) if self.person else ()
        return {name for match in found for name in self.bearers[match.group().casefold()]}


def _with_bearer(names: list[str], words: list[str]) -> list[str]:
    """The bearers of a surname with one more name; a shorter form of another is no other bearer."""
    if any(set(words) <= set(name.split()) for name in names):
        return names
    return [*(name for name in names if not set(name.split()) <= set(words)), " ".join(words)]


def _in_story(pattern: re.Pattern[str], text: str, story: list[Span]) -> Iterator[re.Match[str]]:
    return chain.from_iterable(pattern.finditer(text, line.start, line.end) for line in story)


def _without_office(mention: str) -> list[str]:
    """The words of a name behind the last word that is an office, a people or a sentence opener."""
    words = mention.split()
    begin = 0
    for place, word in enumerate(words):
        bare = word.strip("'’.").casefold()
        if word.endswith(("'s", "’s")) and place + 1 < len(words):
            begin = place + 1
        people = begin == place and place + 1 < len(words) and PEOPLE.search(word)
        if bare in OFFICE or bare in OPENERS or people:
            begin = place + 1
    return [re.sub(r"['’]s?$", "", word.strip("'’")) for word in words[begin:]]


def find_turns(text: str, title: str | None, story: list[Span]) -> tuple[Turn, ...]:
    """The turns of a document, in order and disjoint; `story` are its lines without menus and headers."""
    names = Names(text, story)
    if title and (match := TRANSCRIPT.match(title)) and (speaker := names.resolve(match["who"])):
        title_at = text.find(title)
        return tuple(Turn(s.start, s.end, speaker) for s in story if s.start > title_at)
    turns: list[Turn] = []
    for paragraph in story:
        turns += _reported(names, paragraph, turns[-1] if turns else None)
    return _disjoint(turns)


def _reported(names: Names, paragraph: Span, last: Turn | None) -> list[Turn]:
    """Attributed sentences of a paragraph, and its quotations that stand as sentences of their own.

    "He" is the speaker of `last`, the turn before, unless someone else has been named since.
    """
    text = names.text
    quotes = [Span(m.start(), m.end()) for m in QUOTED.finditer(text, paragraph.start, paragraph.end)]
    said: list[Turn] = []
    begins: set[int] = set()
    for sentence in sentences(text, paragraph.start, paragraph.end):
        begins.add(sentence.start)
        speakers: dict[str, None] = {}
        for place, mention in _attributions(names, sentence, quotes):
            if not PRONOUN.fullmatch(mention):
                speaker = names.resolve(mention)
            elif last and names.named(last.start, place) <= {last.speaker}:
                speaker = last.speaker
            else:
                speaker = None
            if speaker:
                speakers[speaker] = None
        # What two people say in one sentence is neither's.
        if len(speakers) == 1:
            last = Turn(sentence.start, sentence.end, next(iter(speakers)))
            said.append(last)
        elif speakers or SOMEBODY.search(text, sentence.start, sentence.end):
            begins.discard(sentence.start)
    own = list(said)
    for quote in quotes:
        if own and quote.start in begins:
            nearest = min(own, key=lambda turn: abs(turn.end - quote.end))
            said.append(Turn(quote.start, quote.end, nearest.speaker))
    return said


def _attributions(names: Names, sentence: Span, quotes: list[Span]) -> Iterator[tuple[int, str]]:
    """Mentions of those who speak, outside quotation marks."""
    text = names.text
    starts = [quote.start for quote in quotes]
    for pattern in (BEFORE, AFTER, ACCORDING):
        for match in pattern.finditer(text, sentence.start, sentence.end):
            place = match.start("who")
            if pattern is BEFORE and BESIDE.search(text, max(sentence.start, place - 20), place):
                continue
            if pattern is ACCORDING and not names.holds_person(match["who"]):
                continue
            inside = bisect_right(starts, place) - 1
            if inside < 0 or not quotes[inside].start < place < quotes[inside].end - 1:
                yield place, match["who"]


def _disjoint(turns: list[Turn]) -> tuple[Turn, ...]:
    """Turns in order, each cut where an earlier one already speaks."""
    done: list[Turn] = []
    for turn in sorted(turns, key=lambda t: (t.start, -t.end)):
        start = max(turn.start, done[-1].end) if done else turn.start
        if start < turn.end:
            done.append(Turn(start, turn.end, turn.speaker))
    return tuple(done)
