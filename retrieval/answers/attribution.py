"""Questions that ask for a named person's words are answered from that person's words alone."""

import re
from collections.abc import Sequence

from retrieval.answers.evidence import Sentence
from retrieval.documents.speakers import VERB
from retrieval.search.terms import content_words, stems, words

NAME = r"(?:[A-Z][\w'’\-]*|al-[A-Z]\w+)(?:\s+(?:[A-Z][\w'’\-]*|al-[A-Z]\w+)){0,3}"
SAY = r"(?:say|said|state|stated|claim|claimed|think|thinks|believe|believes|deny|denied|comment|commented)"
ASKED = re.compile(
    rf"\b(?:does|did|do|has|have|had)\s+(?:the\s+)?(?P<one>{NAME})\s+(?:himself\s+|herself\s+|ever\s+)?{SAY}\b"
    rf"|\b(?:in\s+the\s+(?:view|opinion|words|eyes)\s+of|according\s+to)\s+(?P<two>{NAME})"
)

# "What did Bortnikov say about terrorists?": how the topic follows.
TOPIC = re.compile(r"\b(?:about|on|of|regarding|concerning)\s+(?P<topic>\S.*)")


def asked_speaker(question: str) -> str | None:
    """The last name of the person whose words the question asks for, or None."""
    match = ASKED.search(question)
    if match is None:
        return None
    name: str = (match["one"] or match["two"]).split()[-1]
    return re.sub(r"['’]s?$", "", name).removeprefix("al-")


def lacks_speaker(question: str, found: Sequence[Sentence]) -> bool:
    """Whether a person's words are asked for, and none of the sentences holds any of that person."""
    name = asked_speaker(question)
    if name is None:
        return False
    told = re.compile(
        rf"\b{re.escape(name)}\b[^.;]{{0,60}}?\b{VERB}\b|{VERB}\s+(?:\w+\s+){{0,4}}{re.escape(name)}\b"
    )
    return not any(name in (s.speaker or "") or told.search(s.text) for s in found)


def on_topic(question: str, found: Sequence[Sentence]) -> list[Sentence]:
    """Where it is asked what a named person says about a topic, the person's sentences that name the topic.

    Each of them answers, however little else it says.
    """
    match, name = ASKED.search(question), asked_speaker(question)
    about = TOPIC.search(question, match.end()) if match and match["one"] else None
    if about is None:
        return []
    wanted = set(stems(content_words(about["topic"])))
    own = (s for s in found if s.speaker and name in s.speaker.split())
    return [s for s in own if wanted <= set(stems(words(s.text)))]
