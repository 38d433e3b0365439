"""The local embedder: all-MiniLM-L6-v2 through onnxruntime, as a LangChain `Embeddings`.

Needs no key and no network: the model stands in retrieval/models/. Vectors are float32 [384] of unit
length. Texts past 256 tokens are cut by the model's own limit; passages never are.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from retrieval.library.embedder import Bill, Embedded

MODEL = Path(__file__).parent.parent / "models" / "all-MiniLM-L6-v2"
MAX_TOKENS = 256
BATCH_TOKENS = 4096

Vectors = npt.NDArray[np.float32]


def inference(model: Path) -> Any:
    """The model in a file, ready to run."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Threads that spin while they wait take the cores from everything else that runs: with four programs on
    # two cores they cost a quarter of the speed; alone they gain 4 %.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class MiniLM(Embeddings):
    """all-MiniLM-L6-v2; its files are loaded at first use."""

    name = "all-MiniLM-L6-v2"
    dimension = 384

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        return inference(MODEL / "model.onnx")

    def count_tokens(self, texts: list[str]) -> list[int]:
        """The number of WordPiece tokens of each text, without the model's own two marks."""
        return [len(ids) for ids in self.token_ids(texts)]

    def token_ids(self, texts: list[str]) -> list[list[int]]:
        """The WordPiece tokens of each text, without the model's own two marks."""
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [len(texts), 384], in the order of the texts."""
        made = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for place, tokens, _ in self._tokens(texts):
            made[place] = tokens.mean(axis=0)
        return _unit(made)

    def vectors_with_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Vectors, list[Vectors]]:
        """`vectors`, and for each text the unit vectors of its parts, spans of its characters.

        A part's vector is the mean of its tokens as they stand in the whole text ("late chunking",
        Günther et al., 2024), so it costs nothing more and knows its context.
        """
        made = np.zeros((len(texts), self.dimension), dtype=np.float32)
        inside: list[Vectors] = [made[:0]] * len(texts)
        for place, tokens, offsets in self._tokens(texts):
            made[place] = tokens.mean(axis=0)
            means = [tokens[_tokens_within(offsets, start, end)].mean(axis=0) for start, end in parts[place]]
            inside[place] = _unit(np.array(means, dtype=np.float32).reshape(-1, self.dimension))
        return _unit(made), inside

    def _tokens(self, texts: Sequence[str]) -> Iterator[tuple[int, Vectors, npt.NDArray[np.int64]]]:
        """For each text, in no order: its place, its token vectors, their character offsets [tokens, 2]."""
        if not texts:
            return
        encodings = self._tokenizer.encode_batch(list(texts))
        kept = [_window(len(encoding.ids)) for encoding in encodings]
        for batch in _batches([len(places) for places in kept]):
            longest = max(len(kept[place]) for place in batch)
            ids = np.zeros((len(batch), longest), dtype=np.int64)
            mask = np.zeros((len(batch), longest), dtype=np.int64)
            for row, place in enumerate(batch):
                length = len(kept[place])
                ids[row, :length] = np.array(encodings[place].ids)[kept[place]]
                mask[row, :length] = 1
            tokens = self._session.run(None, {"ids": ids, "mask": mask})[0]
            for row, place in enumerate(batch):
                offsets = np.array(encodings[place].offsets)[kept[place]]
                yield place, tokens[row, : len(kept[place])], offsets

    def portions(self, texts: Sequence[str]) -> Iterator[range]:
        """All at once."""
        yield range(len(texts))

    def bill(self, texts: Iterable[str]) -> Bill | None:
        """It is free."""
        return None

    def embed(self, texts: Sequence[str], patient: bool = True) -> Embedded:
        """`vectors`, at no cost."""
        return Embedded(self.vectors(texts))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's interface to `vectors`."""
        return [[float(x) for x in row] for row in self.vectors(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's interface to `vectors`, for one question."""
        return self.embed_documents([text])[0]


def _window(length: int) -> npt.NDArray[np.int64]:
    """The tokens that are kept of so many: all, or the first 255 and the closing mark."""
    if length <= MAX_TOKENS:
        return np.arange(length)
    return np.append(np.arange(MAX_TOKENS - 1), length - 1)


def _tokens_within(offsets: npt.NDArray[np.int64], start: int, end: int) -> npt.NDArray[np.bool_]:
    """The tokens that lie in [start, end), or all where none does."""
    first, last = offsets[:, 0], offsets[:, 1]
    within: npt.NDArray[np.bool_] = (last > first) & (first >= start) & (last <= end)
    return within if within.any() else np.ones(len(offsets), dtype=np.bool_)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


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
