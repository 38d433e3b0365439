"""The cross-encoder: reads a question and a passage together and says how well each sentence answers.

A small BERT that was fine-tuned from the embedder's weights on questions with marked sentences; see
retrieval/models/evidence-cross-encoder. It is slower than comparing vectors by far, so it reads only the
passages of the sentences that those put first.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.answers.confidence import rank, to_read
from retrieval.answers.evidence import Sentence
from retrieval.library.minilm import MiniLM, inference

MODEL = Path(__file__).parent.parent / "models" / "evidence-cross-encoder" / "model.onnx"
OPENS, CLOSES = 101, 102
# WordPiece tokens that are read at most: of the question, with the one before it, of title and speaker, of
# the sentence before the passage, and of a sentence; and in all, which is as far as BERT counts.
QUESTION, HEAD, BEFORE, SENTENCE, WINDOW = 64, 24, 32, 254, 512
# Passages that are read at once.
BATCH = 4
# Characters of the line before a passage; enough for BEFORE tokens.
LINE = 200

# Tokens, their segments, and for each the number of the sentence that it belongs to, or -1.
Row = tuple[list[int], list[int], list[int]]


class CrossEncoder:
    """Scores sentences as evidence; its file is loaded while the passages are searched for."""

    def __init__(self, embedder: MiniLM) -> None:
        # Both models cut words alike.
        self._embedder = embedder
        loading = ThreadPoolExecutor(1)
        self._session: Future[Any] = loading.submit(inference, MODEL)
        loading.shutdown(wait=False)

    def read(self, question: str, found: Sequence[Sentence]) -> list[Sentence]:
        """The same sentences, in no order; those of the passages that rank best now have their `logit`."""
        chosen, rest = to_read(rank(found))
        logits = self.logits(question, chosen)
        return [*(replace(s, logit=logit) for s, logit in zip(chosen, logits, strict=True)), *rest]

    def logits(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        """For each sentence the log-odds that it answers the question.

        Neighbours of one passage are read together, as they stand.
        """
        if not sentences:
            return []
        groups = [list(group) for _, group in groupby(sentences, key=lambda s: s.passage.id)]
        rows = [self.row(question, group) for group in groups]
        made: dict[int, list[float]] = {}
        # Rows of like lengths together, so that little is padded.
        order = sorted(range(len(rows)), key=lambda n: len(rows[n][0]))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            logits = self._run([rows[n] for n in part], max(len(groups[n]) for n in part))
            made |= {n: list(map(float, own[: len(groups[n])])) for n, own in zip(part, logits, strict=True)}
        return [logit for n in range(len(rows)) for logit in made[n]]

    def _run(self, rows: Sequence[Row], sentences: int) -> Any:
        """Logits [rows, sentences] of rows that have so many sentences at most."""
        shape = (len(rows), max(len(ids) for ids, _, _ in rows))
        ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        shares = np.zeros((len(rows), sentences, shape[1]), dtype=np.float32)
        for n, (row, kinds, owners) in enumerate(rows):
            ids[n, : len(row)], types[n, : len(row)], mask[n, : len(row)] = row, kinds, 1
            own = np.arange(sentences)[:, None] == np.array(owners)
            shares[n, :, : len(row)] = own / np.maximum(own.sum(axis=1, keepdims=True), 1)
        given = {"ids": ids, "mask": mask, "types": types, "shares": shares}
        return self._session.result().run(None, given)[0]

    def row(self, question: str, sentences: Sequence[Sentence]) -> Row:
        """The question and some neighbours of one passage as the model reads them."""
        first = sentences[0]
        title, speaker = first.document.title, next((s.speaker for s in sentences if s.speaker), None)
        above = (f"{title}. " if title else "") + (f"{speaker}: " if speaker else "")
        before = first.before or _line_before(first.document.text, first.passage.start)
        texts = [question, above, before, *(s.text for s in sentences)]
        asked, head, last, *own = self._embedder.token_ids(texts)
        left = [OPENS, *asked[:QUESTION], CLOSES]
        beside = [*head[:HEAD], *last[-BEFORE:]]
        tokens, owners = [*left, *beside], [-1] * (len(left) + len(beside))
        for number, part in enumerate(own):
            tokens += part[:SENTENCE]
            owners += [number] * len(part[:SENTENCE])
        tokens, owners = [*tokens[: WINDOW - 1], CLOSES], [*owners[: WINDOW - 1], -1]
        return tokens, [0] * len(left) + [1] * (len(tokens) - len(left)), owners


def _line_before(text: str, start: int) -> str:
    """The end of the line of text before a passage, which may name what the passage is about."""
    return text[max(0, start - LINE) : start].rstrip().rpartition("\n")[2]
