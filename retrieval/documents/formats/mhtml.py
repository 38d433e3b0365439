"""Web pages saved whole (MHTML): their main part is the page."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy

from retrieval.documents.content import Content
from retrieval.documents.document import Unread
from retrieval.documents.formats.html import read_html

ADDRESS = re.compile(r"https?://\S+")


def read_mhtml(data: bytes) -> Iterator[Content | Unread]:
    """The page; the address that it was saved from is known where it states none itself."""
    message = message_from_bytes(data, policy=policy.compat32)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    start = (message.get_param("start") or "") if message.is_multipart() else ""
    page = next((part for part in pages if start and part.get("Content-ID") == start), None) or (
        pages[0] if pages else None
    )
    if page is None:
        yield Unread("", "no part of it is a web page; save the page once more")
        return
    payload = page.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = page.get_content_charset()
    if charset:
        # The part's own heading goes before what the page says; where it is wrong, that is all there is.
        with suppress(LookupError, UnicodeError):
            content = b"\xef\xbb\xbf" + content.decode(charset).encode("utf-8")
    stated = (message.get("Snapshot-Content-Location"), page.get("Content-Location"))
    address = next((str(url).strip() for url in stated if url and ADDRESS.fullmatch(str(url).strip())), None)
    for found in read_html(content):
        if isinstance(found, Content) and not found.facts.url:
            found = replace(found, facts=replace(found.facts, url=address))
        yield found
