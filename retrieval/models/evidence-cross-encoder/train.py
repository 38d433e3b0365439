"""Train the evidence cross-encoder: python train.py SETS START OUT

SETS is the folder of public question sets, START what start.py wrote, and OUT the file to write
(.safetensors), from which make_model.py makes model.onnx. Needs, in a throw-away environment, torch,
transformers and safetensors beside this project.

What is read is a question and a passage that OnRecord's own search finds for it, as crossencoder.py shows
them. For each question two or three passages are drawn: of an answerable one first one or two with gold
sentences, the rest of the best others, of our own questions over news of the same article first. The loss is
listwise: the gold sentences of a question against all sentences of its passages and against "none of them",
whose logit is 0 and which is right where nothing is gold. So that it does not learn the questions by heart,
each of our own is read once, and some words of passage and question are hidden; in a quarter of the
answerable questions also half of the words that the gold sentences share, so that meaning has to do.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from questions import Question, questions  # it lies beside this file
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import BertConfig, BertModel

from retrieval.answers.crossencoder import CLOSES, OPENS, CrossEncoder, Row
from retrieval.library.minilm import MiniLM

BATCH, ROWS = 8, 6
# Shares of a passage's tokens and of a question's that are hidden, and the token that stands for them.
HIDDEN_BELOW, HIDDEN_ABOVE, MASKED = 0.08, 0.05, 103
# The share of the questions that are drawn from the public sets.
PUBLIC_SHARE = 0.2
DROPOUT, RATE, WARMING = 0.1, 8e-5, 100


class Reader(nn.Module):
    """BERT, and a linear layer over its first token's vector and the mean of a sentence's."""

    def __init__(self, start: Path) -> None:
        super().__init__()
        shape = BertConfig(
            hidden_size=384,
            num_hidden_layers=12,
            intermediate_size=1536,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",
        )
        self.bert = BertModel(shape, add_pooling_layer=False)
        self.bert.load_state_dict(load_file(start))
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(2 * self.bert.config.hidden_size, 1)
        for weight in self.bert.embeddings.word_embeddings.parameters():
            weight.requires_grad = False

    def forward(self, rows: Sequence[Row]) -> torch.Tensor:
        """Logits [rows, sentences] of passages as crossencoder.py makes them."""
        shape = (len(rows), max(len(ids) for ids, _, _ in rows))
        ids, types, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
        shares = torch.zeros((len(rows), 1 + max(max(owners) for _, _, owners in rows), shape[1]))
        for n, (one, kinds, owners) in enumerate(rows):
            ids[n, : len(one)], types[n, : len(one)], mask[n, : len(one)] = (
                torch.tensor(one),
                torch.tensor(kinds),
                1,
            )
            own = torch.arange(shares.shape[1])[:, None] == torch.tensor(owners)
            shares[n, :, : len(one)] = own / own.sum(dim=1, keepdim=True).clamp(min=1)
        tokens = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        means = torch.bmm(shares.to(tokens.dtype), tokens)
        both = torch.cat([tokens[:, :1].expand(-1, means.shape[1], -1), means], 2)
        return self.head(self.dropout(both)).squeeze(-1)


def _masked(row: Row, draw: random.Random) -> Row:
    """The row with some tokens hidden, though none that opens or closes."""
    ids, types, owners = row
    shares = (HIDDEN_ABOVE, HIDDEN_BELOW)
    hidden = [
        MASKED if token not in (OPENS, CLOSES) and draw.random() < shares[part] else token
        for token, part in zip(ids, types, strict=True)
    ]
    return hidden, types, owners


def loss(
    reader: Reader, cutter: CrossEncoder, batch: Sequence[Question], draw: random.Random
) -> torch.Tensor:
    """The mean over some questions of -log P(a gold sentence), or of -log P(none of them)."""
    rows: list[Row] = []
    gold: list[list[bool]] = []
    places: list[range] = []
    for question in batch:
        text, passages = question.drawn(draw)
        places.append(range(len(rows), len(rows) + len(passages)))
        rows += [_masked(cutter.row(text, sentences), draw) for sentences, _ in passages]
        gold += [flags for _, flags in passages]
    logits: dict[int, torch.Tensor] = {}
    # Rows of like lengths together, so that little is padded.
    order = sorted(range(len(rows)), key=lambda n: len(rows[n][0]))
    for start in range(0, len(order), ROWS):
        part = order[start : start + ROWS]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            made = reader([rows[n] for n in part])
        logits |= {n: row[: len(gold[n])] for n, row in zip(part, made.float(), strict=True)}
    losses = []
    for question, own in zip(batch, places, strict=True):
        said = torch.cat([logits[n] for n in own])
        right = torch.tensor([flag for n in own for flag in gold[n]])
        wanted = torch.logsumexp(said[right], 0) if question.answerable else torch.zeros(())
        losses.append(torch.logsumexp(torch.cat([said, torch.zeros(1)]), 0) - wanted)
    return torch.stack(losses).mean()


def train(reader: Reader, known: Sequence[Question]) -> None:
    """AdamW at a rate that rises for WARMING steps and then falls in a line."""
    draw, cutter = random.Random(1), CrossEncoder(MiniLM())
    ours, public = ([q for q in known if bool(q.article) is own] for own in (True, False))
    body = [p for p in reader.bert.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": RATE}, {"params": list(reader.head.parameters()), "lr": 5 * RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = int(len(ours) / (1 - PUBLIC_SHARE)) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1.0, (n + 1) / WARMING) * max(0.02, 1 - n / steps)
    )
    draw.shuffle(ours)
    for step in range(steps):
        batch = [
            draw.choice(public) if not ours or draw.random() < PUBLIC_SHARE else ours.pop()
            for _ in range(BATCH)
        ]
        missed = loss(reader, cutter, batch, draw)
        optimizer.zero_grad()
        missed.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            print(f"step {step} of {steps}: loss {missed.item():.3f}", file=sys.stderr, flush=True)


def main(sets: Path, start: Path, out: Path) -> None:
    """Train, and save the weights under the names that make_model.py reads."""
    torch.manual_seed(0)
    reader = Reader(start).train()
    train(reader, list(questions(sets)))
    state = {name.removeprefix("bert."): tensor.contiguous() for name, tensor in reader.state_dict().items()}
    save_file(state, out)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
