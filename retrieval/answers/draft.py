"""Reads a model's answer while it is still being written: each claim as soon as it is complete.

The form asked for is `{"statements": [{"text", "proofs": [{"passage", "quote"}]}]}`. Servers without
structured output wrap it in prose, code fences or `<think>` blocks; the reader looks past them.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

_PROOF = {
    "type": "object",
    "properties": {
        "passage": {"type": "integer", "description": "number of the passage"},
        "quote": {"type": "string", "description": "words copied exactly from that passage"},
    },
    "required": ["passage", "quote"],
    "additionalProperties": False,
}
_CLAIM = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "the statement, one sentence"},
        "proofs": {"type": "array", "items": _PROOF, "description": "at least one quote that proves it"},
    },
    "required": ["text", "proofs"],
    "additionalProperties": False,
}
# The JSON schema of an answer; no statements where the passages do not say.
SCHEMA = {
    "type": "object",
    "properties": {"statements": {"type": "array", "items": _CLAIM}},
    "required": ["statements"],
    "additionalProperties": False,
}
# No answer to a question is longer, in characters; a model that goes on is stopped.
LONGEST = 60_000
# Nor is any statement, in characters: what is longer is no claim.
STATEMENT = 2_000
THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_START = re.compile(r'"statements"\s*:\s*\[')


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a claim's words are said to come from: the passage's number, from 1, and the words."""

    passage: int
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement as a model wrote it; nothing about it is proven yet."""

    text: str
    proofs: tuple[Proof, ...]


class Reader:
    """Takes the model's words piece by piece and gives each claim once.

    `found` tells whether the form was met at all, `closed` whether the list of statements has ended, and
    `malformed` counts the items of the list that are no claims.
    """

    def __init__(self) -> None:
        self.text = ""
        self.malformed = 0
        self.closed = False
        self._at: int | None = None
        self._decoder = json.JSONDecoder()

    @property
    def found(self) -> bool:
        """Whether a list of statements has begun."""
        return self._at is not None

    @property
    def too_long(self) -> bool:
        """Whether the model has written more than any answer needs."""
        return len(self.text) > LONGEST

    def feed(self, piece: str) -> list[Claim]:
        """The claims that are complete with this piece."""
        self.text += piece
        if self.closed or not any(end in piece for end in "}]>"):
            return []
        if self._at is None:
            # Until the list begins, thoughts are blanked so that offsets stay the same.
            shown = THOUGHT.sub(lambda match: " " * len(match.group()), self.text)
            start = _START.search(shown)
            if start is None:
                return []
            self._at = start.end()
        return self._read()

    def _read(self) -> list[Claim]:
        claims = []
        while (item := self._next()) is not None:
            claim = _claim(item)
            if claim is None:
                self.malformed += 1
            else:
                claims.append(claim)
        return claims

    def _next(self) -> Any:
        """The next whole item of the list, or None where there is none yet."""
        assert self._at is not None
        while self._at < len(self.text) and self.text[self._at] in " \t\r\n,":
            self._at += 1
        if self.text[self._at : self._at + 1] == "]":
            self.closed = True
            return None
        try:
            item, self._at = self._decoder.raw_decode(self.text, self._at)
        except (ValueError, RecursionError):
            return None
        # A bare null is an item too, and no claim.
        return "" if item is None else item


def _claim(item: Any) -> Claim | None:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return None
    given = item.get("proofs")
    proofs = [_proof(one) for one in given] if isinstance(given, list) else []
    text = " ".join(item["text"].split())
    return Claim(text, tuple(proof for proof in proofs if proof)) if 0 < len(text) <= STATEMENT else None


def _proof(item: Any) -> Proof | None:
    if not isinstance(item, dict) or not isinstance(item.get("quote"), str):
        return None
    number = re.search(r"\d{1,6}", str(item.get("passage")))
    return Proof(int(number.group()) if number else 0, item["quote"])
