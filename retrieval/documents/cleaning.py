"""The copy of a text that goes to a language model: what a person sees, and nothing that hides.

Invisible characters can carry instructions that nobody reads. They are dropped unless they shape what is
seen: joiners inside Persian and Indic words, the selectors and joiners of emoji, ideographic variants.
"""

import re

# Character classes, without their brackets. INVISIBLE: controls that are no white space; soft hyphen;
# joiners, zero-width and bidirectional marks; variation selectors; tags; musical and shorthand formats;
# halves of surrogate pairs. A flag spelled with tags becomes a plain black one: tags can spell anything.
INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff\ud800-\udfff"
)
# All that Python takes for white space and that breaks a line or a page.
BREAKS = r"\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029"
VIRAMA = (
    r"\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a\u17d2"
    r"\ua953\ua9c0\U00011046\U000110b9\U00011133\U000111c0"
)
# Letters and marks of the scripts in which a joiner changes the shape of its neighbours.
JOINING = (
    r"\u0620-\u065f\u066e-\u06dc\u06fa-\u07ff\u0840-\u08ff\u0900-\u0dff"
    r"\u1000-\u109f\u1780-\u17ff\u1820-\u18aa"
)
PICTURE = (
    r"\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    r"\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
IDEOGRAPH = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

KEPT = "|".join(
    (
        rf"(?<=[{VIRAMA}])[\u200c\u200d]",
        rf"(?<=[{JOINING}])[\u200c\u200d](?=[{JOINING}])",
        rf"(?:(?<=[{PICTURE}])|(?<=[{PICTURE}]\ufe0f))\u200d(?=[{PICTURE}])",
        rf"(?<=[{PICTURE}])[\ufe0e\ufe0f]",
        r"(?<=[0-9#*])\ufe0f(?=\u20e3)",
        rf"(?<=[{IDEOGRAPH}])[\ufe00-\ufe02\U000e0100-\U000e01ef]",
        # At the end of a line a soft hyphen is seen.
        rf"\xad(?=[ \t]*[{BREAKS}])",
    )
)
# One character that hides, wherever it does not shape what is seen.
HIDING = rf"(?!{KEPT})[{INVISIBLE}]"
CHANGED = re.compile(rf"(?P<line>\r\n?|(?!\n)[{BREAKS}])|{HIDING}")


def clean(text: str) -> str:
    r"""The text without invisible characters; every break of a line or page is "\n".

    White space, letters, marks and all else that is seen stay as they are. Cleaning twice changes no more.
    """
    return CHANGED.sub(lambda found: "\n" if found["line"] else "", text)
