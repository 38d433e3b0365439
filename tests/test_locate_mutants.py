"""Thousands of quotes that are wrong, none of which is found; and harmless ones, all of which are."""

import json
from collections import Counter
from collections.abc import Sequence

import pytest
from conftest import ROOT, SEEDS
from mutations import CHANGES, DRESSES, INSIDE, OWN, Quote, Source, blunt, mutants, printed, sources, variants

from retrieval.answers.proof.locate import locate
from retrieval.documents.document import Span

DATA = ROOT.parent / "shared" / "data"
SETS = {"squad2": 60, "clapnq": 20, "realtimeqa": 60, "mtrag": 40}


def _ours() -> list[Source]:
    named = {path.name: path.read_bytes().decode("utf-8") for path in sorted(SEEDS.glob("0*.txt"))} | OWN
    return [source for name, text in named.items() for source in sources(name, text)]


def _shared() -> list[Source]:
    """A few sentences of each of many documents; skips where the sets are absent."""
    if not all((DATA / name / "docs.jsonl").exists() for name in SETS):
        pytest.skip(f"no question sets beside the project ({', '.join(SETS)})")
    found: list[Source] = []
    for name, documents in SETS.items():
        rows = (DATA / name / "docs.jsonl").read_text(encoding="utf-8").split("\n")[:documents]
        found += [s for row in rows if row for s in list(sources(name, json.loads(row)["text"]))[:3]]
    return found


def _wrong(found: Sequence[Source]) -> list[Quote]:
    others = [found[(n * 7 + len(found) // 2) % len(found)] for n in range(len(found))]
    return [quote for source in found for quote in mutants(source, others)]


def _check_none_is_found(found: Sequence[Source], least: int) -> None:
    quotes = _wrong(found)
    counts = Counter(quote.kind for quote in quotes)
    told = f"{len(quotes)} mutants of {len(found)} sentences: {dict(counts)}"
    assert len(quotes) >= least, told
    assert set(counts) == set(CHANGES), told
    assert [
        q for q in quotes if (blunt(q.text) in blunt(q.source.passage.text)) != (q.kind in INSIDE)
    ] == [], told
    proven = [q for q in quotes if locate(q.text, [q.source.passage], 1)]
    assert proven == [], f"{len(proven)} of {told}"


def _check_all_are_found(found: Sequence[Source], least: int) -> None:
    quotes = [quote for source in found for quote in variants(source)]
    pages = [(source, *page) for source in found for page in printed(source)]
    counts = Counter([quote.kind for quote in quotes] + [f"printed with {page[1]}" for page in pages])
    told = f"{sum(counts.values())} variants of {len(found)} sentences: {dict(counts)}"
    assert sum(counts.values()) >= least, told
    missed = [quote for quote in quotes if not _is_found(quote)]
    lost = []
    for source, kind, passage, dressed in pages:
        start = passage.start + source.start
        place = locate(source.sentence, [passage], 1)
        if not place or place.span != Span(start, start + len(dressed)):
            lost.append((kind, dressed, place))
    assert (missed, lost) == ([], []), f"{len(missed) + len(lost)} of {told}"


def _is_found(quote: Quote) -> bool:
    """At its true place; the marks at its ends may be left out."""
    source = quote.source
    place = locate(quote.text, [source.passage], 1)
    if not place:
        return False
    start = place.span.start - source.passage.start - source.start
    words = source.sentence[start : place.span.end - source.passage.start - source.start]
    return start >= 0 and blunt(words) == blunt(source.sentence)


def test_no_mutant_of_the_seeds_and_of_other_scripts_is_found() -> None:
    _check_none_is_found(_ours(), 500)


def test_no_mutant_of_the_shared_sets_is_found() -> None:
    _check_none_is_found(_shared(), 2000)


def test_every_harmless_variant_of_the_seeds_and_of_other_scripts_is_found() -> None:
    _check_all_are_found(_ours(), 500)


def test_every_harmless_variant_of_the_shared_sets_is_found() -> None:
    _check_all_are_found(_shared(), 2000)


def test_words_of_another_given_passage_are_repaired_and_of_no_given_one_not_found() -> None:
    found = _ours()
    seen = Counter[str]()
    for n, source in enumerate(found):
        other = found[(n + len(found) // 2) % len(found)]
        if blunt(source.sentence) in blunt(other.passage.text):
            continue
        assert locate(source.sentence, [other.passage], 1) is None
        place = locate(source.sentence, [other.passage, source.passage], 1)
        assert place is not None
        assert (place.verdict, place.passage) == ("repaired", source.passage)
        assert place.span.start == source.passage.start + source.start
        seen["repaired"] += 1
    assert seen["repaired"] >= 50, seen


def test_every_dress_is_worn() -> None:
    worn = {quote.kind for source in _ours() for quote in variants(source)}
    assert worn == set(DRESSES)
