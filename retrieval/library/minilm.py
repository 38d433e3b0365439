"""The local embedder: all-MiniLM-L6-v2 through onnxruntime, as a LangChain `Embeddings`.

Needs no key and no network: the model stands in retrieval/models/. Vectors are float32 [384] of unit
length. Texts past 256 tokens are cut by the model's own limit; passages never are.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

MODEL = Path(__file__).parent.parent / "models" / "all-MiniLM-L6-v2"
MAX_TOKENS = 256
BATCH_TOKENS = 4096

Vectors = npt.NDArray[np.float32]


class MiniLM(Embeddings):
    """all-MiniLM-L6-v2; its files are loaded at first use."""

    name = "all-MiniLM-L6-v2"
    dimension = 384

    @cached_property
    def _tokenizer(self):  # type: ignore[no-untyped-def]  # tokenizers ships no types
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _session(self):  # type: ignore[no-untyped-def]  # onnxruntime ships no types
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(MODEL / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def count_tokens(self, texts: list[str]) -> list[int]:
        """The number of WordPiece tokens of each text, without the model's own two marks."""
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [len(texts), 384], in the order of the texts."""
        made = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return made
        encoded = [e.ids for e in self._tokenizer.encode_batch_fast(list(texts))]
        ids = [row if len(row) <= MAX_TOKENS else [*row[: MAX_TOKENS - 1], row[-1]] for row in encoded]
        for batch in _batches([len(row) for row in ids]):
            longest = max(len(ids[place]) for place in batch)
            padded = np.zeros((len(batch), longest), dtype=np.int64)
            mask = np.zeros((len(batch), longest), dtype=np.int64)
            for row, place in enumerate(batch):
                padded[row, : len(ids[place])] = ids[place]
                mask[row, : len(ids[place])] = 1
            tokens = self._session.run(None, {"ids": padded, "mask": mask})[0]
            summed = (tokens * mask[:, :, None]).sum(axis=1)
            made[batch] = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return made

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's interface to `vectors`."""
        return self.vectors(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's interface to `vectors`, for one question."""
        return self.vectors([text])[0].tolist()  # type: ignore[no-any-return]


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Places sorted by length, in batches that stay within BATCH_TOKENS when padded."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
