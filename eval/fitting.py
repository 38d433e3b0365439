"""Fit the weights of retrieval/answers/confidence.py: python -m eval.fitting SETS

SETS is the folder of public question sets. Fitted on is what the cross-encoder was not trained on: a part of
each public set, our own questions over some groups of news articles, and the tuning half of the seed
questions; the half kept aside is never read. Prints the weights, and for each set what they come to, also
with weights fitted on the other sets alone; and what they come to on groups of articles that are measured
alone.

The ranking is a softmax over the sentences of a question whose logits are the weighted sums of their
features; weights are not negative, and the likelihood of the gold sentences is maximised with a small
quadratic penalty (scipy's L-BFGS-B). The confidence is a logistic regression, in which the answerable
questions of a set count as much as its others.
"""

import json
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from eval.benchmarks.choosing import spread
from eval.case import TUNING, Case, Evidence, load_cases
from eval.metrics.confidence import auroc
from retrieval.answers.attribution import lacks_speaker
from retrieval.answers.confidence import BEST, limited, signs
from retrieval.answers.crossencoder import MODEL, CrossEncoder
from retrieval.answers.evidence import FEATURES, Sentence, gather
from retrieval.api import Library
from retrieval.assistant import CANDIDATES
from retrieval.search.question import understand
from retrieval.search.search import search

SEEDS = Path(__file__).parent.parent / "seeds"
# Our own questions, by the model that is trained on them.
QUESTIONS = MODEL.with_name("questions.jsonl")
PUBLIC = ("squad2", "clapnq", "chroma")
# Of each public set a fifth of the groups is kept from training; of our own questions over news some groups,
# of which the last are not fitted on either.
KEPT, NEWS, ASIDE = 5, (19, 20, 38, 54), (39, 40, 41, 66)
# Of larger sets so many cases, at even distances.
MOST = 160
SHARPNESS, PENALTY = 10.0, 0.02
# Set by hand, see retrieval/answers/confidence.py.
BY_HAND = {"byline": 1.0}
FITTED = [name for name in FEATURES if name not in ("exact", *BY_HAND)]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its sentences as the cross-encoder has read them, and which of them are gold.

    `features` [sentences, FITTED and the reader]; `fixed` [sentences] is what is set by hand.
    """

    answerable: bool
    sentences: list[Sentence]
    features: Numbers
    fixed: Numbers
    gold: npt.NDArray[np.bool_]
    words: int
    astray: bool

    def ranked(self, weights: Numbers) -> list[int]:
        """The places of the sentences, best first."""
        return [int(n) for n in np.argsort(-(self.features @ weights + self.fixed), kind="stable")]

    def hit(self, weights: Numbers, first: int = BEST) -> bool:
        """Whether a gold sentence is among the first ones."""
        return bool(self.gold[self.ranked(weights)[:first]].any())

    def signs(self, weights: Numbers) -> Numbers:
        """What the confidence is made of."""
        ranked = [self.sentences[n] for n in self.ranked(weights)]
        return np.array([*signs(ranked, self.words, self.astray), 1.0])


def kept(name: str, group: str) -> bool:
    """Whether a group of cases of a public set is kept from training."""
    key = group.rsplit("-", 1)[0] if name == "squad2" else group
    return zlib.crc32(key.encode()) % KEPT == 0


def is_gold(sentence: Sentence, gold: Evidence) -> bool:
    """Whether a sentence and a gold span share half of the shorter one at least."""
    shared = min(sentence.span.end, gold.end) - max(sentence.span.start, gold.start)
    shorter = min(sentence.span.end - sentence.span.start, gold.end - gold.start)
    return sentence.document.source == gold.source and 2 * shared >= shorter


def parts(sets: Path, place: Path) -> Iterator[tuple[str, Path, list[Case]]]:
    """The sets to fit on, each with its folder of documents and its cases."""
    yield "seeds", SEEDS, load_cases(TUNING)
    for name in PUBLIC:
        docs = place / name
        docs.mkdir()
        shutil.copy(sets / name / "docs.jsonl", docs)
        cases = load_cases(sets / name / "cases.jsonl")
        yield name, docs, [case for case in cases if kept(name, case.group)]
    for group in (*NEWS, *ASIDE):
        rows = [row for row in map(json.loads, QUESTIONS.open(encoding="utf-8")) if row.get("group") == group]
        docs = place / f"news-{group}"
        docs.mkdir()
        (docs / "docs.jsonl").write_text(articles(sets, [row["article"] for row in rows]), encoding="utf-8")
        yield docs.name, docs, [_case(row) for row in rows]


def _case(row: dict[str, Any]) -> Case:
    """One of our own questions as a case."""
    own = {
        "group": row["article"],
        "history": asked_before(row),
        "answerable": bool(row["evidence"]),
        "evidence_mode": "any",
    }
    return Case.from_json({**row, **own})


def asked_before(row: dict[str, Any]) -> list[dict[str, str]]:
    """The history of one of our own questions."""
    return [{"role": "user", "content": row["before"]}] if "before" in row else []


def articles(sets: Path, sources: Sequence[str]) -> str:
    """The lines of realtimeqa's docs.jsonl that these sources name."""
    wanted = {source.partition("#")[2] for source in sources}
    lines = (sets / "realtimeqa" / "docs.jsonl").open(encoding="utf-8")
    return "".join(line for line in lines if json.loads(line)["id"] in wanted)


