"""What an office program, or a PDF, says of a file that may be believed: its title, and who wrote it.

The dates in there are the file's own, of when it was made or saved, and never the document's.
"""

import re

NO_TITLE = re.compile(
    r"microsoft (?:word|excel|powerpoint)\b.*|untitled.*|(?:document|presentation|book|sheet|doc)\s?\d*"
    r"|.*[\\/].*|.*\.(?:docx?|pdf|indd|tex|dvi|qxd|xlsx?|pptx?|odt|rtf|txt|html?)",
    re.IGNORECASE,
)
PERSON = re.compile(
    r"[^\W\d_a-z][\w'’.\-]*(?:\s+(?:(?:de|da|van|von|der|bin|al|el|la|le)\s+)?[^\W\d_a-z][\w'’.\-]*){1,3}"
)
NO_PERSON = re.compile(
    r"\b(?:microsoft|office|user|admin\w*|owner|openpyxl|anonymous|unknown|author|company|corporation|inc|ltd|gmbh"
    r"|ministry|department|agency|institute|university|committee|commission|council|bank|team|group|press|news"
    r"|times|post|reuters|service|center|centre|association|foundation|default|windows|mac|test|adobe)\b",
    re.IGNORECASE,
)


def stated_title(value: object, text: str) -> str | None:
    """The title in a file's properties, where the document shows it; else it may be a template's."""
    if not isinstance(value, str):
        return None
    title = " ".join(value.split())
    if len(title) < 4 or NO_TITLE.fullmatch(title):
        return None
    return title if title.casefold() in " ".join(text[:20_000].split()).casefold() else None


def stated_authors(value: object) -> tuple[str, ...]:
    """The people in a file's property "author"; none of them where one is no person's name."""
    if not isinstance(value, str):
        return ()
    names = [" ".join(name.split()) for name in re.split(r"[;,&]|\band\b", value) if name.strip()]
    people = all(PERSON.fullmatch(name) and not NO_PERSON.search(name) for name in names)
    return tuple(names) if people else ()
