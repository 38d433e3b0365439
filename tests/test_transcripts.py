"""Transcripts: each label begins a turn, and the times are places."""

from pathlib import Path

import pytest

from retrieval import Library
from retrieval.documents.content import Content
from retrieval.documents.describe import describe

HEARING = """Hearing on the eastern basin

[00:00:05] MODERATOR: Welcome to the hearing on the basin.
[00:00:12] ANNA BERG: The basin is to be deepened by two metres. That costs twelve million euros.
It will be done before the winter.
[00:01:02] MR. LUND (Harbour Board): We have no objection to it.
Q: And who pays?
[00:02:40] MS. BERG: The national fund pays half of it.
[00:03:00] OLAF LUND: The board pays the other half.
"""


def _speaker(words: str, text: str = HEARING) -> str | None:
    found = describe("a.txt", Content(text))
    start = found.text.index(words)
    return found.speaker(start, start + len(words))


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("The basin is to be deepened by two metres.", "Anna Berg"),
        ("It will be done before the winter.", "Anna Berg"),
        ("We have no objection to it.", "Olaf Lund"),
        ("The national fund pays half of it.", "Anna Berg"),
        ("And who pays?", None),
        ("Welcome to the hearing on the basin.", None),
    ],
)
def test_a_turn_is_that_of_the_label_before_it(words: str, speaker: str | None) -> None:
    assert _speaker(words) == speaker


def test_the_times_are_places() -> None:
    found = describe("a.txt", Content(HEARING))
    start = found.text.index("We have no objection")
    assert found.location(start, start + 10) == "00:01:02"


def test_no_passage_holds_the_words_of_two_people(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "hearing.txt").write_text(HEARING, encoding="utf-8")
    with Library.open(tmp_path / "docs", tmp_path / "state") as library:
        library.sync()
        found = library.document("hearing.txt")
        for passage in library.search("Who pays for the basin?", 10):
            said = {
                turn.speaker for turn in found.turns if turn.start < passage.end and passage.start < turn.end
            }
            assert len(said) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Recipe\n\nTime: one hour\nPrice: low\nServes: four\nMix it all. Then bake it.\n",
        "Where to see it: Hulu.\nThe film is long.\nWhere to see it: AMC.\nThe show is short.\n",
        "Oslo: The harbour is deep.\nNew York: A bridge fell.\nParis: Rain.\nSt. Paul: Snow.\n",
        "Anna Berg: a life.\n\nShe was born in Oslo. She died there.\n",
    ],
)
def test_a_list_of_labels_is_no_transcript(text: str) -> None:
    assert describe("a.txt", Content(text)).turns == ()
