"""The language of a text, where it is plain from the text: by py3langid, or unknown."""

from functools import cache
from typing import Any

# Of these many letters at least, and no more than so many characters are looked at.
LEAST = 100
LOOKED_AT = 3000
SURE = 0.99


@cache
def _identifier() -> Any:
    # Late: it loads a table, and small plain files need not wait for it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language(text: str) -> str | None:
    """The ISO 639-1 code of the language of a text, or None where it is short or not plain."""
    looked_at = text[:LOOKED_AT]
    if sum(map(str.isalpha, looked_at)) < LEAST:
        return None
    code, probability = _identifier().classify(looked_at)
    # A longer code is of a language that has none of two letters.
    return str(code) if probability >= SURE and len(code) == 2 else None
