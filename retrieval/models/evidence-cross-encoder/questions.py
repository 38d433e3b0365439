"""The questions that train.py trains on, each with the passages that OnRecord's own search finds for it."""

import json
import random
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from eval.case import Evidence, load_cases
from eval.fitting import ASIDE, NEWS, PUBLIC, QUESTIONS, articles, asked_before, is_gold, kept
from retrieval.answers.evidence import Sentence, gather
from retrieval.api import Library
from retrieval.assistant import CANDIDATES
from retrieval.search.followups import Message
from retrieval.search.question import understand
from retrieval.search.search import search

# An eighth of our own questions over the public sets' texts is kept for measuring.
OWN_KEPT = 8
# So many passages of a question are read at once, in a third of all cases one more; and of so many of the
# nearest they are drawn.
READ, MORE, NEAR = 2, 0.35, 5
HIDDEN, MASK = 0.25, "[MASK]"

# The sentences of a passage, and whether each is gold.
Passage = tuple[list[Sentence], list[bool]]


@dataclass(frozen=True)
class Question:
    """A question and the passages found for it; `article` is the one that it was written for, if any."""

    text: str
    answerable: bool
    article: str | None
    passages: list[Passage]

    def drawn(self, draw: random.Random) -> tuple[str, list[Passage]]:
        """The question as it is read this time, and the passages that are read with it."""
        gold = [passage for passage in self.passages if any(passage[1])]
        others = [passage for passage in self.passages if not any(passage[1])]
        if self.article:
            # The same article is sure not to answer what it was written not to answer.
            own = [p for p in others if p[0][0].document.source == self.article]
            others = own[: NEAR - 2] + [p for p in others if p not in own][:2]
        near, many = others[:NEAR], READ + (draw.random() < MORE)
        if not self.answerable:
            return self.text, near[:1] + draw.sample(near[1:], min(len(near) - 1, many - 1))
        chosen = draw.sample(gold, min(len(gold), 1 + (draw.random() < 0.3)))
        chosen += draw.sample(near, min(len(near), many - len(chosen)))
        text = _hidden(self.text, gold, draw) if draw.random() < HIDDEN else self.text
        return text, chosen


def questions(sets: Path) -> Iterator[Question]:
    """All that is trained on: the public sets', and our own over their texts and over articles."""
    own = [json.loads(line) for line in QUESTIONS.open(encoding="utf-8")]
    for name in PUBLIC:
        asked = [
            (case.question, case.history, case.evidence if case.answerable else (), None)
            for case in load_cases(sets / name / "cases.jsonl")
            if not kept(name, case.group)
        ]
        ours = [row for row in own if row["set"] == name and zlib.crc32(f"wq{row['id']}".encode()) % OWN_KEPT]
        asked += [(row["question"], (), _gold(row), None) for row in ours]
        yield from _found(sets / name / "docs.jsonl", asked)
    news = [row for row in own if row["set"] == "realtimeqa" and row["group"] not in (*NEWS, *ASIDE)]
    for _, rows in groupby(news, key=lambda row: row["group"]):
        group = list(rows)
        with tempfile.TemporaryDirectory() as folder:
            docs = Path(folder) / "docs.jsonl"
            docs.write_text(articles(sets, [row["article"] for row in group]), encoding="utf-8")
            asked = [(row["question"], asked_before(row), _gold(row), row["article"]) for row in group]
            yield from _found(docs, asked)


def _gold(row: dict[str, Any]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**span) for span in row["evidence"])


Asked = tuple[str, Sequence[Message], Sequence[Evidence], str | None]


def _found(docs: Path, asked: Iterable[Asked]) -> Iterator[Question]:
    """Questions with what OnRecord finds for them, less those whose gold it does not find."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "documents"
        place.mkdir()
        shutil.copy(docs, place / "docs.jsonl")
        with Library.open(place, Path(folder) / "state") as library:
            library.sync()
            for text, history, gold, article in asked:
                question = understand(text, history, library.index)
                found = gather(library.index, question, search(library.index, question, CANDIDATES))
                passages = [list(p) for _, p in groupby(found, key=lambda s: s.passage.id)]
                marked = [(p, [any(is_gold(s, e) for e in gold) for s in p]) for p in passages]
                if marked and (not gold or any(any(flags) for _, flags in marked)):
                    yield Question(question.standalone, bool(gold), article, marked)


def _hidden(text: str, gold: Sequence[Passage], draw: random.Random) -> str:
    sentences = [s for passage, flags in gold for s, is_one in zip(passage, flags, strict=True) if is_one]
    there = {word.lower() for s in sentences for word in re.findall(r"\w{4,}", s.text)}

    def hide(match: re.Match[str]) -> str:
        word = match.group()
        return MASK if word in there and word[0].islower() and draw.random() < 0.5 else word

    return re.sub(r"\w{4,}", hide, text)
