"""A file of the documents folder, as it was when its bytes were last looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """`modified`, `changed` and `seen` are nanoseconds since 1970: of its bytes, of anything about it, and
    when it was looked at.

    `content` stands for its bytes and how they are read. Files of one content are one document with several
    names; `shown_as` is the name that it is cited by.
    """

    path: str
    size: int
    modified: int
    changed: int
    seen: int
    content: str
    shown_as: str