def examples(docs: Path, state: Path, cases: Sequence[Case]) -> Iterator[Example]:
    """An example for each case for which any sentence is found."""
    with Library.open(docs, state) as library:
        library.sync()
        reader = CrossEncoder(library.index.embedder)
        for case in spread(cases, MOST):
            question = understand(case.question, case.history, library.index)
            found = gather(library.index, question, search(library.index, question, CANDIDATES))
            read = reader.read(question.standalone, found)
            if not read:
                continue
            lowest = min(s.logit for s in read if s.logit is not None)
            logits = [limited(lowest if s.logit is None else s.logit) for s in read]
            own = np.array([[s.features[name] for name in FITTED] for s in read])
            yield Example(
                answerable=case.answerable,
                sentences=read,
                features=np.column_stack([own, logits]),
                fixed=np.array([sum(w * s.features[name] for name, w in BY_HAND.items()) for s in read]),
                gold=np.array([any(is_gold(s, e) for e in case.evidence) for s in read], dtype=bool),
                words=len(question.weights),
                astray=bool(question.unknown) or lacks_speaker(question.text, read),
            )


def fit_ranking(sets: Sequence[Sequence[Example]]) -> Numbers:
    """The weights that make gold sentences likeliest; each set counts the same."""
    chosen = [[e for e in found if e.answerable and e.gold.any()] for found in sets]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        value, slope = PENALTY * float(weights @ weights), 2 * PENALTY * weights
        for found in chosen:
            share = 1 / len(found) / len(chosen)
            for example in found:
                logits = (example.features @ weights + example.fixed) * SHARPNESS
                chances = np.exp(logits - logits.max())
                chances /= chances.sum()
                wanted = np.where(example.gold, chances, 0.0)
                value -= share * float(np.log(wanted.sum() + 1e-300))
                pull = wanted / max(wanted.sum(), 1e-300) - chances
                slope = slope - share * SHARPNESS * (example.features.T @ pull)
        return value, slope

    start = np.array([0.2] * len(FITTED) + [0.05])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start)).x)


def fit_confidence(sets: Sequence[Sequence[Example]], weights: Numbers) -> Numbers:
    """The weights of the signs, and last what is added to them."""
    rows, wanted, shares = [], [], []
    for found in sets:
        for answerable in (True, False):
            alike = [example.signs(weights) for example in found if example.answerable is answerable]
            rows += alike
            wanted += [1.0 if answerable else -1.0] * len(alike)
            shares += [1 / max(1, len(alike))] * len(alike)
    signs_, side, share = np.array(rows), np.array(wanted), np.array(shares) / sum(shares)

    def loss(chosen: Numbers) -> float:
        missed = np.logaddexp(0.0, -side * (signs_ @ chosen))
        return float(share @ missed + 1e-3 * (chosen[:-1] @ chosen[:-1]))

    return np.asarray(minimize(loss, np.zeros(signs_.shape[1]), method="BFGS").x)


def fit(sets: Iterable[Sequence[Example]]) -> tuple[Numbers, Numbers]:
    """The weights of the ranking, and of the confidence that rests on it."""
    known = list(sets)
    weights = fit_ranking(known)
    return weights, fit_confidence(known, weights)


def told(found: Sequence[Example], weights: Numbers, chosen: Numbers) -> str:
    """What some weights come to on a set."""
    odds = [float(example.signs(weights) @ chosen) for example in found]
    answerable = [(o, e.hit(weights)) for o, e in zip(odds, found, strict=True) if e.answerable]
    others = [o for o, e in zip(odds, found, strict=True) if not e.answerable]
    first = np.mean([e.hit(weights, 1) for e in found if e.answerable])
    three = np.mean([hit for _, hit in answerable])
    line = f"gold first {first:.3f}, among three {three:.3f} (n = {len(answerable)})"
    if not others:
        return line
    right = np.mean([hit and o >= 0 for o, hit in answerable])
    refused = np.mean([o < 0 for o in others])
    apart = auroc([*(o for o, _ in answerable), *others], [True] * len(answerable) + [False] * len(others))
    return f"{line}, right {right:.3f}, refused {refused:.3f} (n = {len(others)}), AUROC {apart:.3f}"


def main(sets: Path) -> None:
    """Fit, and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        known = {
            name: list(examples(docs, place / f"state-{name}", cases))
            for name, docs, cases in parts(sets, place)
        }
    fitted = {name: found for name, found in known.items() if name not in {f"news-{n}" for n in ASIDE}}
    weights, chosen = fit(fitted.values())
    for name, weight in zip([*FITTED, "reader"], weights, strict=True):
        print(f"{name:10} {weight:.3f}")
    print("confidence", " ".join(f"{weight:.3f}" for weight in chosen))
    for name, found in known.items():
        print(f"{name}: {told(found, weights, chosen)}")
        if name in fitted:
            apart = fit([other for key, other in fitted.items() if key != name])
            print(f"    fitted without it: {told(found, *apart)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
