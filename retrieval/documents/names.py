"""The people that a document names: by which words a name begins, what is none, and its fullest form."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from retrieval.documents.document import Span
from retrieval.documents.forenames import PLACES, forenames, pronoun_of

# Begun only where a word begins and never given back, so that a run of a million capitals costs nothing.
WORD = r"(?<![\w'’\-])[^\W\d_a-z][\w'’\-\u0300-\u036f]{0,40}+"
PARTICLE = r"(?:(?:de|da|dos|van|von|der|bin|ibn|al|el|la|le)\s+)"
INITIAL = r"(?<![\w'’\-])[A-Z]\.(?:[ \t]?[A-Z]\.)?"
NICKNAME = r"[\"“][A-Z][\w'’]{1,20}[\"”]"
AHEAD = rf"{INITIAL}(?=[ \t]+{WORD})"
NAME = rf"(?:{AHEAD}|{WORD})(?:[ \t]+{PARTICLE}?(?:{AHEAD}|{NICKNAME}(?=[ \t]+{WORD})|{WORD})){{0,6}}"
# Two capitalised words that a sentence begins with may be a person, so "he" may be that one.
SUBJECT = re.compile(
    rf"(?:\A|(?<=[\r\n])|(?<=[.!?][\"”] )|(?<=[.!?] ))(?P<who>{WORD}(?:[ \t]+{WORD}){{1,3}})(?= [a-z])"
)
OFFICE = frozenset(
    """
    acting actor actress administrator admiral adviser advisor ag agent alderman ambassador analyst
    archbishop artist assemblyman assemblywoman attorney auditor author billionaire biologist bishop brig
    brigadier capt captain cardinal ceo chair chairman chairperson chairwoman chancellor chief climatologist
    co-founder coach col colonel columnist comedian commander commissioner comptroller congressman
    congresswoman coroner correspondent councilman councilmember councilor councilwoman counselor curator
    dean defence defense democrat democrats deputy detective director dr economist engineer entertainer
    entrepreneur envoy epidemiologist eu executive father federal filmmaker finance firefighter fm
    forecaster foreign former founder fsb gen general geologist governor head historian imam intelligence
    interior journalist judge justice king lady lawyer leader lieutenant lord lt maj major majority manager
    mayor meteorologist midfielder minister minority minster mr mrs ms mullah musician nato novelist nurse
    officer owner pastor permanent photographer physician pitcher pitmaster plaintiff player pm police pope
    premier president press prime prince princess principal pro prof professor prosecutor psychologist qb
    quarterback queen rabbi ranger rapper rapporteur rb rep representative republican republicans researcher
    resident rev reverend scientist sec secretary secretary-general security seismologist sen senator senior
    sergeant service sgt sheikh sheriff singer sir sociologist solicitor songwriter speaker special
    spokesman spokesperson spokeswoman state student sultan superintendent supervisor supt teacher tem
    tempore treasurer trooper un undersecretary us veterinarian vice warden whip wr
    """.split()
)
# Of these, the ones that a name may follow at once.
TITLES = OFFICE - set(
    """
    acting defence defense deputy eu executive father federal finance foreign former fsb intelligence
    interior majority minority nato permanent police press prime pro security senior service state un us
    vice
    """.split()
)
# A name with one of these is that of a body or a place.
BODY = frozenset(
    """
    academy administration agency airlines airways alliance army associates association authority avenue
    bank bay beach board book brigade bureau campaign center centre church city club coalition college
    commission committee company congress corporation council county court cross cruises daily democrat
    democrats department dictionaries district division edison electric embassy energy engineering
    federation fire forces foundation front fund gazette globes government group hall hospital house inc
    initiative institute international island islands journal laboratory league ltd magazine mail media
    ministry mirror monthly motors museum mvp navy network news office organisation organization palace park
    parliament party pictures police post press program project records republic republican republicans
    research river school sector senate service services sharks society sports street studio studios survey
    systems team technologies times today tribune union university valley watch weather
    """.split()
)
COMMON = re.compile(r"\b[a-z]{3,}\b")
GENDERS = {"he": "he", "his": "he", "him": "he", "she": "she", "her": "she", "hers": "she"}
GENDERED = re.compile(rf"\b(?:{'|'.join(GENDERS)})\b", re.IGNORECASE)
# "Paper-wrapped Mars": an adjective and no part of a name.
COMPOUND = re.compile(r"-[a-z]")
# Capitalised words that begin a sentence and are no part of a name.
OPENERS = frozenset(
    """
    a according after all also although an and another april are as at august because between both but by
    can could courtesy dear december despite did do does during even february first following for friday
    from had has have he hear her his how however if in is it its january july june last like many march may
    meanwhile meet monday more moreover most nevertheless no not november october on once one only or other
    others our per read related saturday second september she should since so some speaking still sunday
    that the their then there these they this those though thursday thus to today tuesday two under via was
    watch we wednesday were what when where whether while who why with would yesterday yet you
    """.split()
)
# Russians, British, Chinese, French; also the rare forename Christian, which then goes missing.
PEOPLE = re.compile(r"(?:ians?|ricans?|ish|ese|French|Dutch|Iraqis?)$")
PERSON_CUE = re.compile(
    r"\b(?:diplomat|minister|president|chief|director|head|leader|representative|envoy|secretary|ambassador"
    r"|spokes\w+|professor|attorney|founder|mayor|governor|manager|coach)\b[^.\n]{0,40}, \Z"
)


class Names:
    """The people that a document names, each by the fullest forms of their names."""

    def __init__(self, text: str, story: list[Span], spoken: Iterable[re.Pattern[str]]) -> None:
        """`story` are the lines looked at; `spoken` are patterns whose group "who" is one who speaks."""
        self.text = text
        self.common = set(COMMON.findall(text))
        self.bearers: dict[str, list[str]] = {}
        # Surnames of those with a title, with an office or the like before them, and called by it alone.
        self.titled: set[str] = set()
        self.official: set[str] = set()
        self.alone: set[str] = set()
        self.pronouns: dict[str, set[str]] = {}
        people: set[str] = set()
        for match in _in_story(re.compile(NAME), text, story):
            words = self._bare(match.group())
            surname = words[-1].casefold() if words else ""
            ahead = match.group().split()[: -len(words) or None]
            before = text[max(0, match.start() - 60) : match.start()]
            said_before = before.split()[-1:] if before[-1:] == " " else []
            titled = {word.strip(".").casefold() for word in (*ahead[-1:], *said_before)}
            if not titled.isdisjoint(TITLES) or (before.endswith(", ") and PERSON_CUE.search(before)):
                self.titled.add(surname)
            if not titled.isdisjoint(OFFICE):
                self.official.add(surname)
            if 2 <= len(words) <= 4 and not COMPOUND.search(" ".join(words)):
                self.bearers[surname] = _with_bearer(self.bearers.get(surname, []), words)
        for match in chain.from_iterable(_in_story(pattern, text, story) for pattern in spoken):
            words = self._bare(match["who"])
            people.update(word.casefold() for word in words[-1:])
            if (match["who"],) == words and not text.endswith("the ", 0, match.start("who")):
                self.alone.add(words[0].casefold())
        for match in _in_story(SUBJECT, text, story):
            people.add(match["who"].split()[-1].casefold())
        people.update(surname for surname, names in self.bearers.items() if any(map(self._is_person, names)))
        known = sorted((people | self.titled) & set(self.bearers))
        surnames = "|".join(re.escape(self.bearers[name][0].split()[-1]) for name in known)
        self.person = re.compile(rf"\b(?:{surnames})\b") if surnames else None
        for line in story if self.person else ():
            used = {GENDERS[m.group().casefold()] for m in GENDERED.finditer(text, line.start, line.end)}
            if len(used) == 1 and len(named := self.named(line.start, line.end)) == 1:
                self.pronouns.setdefault(named.pop(), set()).update(used)

    def resolve(self, mention: str) -> str | None:
        """The fullest name for a mention such as "FSB Director Bortnikov".

        None for what may be no person's name, and for a surname that several people bear.
        """
        words = self._bare(mention)
        if not words or len(words) > 4 or not BODY.isdisjoint(word.casefold() for word in words):
            return None
        if all(word.isupper() and len(word) < 5 for word in words) or PLACES.issuperset(
            map(str.casefold, words)
        ):
            return None
        bearers = self.bearers.get(words[-1].casefold())
        if not bearers:
            return None
        meant = [name for name in bearers if set(words) <= set(name.split())]
        return meant[0] if len(meant) == 1 and self._is_person(meant[0]) else None

    def _is_person(self, name: str) -> bool:
        """Whether a name of two words or more is that of a person, not of a firm or a place."""
        *ahead, surname = name.split()
        # "RIA Novosti": what is written in capitals alone is an abbreviation.
        if any(word.casefold() in forenames() and not word.isupper() for word in ahead):
            return True
        last = surname.casefold()
        if last in self.titled:
            return True
        return last in self.alone and (last in self.official or name in self.pronouns)

    def _bare(self, mention: str) -> tuple[str, ...]:
        """The words of a name, without the office and without what else is written large before it.

        "Entertainer of the Year Luke Combs": before a forename, places and words that the text also has in
        small letters.
        """
        name = _without_office(mention)
        for place, word in enumerate(name[:-1]):
            if word.casefold() in forenames():
                return name[place:]
            if word.casefold() not in self.common and word.casefold() not in PLACES:
                break
        return name

    def holds_person(self, mention: str) -> bool:
        """Whether a mention names somebody who is known for a person from elsewhere in the text."""
        return bool(self.person and self.person.search(mention))

    def pronoun(self, name: str) -> str | None:
        """ "he" or "she", where all lines that name only this person have that one, or else the forename."""
        used = self.pronouns.get(name)
        if not used:
            return pronoun_of(name.split()[0])
        return next(iter(used)) if len(used) == 1 else None

    def named(self, start: int, end: int) -> set[str]:
        """The people named in text[start:end], by their full names."""
        found = self.person.finditer(self.text, start, end) if self.person else ()
        return {name for match in found for name in self.bearers[match.group().casefold()]}


def _with_bearer(names: list[str], words: Sequence[str]) -> list[str]:
    """The bearers of a surname with one more name; a shorter form of another is no other bearer."""
    if any(set(words) <= set(name.split()) for name in names):
        return names
    return [*(name for name in names if not set(name.split()) <= set(words)), " ".join(words)]


def _in_story(pattern: re.Pattern[str], text: str, story: list[Span]) -> Iterator[re.Match[str]]:
    return chain.from_iterable(pattern.finditer(text, line.start, line.end) for line in story)


@lru_cache(10_000)
def _without_office(mention: str) -> tuple[str, ...]:
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
    return tuple(re.sub(r"['’]s?$", "", word.strip("'’")) for word in words[begin:])
