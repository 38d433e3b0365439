"""The index is made equal to the folder, and embeds only what is new."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from retrieval import Library
from retrieval.errors import FolderError, LibraryBusy, StateError, UnknownSource
from retrieval.library.health import damage
from retrieval.library.minilm import MiniLM


def _sources(library: Library) -> list[str]:
    return [passage.source for passage in library.search("harbour bridge inspection", 50)]


def test_a_second_sync_does_nothing(own_library: Library) -> None:
    report = own_library.sync().plan
    assert (report.new, report.changed, report.removed, report.unchanged) == (0, 0, 0, 2)
    assert report.to_embed == 0


def test_a_new_file_is_found_and_only_it_is_embedded(own_library: Library, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "ferry.txt").write_text("The ferry to the harbour sails at noon.", encoding="utf-8")
    report = own_library.sync().plan
    assert (report.new, report.to_embed) == (1, 1)
    assert "deep/ferry.txt" in _sources(own_library)


def test_a_changed_file_replaces_its_passages(own_library: Library, folder: Path) -> None:
    (folder / "bridge.txt").write_text("The bridge was opened to lorries again.", encoding="utf-8")
    assert own_library.sync().plan.changed == 1
    texts = [p.text for p in own_library.search("bridge", 50) if p.source == "bridge.txt"]
    assert texts == ["The bridge was opened to lorries again."]


def test_a_removed_file_leaves_nothing_behind(own_library: Library, folder: Path) -> None:
    (folder / "bridge.txt").unlink()
    assert own_library.sync().plan.removed == 1
    assert "bridge.txt" not in _sources(own_library)
    assert own_library.counts() == {"documents": 1, "passages": 1, "vectors": 1}
    with pytest.raises(UnknownSource):
        own_library.document("bridge.txt")


def test_a_renamed_file_is_not_embedded_again(own_library: Library, folder: Path) -> None:
    (folder / "bridge.txt").rename(folder / "old-bridge.txt")
    report = own_library.sync().plan
    assert (report.moved, report.new, report.removed, report.to_embed) == (1, 0, 0, 0)
    assert "old-bridge.txt" in _sources(own_library)


def test_a_touched_file_is_unchanged(own_library: Library, folder: Path) -> None:
    generation = own_library.index.catalog.fact("generation")
    os.utime(folder / "bridge.txt", ns=(1, 1))
    report = own_library.sync().plan
    assert (report.changed, report.unchanged, report.to_embed) == (0, 2, 0)
    assert own_library.index.catalog.fact("generation") == generation


def test_a_copy_is_the_same_document_under_two_names(own_library: Library, folder: Path) -> None:
    shutil.copy(folder / "bridge.txt", folder / "a-copy.txt")
    report = own_library.sync().plan
    assert (report.new, report.copies, report.to_embed) == (1, 1, 0)
    assert own_library.sources() == ["bridge.txt", "harbour.txt"]
    assert own_library.names("a-copy.txt") == ["bridge.txt", "a-copy.txt"]
    assert own_library.document("a-copy.txt").source == "bridge.txt"
    assert _sources(own_library).count("bridge.txt") == 1


def test_a_copy_outlives_the_first(own_library: Library, folder: Path) -> None:
    shutil.copy(folder / "bridge.txt", folder / "copy.txt")
    own_library.sync()
    generation = own_library.index.catalog.fact("generation")
    (folder / "bridge.txt").unlink()
    report = own_library.sync().plan
    assert (report.removed, report.to_embed) == (1, 0)
    assert own_library.sources() == ["copy.txt", "harbour.txt"]
    assert own_library.index.catalog.fact("generation") == generation


def test_files_that_change_places_keep_their_texts(own_library: Library, folder: Path) -> None:
    bridge, harbour = (own_library.document(f"{name}.txt").text for name in ("bridge", "harbour"))
    (folder / "bridge.txt").rename(folder / "third.txt")
    (folder / "harbour.txt").rename(folder / "bridge.txt")
    (folder / "third.txt").rename(folder / "harbour.txt")
    report = own_library.sync().plan
    assert (report.changed, report.to_embed) == (2, 0)
    assert own_library.document("bridge.txt").text == harbour
    assert own_library.document("harbour.txt").text == bridge


def test_a_change_that_keeps_size_and_time_is_noticed(own_library: Library, folder: Path) -> None:
    path = folder / "bridge.txt"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"cracks", b"spiders"[:6]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert own_library.sync().plan.changed == 1


def test_a_plan_tells_what_a_sync_does_and_changes_nothing(own_library: Library, folder: Path) -> None:
    (folder / "ferry.txt").write_text("The ferry sails at noon.", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "bridge.txt").rename(folder / "old-bridge.txt")
    (folder / "harbour.txt").write_text("The harbour was sold.", encoding="utf-8")
    before = {path: path.read_bytes() for path in own_library.index.state.rglob("catalog.sqlite")}
    plan = own_library.plan()
    told = (plan.new, plan.changed, plan.moved, plan.removed, plan.to_embed, len(plan.unreadable))
    assert told == (2, 1, 1, 0, 2, 1)
    assert plan.seconds > 0
    assert before == {path: path.read_bytes() for path in own_library.index.state.rglob("catalog.sqlite")}
    done = own_library.sync().plan
    assert replace(done, seconds=0.0) == replace(plan, seconds=0.0)


def test_a_lost_vector_store_is_rebuilt_without_embedding(own_library: Library, folder: Path) -> None:
    before = own_library.search("harbour", 5)
    state = own_library.index.state
    own_library.close()
    shutil.rmtree(state / "chroma")
    with Library.open(folder, state) as library:
        assert library.sync().plan.to_embed == 0
        assert [p.text for p in library.search("harbour", 5)] == [p.text for p in before]


def test_a_vector_store_that_lost_a_vector_is_found_by_its_full_check(own_library: Library) -> None:
    state = own_library.index.state
    assert damage(state) is None
    own_library.index.store.remove(own_library.index.catalog.passage_ids()[:1])
    own_library.close()
    assert damage(state) == "passages without a vector in the vector store: 1"


def test_a_vector_store_is_made_anew_without_embedding(own_library: Library) -> None:
    own_library.index.store.remove(own_library.index.catalog.passage_ids()[:1])
    assert own_library.sync(rebuild=True).plan.to_embed == 0
    assert damage(own_library.index.state) is None


def test_work_cut_short_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    class Failing(MiniLM):
        def vectors(self, texts):  # type: ignore[no-untyped-def]  # as MiniLM's
            if any("bridge" in text for text in texts):
                raise KeyboardInterrupt
            return super().vectors(texts)

    rows = [{"id": str(n), "text": f"Number {n} of the harbour."} for n in range(300)]
    rows.append({"id": "last", "text": "The bridge."})
    (folder / "docs.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "bridge.txt").unlink()
    with Library.open(folder, tmp_path / "index") as library:
        library.index.embedder = Failing()
        with pytest.raises(KeyboardInterrupt):
            library.sync()
        assert library.counts() == {"documents": 0, "passages": 0, "vectors": 256}
        library.index.embedder = MiniLM()
        assert library.sync().plan.to_embed == 302 - 256
        assert library.counts() == {"documents": 302, "passages": 302, "vectors": 302}


def test_what_is_no_document_is_left_out_and_unknown_types_are_told(
    own_library: Library, folder: Path, tmp_path: Path
) -> None:
    (folder / "README.md").write_text("About these files.", encoding="utf-8")
    (folder / ".hidden.txt").write_text("Hidden.", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "outside.txt").write_text("Outside.", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    own_library.sync()
    assert own_library.sources() == ["bridge.txt", "harbour.txt"]
    assert [u.source for u in own_library.unread()] == ["link.txt", "photo.jpg"]


def test_links_are_followed_where_that_is_asked_and_never_in_circles(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "quay.txt").write_text("The quay is outside.", encoding="utf-8")
    (folder / "far").symlink_to(tmp_path / "outside")
    (folder / "round").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to(tmp_path / "missing.txt")
    with Library.open(folder, tmp_path / "index", follow_links=True) as library:
        library.sync()
        assert library.sources() == ["bridge.txt", "far/quay.txt", "harbour.txt"]
        assert [u.source for u in library.unread()] == ["nowhere.txt"]


def test_a_folder_without_documents_has_no_passages(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with Library.open(tmp_path / "docs", tmp_path / "index") as library:
        library.sync()
        assert library.search("anything", 5) == []


def test_a_second_writer_is_told_in_one_sentence(own_library: Library, folder: Path) -> None:
    (folder / "new.txt").write_text("New.", encoding="utf-8")
    with (
        FileLock(own_library.index.state / "lock"),
        pytest.raises(LibraryBusy, match="Another OnRecord process"),
    ):
        own_library.sync()


def test_a_missing_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="There is no folder"):
        Library.open(tmp_path / "nowhere", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_the_state_may_not_lie_inside_the_documents(folder: Path) -> None:
    with pytest.raises(StateError, match="lies inside"):
        Library.open(folder, folder / "index")


def test_a_state_folder_belongs_to_one_folder_of_documents(own_library: Library, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(StateError, match="belongs to the documents in"):
        Library.open(other, own_library.index.state)


def test_a_moved_folder_keeps_its_index(own_library: Library, folder: Path, tmp_path: Path) -> None:
    state = own_library.index.state
    own_library.close()
    folder.rename(tmp_path / "moved")
    with Library.open(tmp_path / "moved", state) as library:
        assert library.sync().plan.to_embed == 0
        assert len(_sources(library)) == 2


def test_another_embedder_is_refused(own_library: Library, folder: Path) -> None:
    own_library.index.catalog.set_fact("embedder", "another, 384 dimensions, cosine")
    with pytest.raises(StateError, match="made with the embedder another"):
        Library.open(folder, own_library.index.state)


def test_a_file_that_cannot_be_opened_is_told_and_its_old_text_is_not_cited(
    own_library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "bridge.txt").write_text("The bridge was painted green.", encoding="utf-8")
    opened = Path.open

    def refusing(path: Path, *rest: Any, **named: Any) -> Any:
        if path.name == "bridge.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refusing)
        own_library.sync()
        assert own_library.sources() == ["harbour.txt"]
        (found,) = own_library.unread()
        assert (found.source, found.reason) == ("bridge.txt", "it cannot be opened: Permission denied")
        assert own_library.sync().plan.to_embed == 0
    own_library.sync()
    assert own_library.sources() == ["bridge.txt", "harbour.txt"]
    assert own_library.unread() == []


def test_odd_names_are_told_and_stop_nothing(own_library: Library, folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("Latin name.", encoding="utf-8")
    (folder / "x.jsonl").write_text('{"id": "b.txt", "text": "In a line."}\n', encoding="utf-8")
    (folder / "x.jsonl#b.txt").write_text("In a file.", encoding="utf-8")
    own_library.sync()
    assert own_library.sources() == ["bridge.txt", "harbour.txt", "x.jsonl#b.txt"]
    assert own_library.document("x.jsonl#b.txt").text == "In a line."
    assert [u.source for u in own_library.unread()] == ["caf\\udce9.txt", "x.jsonl#b.txt"]


@pytest.mark.parametrize("harm", ["cut", "gone", "junk"])
def test_a_damaged_vector_store_is_noticed_by_the_next_sync_and_made_anew(
    own_library: Library, folder: Path, harm: str
) -> None:
    expected = [p.text for p in own_library.search("harbour", 5)]
    state = own_library.index.state
    own_library.close()
    newest = max((state / "chroma").iterdir(), key=lambda path: int(path.name))
    hurt = newest / "chroma.sqlite3"
    if harm == "cut":
        next(newest.rglob("data_level0.bin")).write_bytes(b"")
    elif harm == "gone":
        shutil.rmtree(newest)
    else:
        hurt.write_bytes(b"junk" * 1000)
    with Library.open(folder, state) as library:
        assert library.sync().plan.to_embed == 0
        assert [p.text for p in library.search("harbour", 5)] == expected
