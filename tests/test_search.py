"""Finding passages: by words, by meaning, fused; follow-ups; the LangChain retriever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from retrieval import Library
from retrieval.errors import BadQuestion
from retrieval.search.followups import earlier_question, refers_back
from retrieval.search.fusion import fuse
from retrieval.search.question import names, understand
from retrieval.search.similarity import alike
from retrieval.search.terms import content_words

SCORES = st.dictionaries(st.integers(1, 40), st.floats(0, 1), max_size=30)


@given(SCORES, SCORES)
def test_fusion_keeps_every_id_once_and_stays_within_0_and_1(
    words: dict[int, float], meaning: dict[int, float]
) -> None:
    fused = fuse(words, meaning)
    assert sorted(id for id, _ in fused) == sorted({*words, *meaning})
    assert all(0 <= score <= 1 for _, score in fused)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))


@given(SCORES)
def test_fusing_a_ranking_with_itself_keeps_its_order(scores: dict[int, float]) -> None:
    order = sorted(scores, key=lambda id: (-scores[id], id))
    assert [scores[id] for id, _ in fuse(scores, scores)] == [scores[id] for id in order]


def test_passages_come_best_first_with_exact_text(library: Library) -> None:
    found = library.search("White Helmets provocations", 10)
    assert len(found) == 10
    assert "White Helmets" in found[0].text
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    for passage in found:
        assert library.document(passage.source).text[passage.start : passage.end] == passage.text


def test_meaning_finds_what_shares_no_word(library: Library) -> None:
    found = library.search("spies' yearly gatherings", 5)
    assert any("annual meetings" in passage.text for passage in found)


@pytest.mark.parametrize("question", ["", "   ", "?!", "…"])
def test_a_question_without_words_is_refused_in_one_sentence(library: Library, question: str) -> None:
    with pytest.raises(BadQuestion, match="The question is empty"):
        library.search(question)


@pytest.mark.parametrize(
    "question",
    [
        '"quoted" AND (NEAR',
        "a* OR -b",
        "col:umn ^x",
        "it's",
        "NOT",
        "你好世界",
        "x" * 5000,
        "\x00 nul",
        "'; DROP",
    ],
)
def test_no_question_breaks_the_full_text_query(library: Library, question: str) -> None:
    assert len(library.search(question, 3)) <= 3


HISTORY = [
    {"role": "user", "content": "How many Russians did Bortnikov say fight in Syria?"},
    {"role": "assistant", "content": "Around 1,700."},
]


@pytest.mark.parametrize(
    ("question", "refers"),
    [
        ("And in June 2013?", True),
        ("What did he say about it?", True),
        ("Who else said so?", True),
        ("Why?", True),
        ("What about Norway?", True),
        ("To avoid what?", True),
        ("Who signed the memo?", True),
        ("And what do ordinary members of the alliance get for their money?", True),
        ("Why did Bortnikov say it?", True),
        ("Who will build the two new ferries for the northern route?", False),
        ("How did Anna Berg explain her vote against the port's budget?", False),
        ("How many delegations attended the Moscow security conference?", False),
    ],
)
def test_a_follow_up_is_told_from_a_new_question(question: str, refers: bool) -> None:
    assert refers_back(question, HISTORY) is refers
    assert refers_back(question, []) is False


def test_a_follow_up_is_searched_with_the_question_before(library: Library) -> None:
    asked = understand("And in June 2013?", HISTORY, library.index)
    assert asked.standalone == f"{HISTORY[0]['content']} And in June 2013?"
    assert any("200 Russians" in p.text for p in library.search("And in June 2013?", 3, HISTORY))


def test_a_chain_of_follow_ups_reaches_back_to_a_whole_question() -> None:
    turns = [*HISTORY, {"role": "user", "content": "And in 2013?"}]
    assert earlier_question(turns) == f"{HISTORY[0]['content']} And in 2013?"


def test_the_langchain_retriever_gives_the_same_passages(library: Library) -> None:
    retriever = library.as_retriever(k=4)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("Who blocked the proposal?")
    passages = library.search("Who blocked the proposal?", 4)
    assert all(isinstance(document, Document) for document in found)
    assert [d.page_content for d in found] == [p.text for p in passages]
    assert found[0].metadata["source"] == passages[0].source


def test_content_words_leave_out_what_says_nothing() -> None:
    assert content_words("What did the FSB's chief say of Syria?") == ["fsb", "chief", "syria"]
    assert content_words("Who is he?") == ["who", "is", "he"]


def test_names_and_figures_must_stand_as_they_are() -> None:
    assert names("Did Lavrov visit Syria in 2013?") == {"lavrov", "syria", "2013"}
    found = alike(["yearly", "syria"], ["annual", "russia", "yearly"], [False, True])
    assert found[0].tolist()[0] > 0.2
    assert found[0].tolist()[2] == 1
    assert found[1].tolist() == [0, 0, 0]
