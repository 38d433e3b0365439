"""The cross-encoder: reads a question and a sentence together and says how well the one answers the other.

A small BERT that was fine-tuned from the embedder's weights on questions with marked sentences; see
retrieval/models/evidence-cross-encoder. It is slower than comparing vectors by far, so it reads only the
sentences that those put first.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.answers.evidence import Sentence
from retrieval.library.minilm import MiniLM, inference

MODEL = Path(__file__).parent.parent / "models" / "evidence-cross-encoder" / "model.onnx"
OPENS, CLOSES = 101, 102
# WordPiece tokens that are read at most of each part, as when it was trained.
QUESTION, HEAD, BEFORE, SENTENCE, AFTER = 40, 24, 32, 80, 24


class CrossEncoder:
    """Scores sentences as evidence; its file is loaded while the passages are searched for."""

    def __init__(self, embedder: MiniLM) -> None:
        # Both models cut words alike.
        self._embedder = embedder
        loading = ThreadPoolExecutor(1)
        self._session: Future[Any] = loading.submit(inference, MODEL)
        loading.shutdown(wait=False)

    def logits(self, question: str, sentences: Sequence[Sentence]) -> list[float]:
        """For each sentence the log-odds that it answers the question."""
        if not sentences:
            return []
        asked = self._ids([question])[0][:QUESTION]
        rows = [self._row(asked, sentence) for sentence in sentences]
        shape = (len(rows), max(len(ids) for ids, _ in rows))
        ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for n, (row, kinds) in enumerate(rows):
            ids[n, : len(row)], types[n, : len(row)], mask[n, : len(row)] = row, kinds, 1
        made = self._session.result().run(None, {"ids": ids, "mask": mask, "types": types})[0]
        return [float(logit) for logit in made]

    def _row(self, asked: list[int], sentence: Sentence) -> tuple[list[int], list[int]]:
        """The tokens of question and sentence in its place, and which of them are the sentence's."""
        title, speaker = sentence.document.title, sentence.speaker
        above = (f"{title}. " if title else "") + (f"{speaker}: " if speaker else "")
        head, before, own, after = self._ids([above, sentence.before, sentence.text, sentence.after])
        left = [OPENS, *asked, CLOSES, *head[:HEAD], *before[-BEFORE:]]
        own, right = own[:SENTENCE], [*after[:AFTER], CLOSES]
        return [*left, *own, *right], [0] * len(left) + [1] * len(own) + [0] * len(right)

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return self._embedder.token_ids(texts)
