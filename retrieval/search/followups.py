"""Follow-up questions, which lean on the question before: "And in 2013?", "What did he say of it?"."""

import re
from collections.abc import Mapping, Sequence

from retrieval.search.terms import content_words, words

Message = Mapping[str, str]

REFERRING = frozenset(
    """
    he him his she her hers it its they them their theirs this that these those there then else same
    such one ones former latter both
    """.split()
)
# So begun, a short question goes on with the one before; so asked, only one that names nothing itself.
GOING_ON = re.compile(r"(?:and|but|so|or|what about|how about)\b", re.I)
ASKING = re.compile(r"(?:why|who|when|where|really)\b", re.I)


def earlier_question(history: Sequence[Message]) -> str | None:
    """The user's last question that stands on its own, with the follow-ups behind it."""
    asked = [turn["content"] for turn in history if turn.get("role") == "user"]
    chain: list[str] = []
    for question in reversed(asked):
        chain.insert(0, question)
        if not _leans(question):
            break
    return " ".join(chain[-3:]) or None


def refers_back(question: str, history: Sequence[Message]) -> bool:
    """Whether the question needs the one before to be understood."""
    return bool(history) and _leans(question)


def _leans(question: str) -> bool:
    found = words(question)
    named, asked = len(content_words(question)), question.strip()
    short = (named <= 3 and GOING_ON.match(asked)) or (named <= 1 and ASKING.match(asked))
    return bool(short) or not REFERRING.isdisjoint(found)
