"""Train the evidence cross-encoder: python train.py SETS WEIGHTS OUT

SETS is the folder of public question sets, WEIGHTS the folder of all-MiniLM-L6-v2's published weights, and
OUT the file to write (.safetensors), from which make_model.py makes model.onnx. Needs, in a throw-away
environment, torch, transformers and safetensors beside this project.

A pair is a question and a sentence of one of the passages that OnRecord's own search finds for it, shown
within its passage: title, speaker, sentence before, sentence, sentence after. The label is whether the
sentence is gold. For each answerable question two gold sentences at most, three of the five other sentences
nearest in meaning and two of the rest; for each unanswerable one three of the four nearest. In three of ten
answerable questions half of the words that the gold sentence shares are hidden, so that meaning has to do.
"""

import json
import random
import re
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import AutoModel

from eval.case import Evidence, load_cases
from retrieval.answers.crossencoder import AFTER, BEFORE, CLOSES, HEAD, OPENS, QUESTION, SENTENCE
from retrieval.answers.evidence import Sentence, gather
from retrieval.api import Library
from retrieval.library.minilm import MiniLM
from retrieval.search.question import understand
from retrieval.search.search import search

HERE = Path(__file__).parent
PASSAGES = {"squad2": 3, "clapnq": 4, "mtrag": 5, "chroma": 6}
# A fifth of the groups of each set, and an eighth of our own questions, are kept for measuring.
KEPT = 5
OWN_KEPT = 8
BATCH = 32
# (epochs, steps or None, learning rate): public sets alone, both with ours twice, and the end.
PHASES = ((1, None, 6e-5), (3, None, 6e-5), (1, 420, 3e-5))
MASK = "[MASK]"


@dataclass(frozen=True)
class Question:
    text: str
    answerable: bool
    own: bool
    gold: list[Sentence]
    others: list[Sentence]


class Reader(nn.Module):
    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(weights)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(2 * self.bert.config.hidden_size, 1)
        for weight in self.bert.embeddings.word_embeddings.parameters():
            weight.requires_grad = False

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        tokens = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        chosen = types.float().unsqueeze(-1)
        mean = (tokens * chosen).sum(1) / chosen.sum(1).clamp(min=1)
        return self.head(self.dropout(torch.cat([tokens[:, 0], mean], 1))).squeeze(-1)


def kept(name: str, group: str) -> bool:
    key = group.rsplit("-", 1)[0] if name == "squad2" else group
    return zlib.crc32(key.encode()) % KEPT == 0


def questions(sets: Path) -> Iterator[Question]:
    own = [json.loads(line) for line in (HERE / "questions.jsonl").open(encoding="utf-8")]
    for name, k in PASSAGES.items():
        asked = [
            (case.question, case.history, case.evidence, False)
            for case in load_cases(sets / name / "cases.jsonl")
            if not kept(name, case.group)
        ]
        for row in own:
            if row["set"] == name and zlib.crc32(f"wq{row['id']}".encode()) % OWN_KEPT:
                gold = tuple(Evidence(**span) for span in row["evidence"])
                asked.append((row["question"], (), gold, True))
        with tempfile.TemporaryDirectory() as state, Library.open(sets / name, state) as library:
            library.sync()
            for text, history, gold, is_own in asked:
                question = understand(text, history, library.index)
                found = gather(library.index, question, search(library.index, question, k))
                found.sort(key=lambda s: -s.features["within"])
                right = [s for s in found if any(_covers(s, e) for e in gold)]
                rest = [s for s in found if s not in right]
                yield Question(question.standalone, bool(gold), is_own, right, rest)


def _covers(sentence: Sentence, gold: Evidence) -> bool:
    shared = min(sentence.span.end, gold.end) - max(sentence.span.start, gold.start)
    shorter = min(sentence.span.end - sentence.span.start, gold.end - gold.start)
    return sentence.document.source == gold.source and 2 * shared >= shorter


def pairs(question: Question, draw: random.Random) -> list[tuple[str, Sentence, float]]:
    text, near = question.text, question.others
    if not question.answerable:
        return [(text, s, 0.0) for s in draw.sample(near[:4], min(3, len(near[:4])))]
    if not question.gold:
        return []
    if draw.random() < 0.3:
        text = _hidden(text, question.gold, draw)
    chosen = [(text, s, 1.0) for s in draw.sample(question.gold, min(2, len(question.gold)))]
    for part, many in ((near[:5], 3), (near[5:], 2)):
        chosen += [(text, s, 0.0) for s in draw.sample(part, min(many, len(part)))]
    return chosen


def _hidden(text: str, gold: list[Sentence], draw: random.Random) -> str:
    there = {word.lower() for s in gold for word in re.findall(r"\w{4,}", s.text)}

    def hide(match: re.Match[str]) -> str:
        word = match.group()
        return MASK if word in there and word[0].islower() and draw.random() < 0.5 else word

    return re.sub(r"\w{4,}", hide, text)


def row(cutter: MiniLM, text: str, s: Sentence) -> tuple[list[int], list[int]]:
    above = (f"{s.document.title}. " if s.document.title else "") + (f"{s.speaker}: " if s.speaker else "")
    asked, head, before, own, after = cutter.token_ids([text, above, s.before, s.text, s.after])
    left = [OPENS, *asked[:QUESTION], CLOSES, *head[:HEAD], *before[-BEFORE:]]
    own, right = own[:SENTENCE], [*after[:AFTER], CLOSES]
    return [*left, *own, *right], [0] * len(left) + [1] * len(own) + [0] * len(right)


def padded(rows: list[tuple[list[int], list[int]]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    shape = (len(rows), max(len(ids) for ids, _ in rows))
    ids, types, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for n, (one, kinds) in enumerate(rows):
        ids[n, : len(one)], types[n, : len(one)], mask[n, : len(one)] = (
            torch.tensor(one),
            torch.tensor(kinds),
            1,
        )
    return ids, types, mask


def train(reader: Reader, all_questions: list[Question], epochs: int, limit: int | None, rate: float) -> None:
    draw, cutter = random.Random(1), MiniLM()
    head = list(reader.head.parameters())
    body = [p for p in reader.bert.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": rate}, {"params": head, "lr": max(1e-3 * rate / 6e-5, 3e-4)}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = limit or epochs * sum(len(pairs(q, draw)) for q in all_questions) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / 100) * max(0.02, 1 - n / steps)
    )
    for _ in range(epochs):
        chosen = [(row(cutter, text, s), y) for q in all_questions for text, s, y in pairs(q, draw)]
        draw.shuffle(chosen)
        for start in range(0, min(len(chosen), (limit or len(chosen)) * BATCH), BATCH):
            part = chosen[start : start + BATCH]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = reader(*padded([one for one, _ in part]))
            wanted = torch.tensor([y for _, y in part])
            loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), wanted)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            schedule.step()


def main(sets: Path, weights: Path, out: Path) -> None:
    torch.manual_seed(0)
    known = list(questions(sets))
    ours, reader = [q for q in known if q.own], Reader(weights).train()
    for number, (epochs, limit, rate) in enumerate(PHASES):
        train(
            reader, [q for q in known if not q.own] if number == 0 else [*known, *ours], epochs, limit, rate
        )
    state = {
        name.removeprefix("bert."): tensor.contiguous()
        for name, tensor in reader.state_dict().items()
        if "pooler" not in name and "position_ids" not in name
    }
    save_file(state, out)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
