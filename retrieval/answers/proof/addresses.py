"""The addresses in a text, and the marks that make links, pictures or elements of it when it is rendered."""

import re
import unicodedata

# What stands between white space, quotation marks and brackets is one address, or none.
TOKEN = re.compile(r"[^\s\"'“”‘’«»()<>\[\]{}|]+")
LETTER = r"[^\W\d_]"
# Each branch is anchored or short, so that a text of any length is read in one go.
ADDRESS = re.compile(
    rf"\w://|(?<!\w)(?:https?|ftp|file|data|javascript|vbscript|blob|mailto|tel|sms|magnet):\S"
    rf"|(?<!\w)www\.|(?<![^\W_])//\w|\\\\\w"
    # A name with a dot: two letters at the least on both sides, or one and a short ending (t.co).
    rf"|(?<![\w-])(?=[\w-]{{0,250}}{LETTER}[\w-])[\w-]{{2,253}}\.{LETTER}{{2,}}(?!\w)|(?<!\w){LETTER}\.{LETTER}{{2,3}}(?!\w)"
    r"|[\w-]\.xn--\w|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])",
    re.IGNORECASE,
)
# ![picture, [text](address), [text][name], [name]: address, <element, <address>
MARKUP = re.compile(r"!\[|\]\s?[\[(:]|<[a-z/!?]", re.IGNORECASE)
# A browser takes the ideographic full stop for a dot between the parts of a host's name.
DOT = re.compile(r"(?<=[a-z0-9])[。｡](?=[a-z0-9])", re.IGNORECASE)


def addresses(text: str) -> set[str]:
    """Web and mail addresses, bare host names among them, and marks of links, pictures and elements.

    In lower case and with full-width letters made plain, so that one address has one spelling.
    """
    level = unicodedata.normalize("NFKC", DOT.sub(".", text)).casefold()
    found = {token.strip(".,;:!?…") for token in TOKEN.findall(level) if ADDRESS.search(token)}
    return found | {mark.replace(" ", "") for mark in MARKUP.findall(level)}
