"""Broken and hostile files: each ends as documents or as a reason, and none stops the others."""

import os
import resource
import signal
import time
from pathlib import Path

import pytest
from hostile import FAULTS, write_all

from retrieval import Library
from retrieval.documents import jail
from retrieval.documents.document import Document, Unread
from retrieval.documents.jail import Readers
from retrieval.documents.limits import Limits

# Those that hold what a person would want read.
READ = set(
    """
    a-zip-inside.docx holes.html attributes.html open-tags.html outer-entity.docx endless-heading.eml
    broken-parts.eml ten-thousand-attachments.eml unknown-letters.eml front-matter.md
    one-id.jsonl no-spaces.txt deep.html claims-all-cells.xlsx
    operators.pdf
    """.split()
)


def _memory() -> int:
    """Bytes that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Document | Unread]]:
    folder = tmp_path_factory.mktemp("hostile")
    files = [(folder / name, name) for name in write_all(folder)]
    before = _memory()
    kept: dict[str, list[Document | Unread]] = {}
    with Readers() as readers:
        for source, documents in readers.read(files):
            # Texts are let go of at once, as a library does.
            kept[source] = [
                one if isinstance(one, Unread) else Document(one.source, one.text[:60]) for one in documents
            ]
    grown = _memory() - before
    assert grown < 50_000_000, grown
    return kept


def test_there_are_many_faults() -> None:
    assert len(FAULTS) >= 60


def test_every_file_ends_as_documents_or_as_a_reason(found: dict[str, list[Document | Unread]]) -> None:
    assert found.keys() == FAULTS.keys()
    for name, ones in found.items():
        assert ones, name
        if not any(isinstance(one, Document) for one in ones):
            (reason,) = ones
            assert isinstance(reason, Unread)
            assert 10 < len(reason.reason) < 300, reason
            assert "\n" not in reason.reason


def test_what_can_be_read_of_them_is_read(found: dict[str, list[Document | Unread]]) -> None:
    for name in READ:
        assert any(isinstance(one, Document) for one in found[name]), found[name]


def test_nothing_outside_the_file_is_read(found: dict[str, list[Document | Unread]]) -> None:
    assert not any("root:" in one.text for one in found["outer-entity.docx"] if isinstance(one, Document))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ratio.docx", "packed more than 200 times"),
        ("declared-size.docx", "unpacks to 226 MB"),
        ("entries.docx", "more than 10,000"),
        ("leads-out.docx", "leads out of the file"),
        ("cut-off.docx", "cut off or damaged"),
        ("locked.xlsx", "without a password"),
        ("locked.pdf", "without a password"),
        ("an-empty-page.pdf", "(OCR)"),
        ("word-in-truth.pdf", "it is no PDF"),
        ("wide.txt", "save it as UTF-8"),
        ("ten-million-characters.txt", "more than 8,000,000 characters"),
        ("one-paragraph.html", "more than 8,000,000 characters"),
        ("formulas-alone.xlsx", "save it once in its program"),
        ("empty.pdf", "the file is empty"),
        ("no-mail.eml", "it is no mail"),
    ],
)
def test_the_reason_says_what_is_wrong(
    found: dict[str, list[Document | Unread]], name: str, words: str
) -> None:
    (reason,) = found[name]
    assert isinstance(reason, Unread)
    assert words in reason.reason


def test_a_library_takes_them_all_and_tells_each_reason(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("cut-off.pdf", "a-picture.txt", "leads-out.docx", "deep.html", "empty.eml"):
        (docs / name).write_bytes(FAULTS[name]())
    (docs / "good.txt").write_text("The good file is read.", encoding="utf-8")
    os.mkfifo(docs / "a-pipe.txt")
    with Library.open(docs, tmp_path / "state") as library:
        library.sync()
        assert "good.txt" in library.sources()
        told = {unread.source for unread in library.unread()}
        assert told >= {"cut-off.pdf", "a-picture.txt", "leads-out.docx", "empty.eml"}


@pytest.fixture
def slow_files(tmp_path: Path) -> list[tuple[Path, str]]:
    """A file on which a reader spends long, and a small one behind it."""
    (tmp_path / "long.docx").write_bytes(FAULTS["a-million-paragraphs.docx"]())
    (tmp_path / "short.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return [(tmp_path / name, name) for name in ("long.docx", "short.csv")]


def test_a_file_that_takes_too_long_is_left_and_the_next_is_read(slow_files: list[tuple[Path, str]]) -> None:
    with Readers(workers=1, limits=Limits(wall_seconds=1.0)) as readers:
        found = {source: list(ones) for source, ones in readers.read(slow_files)}
    assert found["long.docx"] == [Unread("long.docx", Limits(wall_seconds=1.0).too_late())]
    assert [type(one) for one in found["short.csv"]] == [Document]


def test_a_file_that_computes_too_long_is_ended(slow_files: list[tuple[Path, str]]) -> None:
    with Readers(workers=1, limits=Limits(cpu_seconds=1)) as readers:
        found = {source: list(ones) for source, ones in readers.read(slow_files)}
    assert found["long.docx"] == [Unread("long.docx", Limits(cpu_seconds=1).too_slow())]
    assert [type(one) for one in found["short.csv"]] == [Document]


def test_a_child_that_is_killed_is_replaced_and_the_file_told(slow_files: list[tuple[Path, str]]) -> None:
    with Readers(workers=1) as readers:
        reading = readers.read(slow_files)
        _, ones = next(reading)
        child = readers._workers[0]._child
        assert child is not None
        time.sleep(0.3)
        os.kill(child.pid, signal.SIGKILL)
        (told,) = ones
        assert isinstance(told, Unread)
        assert "broke down" in told.reason
        assert "signal 9" in told.reason
        _, ones = next(reading)
        assert [type(one) for one in ones] == [Document]


def test_a_child_that_sends_too_much_is_left_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jail, "LONGEST_FRAME", 0)
    (tmp_path / "a.csv").write_text("a,b\n" + "1,2\n" * 200_000, encoding="utf-8")
    with Readers(workers=1) as readers:
        for _, ones in readers.read([(tmp_path / "a.csv", "a.csv")]):
            assert list(ones) == [Unread("a.csv", jail.NONSENSE)]


def test_the_order_of_the_files_is_kept(tmp_path: Path) -> None:
    names = [
        f"{n:02}.{ending}" for n, ending in enumerate(["csv", "txt", "eml", "csv", "xyz", "txt", "csv"] * 3)
    ]
    for name in names:
        (tmp_path / name).write_text("Subject: a\n\nb,c\n", encoding="utf-8")
    with Readers() as readers:
        assert [
            source for source, ones in readers.read((tmp_path / n, n) for n in names) if list(ones)
        ] == names


def test_a_child_knows_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with Readers(workers=1) as readers:
        for _, ones in readers.read([(tmp_path / "a.csv", "a.csv")]):
            list(ones)
        child = readers._workers[0]._child
        assert child is not None
        assert b"sk-planted" not in Path(f"/proc/{child.pid}/environ").read_bytes()
