"""Mails: what a person sees of one, its heading and its text; each attachment is a document of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import PurePosixPath

from retrieval.documents.content import Content, Facts
from retrieval.documents.document import Unread
from retrieval.documents.formats import ending, reader

HEADING = ("From", "To", "Cc", "Date", "Subject")
# Mails in mails in mails.
DEEPEST = 3
MOST_ATTACHMENTS = 1000
# Characters.
LONGEST_HEADER = 5000
PERSON = re.compile(r"[^\W\d_][^@<>\"]*\s[^@<>\"]*")


def read_mail(data: bytes, depth: int = 0) -> Iterator[Content | Unread]:
    """The mail, then its attachments by their names, in their order."""
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not any(_header(message, name) for name in HEADING):
        yield Unread("", "it is no mail: it has no heading; rename it by what it is")
        return
    yield from _text(message)
    taken: set[str] = set()
    for number, part in enumerate(_attachments(message), 1):
        if number > MOST_ATTACHMENTS:
            yield Unread("", f"only the first {MOST_ATTACHMENTS:,} attachments were read", partly=True)
            return
        name = _name(part, number, taken)
        for found in _attached(part, name, depth):
            if isinstance(found, Unread):
                yield replace(found, source=f"#{name}{found.source}")
            else:
                yield replace(found, name="#".join(filter(None, (name, found.name))))


def _text(message: EmailMessage) -> Iterator[Content | Unread]:
    body = message.get_body(("plain", "html"))
    heading = [f"{name}: {told}" for name in HEADING if (told := _header(message, name))]
    said = _body(body) if isinstance(body, EmailMessage) else ""
    authors = [name for name, _ in getaddresses([_header(message, "From")])]
    yield Content(
        "\n".join([*heading, "", said]) if said else "\n".join(heading),
        facts=Facts(
            title=_header(message, "Subject") or None,
            date=_date(message),
            authors=tuple(name for name in authors if PERSON.fullmatch(name)),
        ),
        is_page=False,
    )


def _body(part: EmailMessage) -> str:
    charset = part.get_content_charset("utf-8")
    data = _bytes(part)
    try:
        text = data.decode(charset, "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    if part.get_content_subtype() != "html":
        return text.replace("\r\n", "\n").replace("\0", "")
    read_html = reader("body.html")
    contents = read_html(text.encode("utf-8-sig")) if read_html else iter(())
    return next((found.text for found in contents if isinstance(found, Content)), "")


def _bytes(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line, without halves of characters; an endless one only begins."""
    try:
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        # Taking a list of addresses apart costs the square of its length.
        value = f"{raw[:LONGEST_HEADER]} …" if len(raw) > LONGEST_HEADER else str(message[name] or "")
    # The parser of headers fails in many ways on what is none.
    except (ValueError, IndexError, TypeError, AttributeError, MessageError):
        return ""
    return " ".join(value.encode("utf-8", "replace").decode("utf-8").split())


def _date(message: EmailMessage) -> str | None:
    try:
        sent = message["Date"]
        moment = sent.datetime if sent is not None else None
    except (ValueError, IndexError, TypeError, AttributeError, MessageError):
        return None
    return moment.date().isoformat() if moment is not None else None


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    if not message.is_multipart():
        return
    try:
        yield from (part for part in message.iter_attachments() if isinstance(part, EmailMessage))
    # A multipart whose payload is no list, or that has no body to tell the rest from.
    except (ValueError, KeyError, AttributeError, TypeError):
        return


def _name(part: EmailMessage, number: int, taken: set[str]) -> str:
    """The name of an attachment, without folders, told apart from those before it."""
    try:
        given = part.get_filename() or ""
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        given = ""
    if not given and part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        message = inner[0] if isinstance(inner, list) and inner else None
        subject = _header(message, "Subject") if isinstance(message, EmailMessage) else ""
        given = f"{subject.replace('/', '-')[:80]}.eml" if subject else ""
    plain = "".join(c for c in given.replace("\\", "/").replace("#", "-") if c.isprintable())
    name = PurePosixPath(plain).name[:200]
    if not name.strip("."):
        kinds = {"message/rfc822": ".eml", "text/html": ".html", "text/plain": ".txt"}
        name = f"attachment-{number}{kinds.get(part.get_content_type(), '')}"
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    told = next(
        n for k in range(len(taken) + 1) if (n := f"{stem} ({k + 1}){suffix}" if k else name) not in taken
    )
    taken.add(told)
    return told


def _attached(part: EmailMessage, name: str, depth: int) -> Iterator[Content | Unread]:
    inner = part.get_payload() if part.get_content_type() == "message/rfc822" else None
    if inner is not None or ending(name) == ".eml":
        if depth >= DEEPEST:
            yield Unread("", f"it lies in {DEEPEST} mails in one another; save it by itself")
            return
        message = inner[0] if isinstance(inner, list) and inner else None
        data = message.as_bytes() if isinstance(message, EmailMessage) else _bytes(part)
        yield from read_mail(data, depth + 1)
        return
    found = reader(name)
    if found is None:
        yield Unread("", f"files of type {ending(name) or 'unknown'} are not read")
    else:
        yield from found(_bytes(part))
