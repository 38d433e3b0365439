"""Who speaks where: the turns of a transcript, and the quoted or reported speech of a report.

A transcript is a text whose title says so ("Sergey Lavrov's remarks at …"): all of it is the speaker's.
In a report a sentence with an attribution ("…," Bortnikov said) belongs to its speaker, and so do the
quotations of the same paragraph. "He said" and "the minister said" mean the person named last. A name
is given in its fullest form in the document, without the office. What cannot be told stays unsaid.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from retrieval.documents.document import Span, Turn
from retrieval.documents.names import NAME, Names
from retrieval.documents.sentences import sentences

# Some of these tell of deeds too ("announced a tariff"): words of somebody's only where words follow.
VERB = (
    r"(?:said|says|told|stressed|added|noted|warned|stated|explained|emphasi[sz]ed|pointed\s+out"
    r"|underlined|argued|asserted|cautioned|remarked|insisted|has\s+not\s+ruled\s+out"
    r"|(?:concluded|declared|claimed|admitted|announced|recalled|described|revealed|acknowledged|continued"
    r"|highlighted|lamented|tweeted|wrote|went\s+on)(?=[,.:]|\s+[\"“]|\s+(?:to\s+[^.,]{1,40}\s+)?that\b))"
)
# What each sentence with an attribution holds.
SAYS = re.compile(rf"{VERB}|ccording")
ADVERB = r"(?:(?:also|then|later|further|once|repeatedly|reportedly|has|had)\s+)?"
ROLE = (
    r"(?:he|she|[Tt]he\s+(?:[\w\-]+\s+){0,3}"
    r"(?:minister|president|official|chief|director|diplomat|spokes\w+|head|leader|ambassador))"
)
# "Ann Lee, head of the nonprofit Clean Air, said": the words are Lee's.
APPOSED = re.compile(
    rf"(?P<who>{NAME}),\s+(?:\d{{1,3}},\s+)?(?:the\s+|an?\s+)?[a-z][^,.;:\"“”\n]{{3,120}},\s+{ADVERB}{VERB}\b"
)
APPOSITION = re.compile(r",\s+[a-z][^,;:\"“”\n]{0,120}\Z")
BEFORE = re.compile(rf"(?P<who>{NAME}|\b(?i:{ROLE})),?\s+{ADVERB}{VERB}\b")
# "Knightley said." under what he said: words of nobody's.
BARE = re.compile(rf"\W*(?:{NAME}|(?i:{ROLE}))\s+{ADVERB}{VERB}\W*")
PRONOUN = re.compile(ROLE, re.IGNORECASE)
# "said Trump should …" is no attribution to Trump.
VERB_FOLLOWS = (
    r"(?!\s+(?:[a-z]+n['’]t|was|were|are|has|had|have|will|would|should|could|can|may|might|must|did"
    r"|[a-z]{2,}ed|(?!this|across|always|besides|towards)[a-z]{2,}s)\b)"
)
AFTER = re.compile(rf"[\"”’,]\s*(?:said|says|added|stressed|noted)\s+(?P<who>(?>{NAME})){VERB_FOLLOWS}")
ACCORDING = re.compile(rf"\b[Aa]ccording\s+to\s+(?P<who>{NAME})")
# Somebody is named as the one who says it, whoever that is.
SOMEBODY = re.compile(
    rf"[\"”’,]\s*(?:{VERB})\s+(?:the|a|an|one)\b|[\"”’,]\s*(?:the|a|an|one)\s[^.\"”]{{1,60}}\s{VERB}\b"
)
# What two people say is neither's.
TOGETHER = re.compile(rf"[\w.]+,?\s+(?:and|or|&)\s+(?:{NAME}),?\s+{ADVERB}{VERB}\b")
# "… said guards fired tear gas, according to his wife": nor is what somebody else tells of it.
HEARSAY = re.compile(
    r"\baccording\s+to\s+(?:an?|his|her|its|one|the|their|police|officials|court)\b", re.IGNORECASE
)
# What stands behind one of these is a place, or what a person belongs to.
BESIDE = re.compile(
    r"\b(?:in|at|of|to|from|near|outside|with|for|across|around)\s+(?:the\s+)?\Z", re.IGNORECASE
)
QUOTED = re.compile(r"[\"“][^\"“”\n]{2,}[\"”]")
TRANSCRIPT = re.compile(
    rf"(?P<who>{NAME})(?<=['’]s|s['’])\s+(?:opening\s+|closing\s+|introductory\s+)?"
    r"(?:remarks|speech|address|statement|interview|answers|lecture)\b"
)


def find_turns(text: str, title: str | None, story: list[Span]) -> tuple[Turn, ...]:
    """The turns of a document, in order and disjoint; `story` are its lines without menus and headers."""
    names = Names(text, story, (BEFORE, AFTER))
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
        if not SAYS.search(text, sentence.start, sentence.end):
            continue
        speakers: dict[str | None, None] = {}
        for place, mention in _attributions(names, sentence, quotes):
            if not PRONOUN.fullmatch(mention):
                speaker = names.resolve(mention)
            elif (
                last
                and names.named(last.start, place) <= {last.speaker}
                and {mention.casefold(), names.pronoun(last.speaker)} != {"he", "she"}
            ):
                speaker = last.speaker
            else:
                speaker = None
            speakers[speaker] = None
        speaker = next(iter(speakers)) if len(speakers) == 1 else None
        if speaker and not any(
            shared.search(text, sentence.start, sentence.end) for shared in (TOGETHER, HEARSAY)
        ):
            last = Turn(sentence.start, sentence.end, speaker)
            if not BARE.fullmatch(text, sentence.start, sentence.end):
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
    for pattern in (BEFORE, AFTER, ACCORDING, APPOSED):
        for match in pattern.finditer(text, sentence.start, sentence.end):
            place = match.start("who")
            if pattern is BEFORE and (
                BESIDE.search(text, max(sentence.start, place - 20), place)
                or (text[match.end("who")] == "," and APPOSITION.search(text, sentence.start, place))
            ):
                continue
            if pattern in (ACCORDING, APPOSED) and not names.holds_person(match["who"]):
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
