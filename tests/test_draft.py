"""A model's answer is read while it is written, piece by piece, wherever the pieces are cut."""

import json

from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.draft import LONGEST, Claim, Proof, Reader

CLAIMS = st.lists(
    st.builds(
        Claim,
        st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool),
        st.lists(st.builds(Proof, st.integers(0, 99), st.text())).map(tuple),
    ),
    max_size=5,
)


def _said(claims: list[Claim]) -> str:
    rows = [
        {"text": c.text, "proofs": [{"passage": p.passage, "quote": p.quote} for p in c.proofs]}
        for c in claims
    ]
    return json.dumps({"statements": rows}, ensure_ascii=False)


def _read(said: str, size: int) -> tuple[list[Claim], Reader]:
    reader, found = Reader(), []
    for start in range(0, len(said), size):
        found += reader.feed(said[start : start + size])
    return found, reader


@given(
    CLAIMS,
    st.integers(1, 50),
    st.sampled_from(["%s", "```json\n%s\n```", "Sure:\n%s\nDone.", "<think>[{}]</think>%s"]),
)
def test_every_claim_is_read_once_wherever_the_pieces_end(claims: list[Claim], size: int, frame: str) -> None:
    found, reader = _read(frame.replace("%s", _said(claims)), size)
    assert found == claims
    assert reader.closed
    assert reader.malformed == 0


@given(CLAIMS, st.data())
def test_what_is_cut_gives_the_whole_claims_and_is_not_closed(
    claims: list[Claim], data: st.DataObject
) -> None:
    said = _said(claims)
    end = data.draw(st.integers(0, said.rindex("]")))
    found, reader = _read(said[:end], 5)
    assert found == claims[: len(found)]
    assert not reader.closed


def test_a_claim_is_given_as_soon_as_it_is_complete() -> None:
    reader = Reader()
    assert reader.feed('{"statements": [{"text": "A", "proofs": []') == []
    assert reader.feed("}") == [Claim("A", ())]
    assert not reader.closed
    assert reader.feed("]}") == []
    assert reader.closed


def test_what_is_no_claim_is_counted_and_passed_over() -> None:
    found, reader = _read('{"statements": ["x", null, 3, {"text": 5}, {"text": "A", "proofs": "no"}]}', 9)
    assert found == [Claim("A", ())]
    assert reader.malformed == 4


def test_a_passage_number_is_read_from_words() -> None:
    found, _ = _read(
        '{"statements": [{"text": "A", "proofs": [{"passage": "no. 12", "quote": "q"}, {"quote": "r"}]}]}',
        7,
    )
    assert found[0].proofs == (Proof(12, "q"), Proof(0, "r"))


def test_deep_nesting_is_no_crash() -> None:
    found, reader = _read('{"statements": [' + "[" * 50_000, 5000)
    assert found == []
    assert not reader.closed


def test_too_much_is_noticed() -> None:
    _, reader = _read("x" * (LONGEST + 1), 1000)
    assert reader.too_long
