"""Copies and near-duplicates: one story counts once, and a citation says where else it stands."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Assistant, Library
from retrieval.documents.content import Content
from retrieval.documents.describe import describe
from retrieval.library.stories import signature, similarity

STORY = """
The council of Eastport voted on Tuesday evening to buy twelve electric ferries for the lines across the bay.
The ferries will be built in Norway and are due to arrive in the spring, Mayor Anna Berg said after the vote.
Each of them carries two hundred passengers and crosses the bay in eleven minutes, four minutes less than now.
The purchase costs forty million euros, half of which the national fund for clean transport has agreed to pay.
Two members voted against the purchase because the quays would have to be rebuilt at the city's own expense.
Work on the quays begins in November, and the old boats are to be sold to a museum in the north.
""".strip()
OTHER = """
The museum of the north opened a hall on the history of whaling with a skeleton that is thirty metres long.
It was found by two brothers on a beach in 1911 and stood for decades in the garden of a school for sailors.
Visitors can walk through the ribs and hear recordings of songs that were made under the ice near the islands.
The director hopes that as many people will come to see it as came to the exhibition about lighthouses.
""".strip()


@pytest.fixture
def papers(tmp_path: Path) -> Iterator[Library]:
    """A report in three papers, one of which changed a figure, a copy of one, and something else."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "post.txt").write_text(f"City buys ferries\n\n{STORY}\n", encoding="utf-8")
    changed = STORY.replace("forty million", "forty-five million")
    (docs / "times.txt").write_text(f"New boats for the bay\n\n{changed}\nBy a reporter.\n", encoding="utf-8")
    (docs / "courier.txt").write_text(f"Quieter crossings\n\n{STORY}\n", encoding="utf-8")
    shutil.copy(docs / "post.txt", docs / "saved-twice.txt")
    (docs / "whale.txt").write_text(f"A whale in the museum\n\n{OTHER}\n", encoding="utf-8")
    with Library.open(docs, tmp_path / "index") as library:
        library.sync()
        yield library


def _without_title(text: str) -> bytes:
    made = signature(describe("a.txt", Content(text)))
    assert made
    return made


def test_a_signature_estimates_the_share_of_common_runs() -> None:
    words = [f"word{n}" for n in range(1000)]
    whole = _without_title(" ".join(words[:800]))
    for kept in (800, 600, 400, 200):
        part = _without_title(" ".join(words[:kept]))
        assert abs(similarity(whole, part) - kept / 800) < 0.13
    assert similarity(whole, _without_title(" ".join(words[800:]))) < 0.05


def test_near_duplicates_are_one_story_and_others_are_none(papers: Library) -> None:
    assert papers.story("post.txt") == ["courier.txt", "times.txt"]
    assert papers.story("saved-twice.txt") == ["courier.txt", "times.txt"]
    assert papers.story("times.txt") == ["courier.txt", "post.txt"]
    assert papers.story("whale.txt") == []


def test_a_story_is_found_once_but_for_what_differs(papers: Library) -> None:
    found = papers.search("What does the purchase of the electric ferries cost?", 10)
    alike = {p.source for p in found if "forty million" in p.text}
    assert len(alike) == 1
    assert {p.source for p in found if "forty-five million" in p.text} == {"times.txt"}


def test_a_citation_says_in_which_other_documents_its_quote_stands(papers: Library) -> None:
    answer = Assistant(papers).ask("Where will the ferries be built?")
    told = next(s for s in answer.statements if "built in Norway" in s.text)
    (citation,) = told.citations
    everywhere = {"courier.txt", "post.txt", "saved-twice.txt", "times.txt"}
    assert {citation.source, *citation.also_in} >= everywhere - {"saved-twice.txt"}
    assert citation.source != "post.txt" or "saved-twice.txt" in citation.also_in


def test_a_sentence_that_differs_is_not_said_to_stand_in_the_twin(papers: Library) -> None:
    answer = Assistant(papers).ask("How many million euros does the purchase of the ferries cost?")
    told = [c for s in answer.statements for c in s.citations if "million euros" in c.quote]
    assert told
    for citation in told:
        changed = citation.source == "times.txt"
        assert changed == ("forty-five" in citation.quote)
        assert citation.also_in == () if changed else "times.txt" not in citation.also_in


def test_a_twin_that_goes_is_named_no_more(papers: Library) -> None:
    (papers.index.docs / "times.txt").unlink()
    papers.sync()
    assert papers.story("post.txt") == ["courier.txt"]
    assert papers.names("post.txt") == ["post.txt", "saved-twice.txt"]


def test_short_texts_are_one_story_only_where_they_are_the_same() -> None:
    same, again, other = (
        _without_title(text) for text in ("The quay is old.", "the quay  is old", "It is new.")
    )
    assert same == again
    assert similarity(same, other) < 0.1
