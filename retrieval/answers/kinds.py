"""What kind of thing a question asks for, and whether a sentence holds one."""

import re

START = r"^\W*(?:and |but |so )?"
ASKED = {
    "number": r"\bhow (?:many|much|large|big|high|old|long|far|often)\b|\bwhat (?:number|share|percentage)\b",
    "time": r"\bwhen\b|\b(?:what|which) (?:year|month|date|day|time|week)\b|\bhow long ago\b|\bsince when\b",
    "person": START + r"(?:who|whom|whose)\b|\b(?:which|what) (?:person|man|woman|official|minister)\b",
    "place": START + r"where\b|\b(?:which|what) (?:countr(?:y|ies)|cit(?:y|ies)|places?|regions?|states?)\b",
}
WANTED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in ASKED.items()}
NUMBER = re.compile(
    r"""\d | \b(?: one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve
    | (?:thir|four|fif|six|seven|eigh|nine)teen | (?:twen|thir|for|fif|six|seven|eigh|nine)ty
    | dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter
    | twice|once|both|none|single|several|many|few|most )\b""",
    re.IGNORECASE | re.VERBOSE,
)
TIME = re.compile(
    r"""\b(?: (?:1[0-9]|20)\d\d | january|february|march|april|may|june|july|august|september|october
    | november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century
    | spring|summer|autumn|winter|today|yesterday|tomorrow|(?:last|this|next)\ (?:year|month|week|night)
    | (?:years?|months?)\ ago|days?|weeks?|hours? )\b""",
    re.IGNORECASE | re.VERBOSE,
)
NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][a-z]+|\b[A-Z]{2,}\b|\b[A-Z][a-z]+ [A-Z][a-z]+")
HOLDS = {"number": NUMBER, "time": TIME, "person": NAME, "place": NAME}


AUTHOR = re.compile(
    r"\bwho (?:wrote|has written|authored)\b|\bwho(?: is|'s) the (?:author|writer)\b|\bwritten by\b",
    re.IGNORECASE,
)


def asks_for_author(question: str) -> bool:
    """Whether the question asks who wrote a document."""
    return bool(AUTHOR.search(question))


def wanted_kind(question: str) -> str | None:
    """ "number", "time", "person" or "place" where the question asks for one, else None."""
    return next((kind for kind, pattern in WANTED.items() if pattern.search(question)), None)


def holds_kind(kind: str, text: str) -> bool:
    """Whether a text holds something of that kind."""
    return bool(HOLDS[kind].search(text))
