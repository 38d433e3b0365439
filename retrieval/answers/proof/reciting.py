"""Whether a text recites the prompt that made it."""

import re
import unicodedata
from functools import lru_cache

# So many words in a row taken from the prompt are the prompt's and not an answer.
PROMPT_WORDS = 8
WORD = re.compile(r"[^\W_]+")


def recites(text: str, prompt: str) -> bool:
    """Whether eight words in a row of the text stand so in the prompt, whatever is between the words."""
    return not _rows(prompt).isdisjoint(_made(text))


@lru_cache(maxsize=8)
def _rows(prompt: str) -> frozenset[str]:
    return frozenset(_made(prompt))


def _made(text: str) -> list[str]:
    words = WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [" ".join(words[n : n + PROMPT_WORDS]) for n in range(len(words) - PROMPT_WORDS + 1)]
