"""Follow-up questions, which lean on the question before: "And in 2013?", "What did he say of it?"."""

import re
from collections.abc import Mapping, Sequence

from retrieval.search.terms import NAME, STOP_WORDS, words

Message = Mapping[str, str]

REFERRING = frozenset(
    """
    he him his she her hers it its they them their theirs this that these those there then else same
    such one ones former latter both
    """.split()
)
# After a name in the same question these mean that name: "How did Berg explain her vote?".
OWNING = re.compile(r"\b(?:his|her|its|their)\b", re.I)
# So begun, a question goes on with the one before.
GOING_ON = re.compile(r"(?:and|but|so|or|what about|how about)\b", re.I)
# Of so few content words, and no name, it hardly stands on its own: "Who signed the memo?".
FEW = 3


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
    asked = question.strip()
    name = NAME.search(asked)
    if GOING_ON.match(asked) or (not name and len(set(words(asked)) - STOP_WORDS) <= FEW):
        return True
    own = asked[: name.start()] + OWNING.sub(" ", asked[name.start() :]) if name else asked
    return not REFERRING.isdisjoint(words(own))
