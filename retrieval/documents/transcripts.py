"""Transcripts whose lines begin with who speaks: "LAVROV: …", "[00:01:02] Anna Berg: …", "Q. …".

A text is one where at least three lines, and a third of all, begin so, with names that come twice on average.
What follows a label is that person's until the next one; a label that names nobody ("Q", "Moderator") begins
words that nobody is given. Times at the beginning of lines are places to look at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from retrieval.documents.document import Place, Span, Turn
from retrieval.documents.forenames import forenames

TIME = r"[\[(]?(?P<time>\d{1,2}:\d\d(?::\d\d)?)(?:[.,]\d{1,3})?[\])]?"
LABELLED = re.compile(
    rf"(?:{TIME}\s*[-–—]?\s*)?(?P<who>[^\W\d_a-z][\w.'’\- ]{{0,50}}?)(?:\s*\([^()\n]{{1,40}}\))?\s*:\s+(?=\S)"
)
TIMED = re.compile(rf"{TIME}(?=\s|$)")
# Labels of parts of a page, not of people.
NOBODY = re.compile(
    r"(?:q|a|question|answer|notes?|sources?|photo|image|video|updated?|editor['’]?s note|moderator"
    r"|interviewer|host|speaker|reporter|journalist|anchor|narrator|audience|unknown|operator|date|time|where|when|who|what"
    r"|why|how|price|address|phone|email|website|contact|read more|more|related|see also|tip|warning)"
    r"(?:\s?\d{1,2})?",
    re.IGNORECASE,
)
OFFICE = re.compile(
    r"(?:mr|mrs|ms|dr|sir|sen|rep|gov|president|minister|prof|secretary|the)\.?\s+", re.IGNORECASE
)
PARTICLES = frozenset("de da di van von der bin ibn al el la le".split())
LEAST = 3
LONGEST_HEADING = 80
SENTENCE_END = re.compile(r"[.!?…:;,—–-][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Transcript:
    """Who speaks where, and the times that lines begin with."""

    turns: tuple[Turn, ...]
    places: tuple[Place, ...]


def find_transcript(text: str, story: Sequence[Span]) -> Transcript | None:
    """The turns of a transcript, or None where the text is none; `story` are its lines, without menus."""
    labels = {span: match for span in story if (match := LABELLED.match(text, span.start, span.end))}
    if len(labels) < LEAST or 3 * len(labels) < len(story):
        return None
    told = list(dict.fromkeys(match["who"] for match in labels.values()))
    names = {label: _speaker(label, told) for label in told}
    people = {name for name in names.values() if name}
    spoken = [match for match in labels.values() if names[match["who"]]]
    # A list of places or of facts has many labels that come once; people who talk come again.
    if len(people) < 2 or 2 * len(people) > len(spoken) or not all(map(_is_person, spoken)):
        return None
    # So has a questionnaire ("CURRENT HOME: …"), whose labels hold no forename.
    full = [name.split() for name in people if " " in name]
    if full and 2 * sum(not forenames().isdisjoint(map(str.casefold, name)) for name in full) < len(full):
        return None
    turns: list[Turn] = []
    speaking: str | None = None
    for span, after in zip_longest(story, story[1:]):
        match = labels.get(span)
        if match:
            speaking = names[match["who"]]
        elif (
            after in labels
            and span.end - span.start <= LONGEST_HEADING
            and not SENTENCE_END.search(text[span.start : span.end])
        ):
            # A heading over the next one's words.
            speaking = None
        # The label too: a short answer would else be mostly a label, and nobody's.
        if speaking:
            turns.append(Turn(span.start, span.end, speaking))
    timed = ((span.start, match) for span in story if (match := TIMED.match(text, span.start, span.end)))
    return Transcript(tuple(turns), tuple(Place(start, _clock(match["time"])) for start, match in timed))


def _is_person(labelled: re.Match[str]) -> bool:
    """Whether a label can be a person's name: in capitals, or of two words or more, or behind a time."""
    words = _bare(labelled["who"]).split()
    written = all(word[0].isupper() or word in PARTICLES for word in words)
    return (
        written and len(words) < 5 and (labelled["who"].isupper() or len(words) > 1 or bool(labelled["time"]))
    )


def _speaker(label: str, labels: list[str]) -> str | None:
    """The name in a label, in the fullest form that any label gives it, or None where it names nobody."""
    if NOBODY.fullmatch(label.strip(" .")):
        return None
    name = _bare(label)
    fuller = {other for each in labels if (other := _bare(each)).split()[-1:] == name.split()[-1:]}
    return (
        max(fuller, key=len) if len({_bare(o).split()[0] for o in fuller if len(o.split()) > 1}) < 2 else name
    )


def _bare(label: str) -> str:
    """A label without office, and in the letters of a name."""
    name = OFFICE.sub("", label.strip()).strip(" .") or label.strip()
    if not name.isupper():
        return name
    return " ".join(word if len(word) < 3 else word.title() for word in name.split())


def _clock(time: str) -> str:
    """A time as hours, minutes and seconds."""
    parts = [int(part) for part in time.split(":")]
    hours, minutes, seconds = parts if len(parts) == 3 else [0, *parts]
    return f"{hours:02}:{minutes:02}:{seconds:02}"
