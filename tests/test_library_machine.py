"""Whatever is done to a folder, and whenever indexing is killed, the index is what a plain dict says."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from retrieval import Library

TORTURE = Path(__file__).parent / "torture"
sys.path.insert(0, str(TORTURE))
from driver import opened  # noqa: E402  # it lies beside what it tortures

NAMES = st.sampled_from([f"{folder}{letter}.txt" for folder in ("", "deep/") for letter in "abcde"])
NUMBERS = st.integers(0, 30)


def _text(number: int) -> str:
    return " ".join(f"Sentence {n} of text{number:03} tells of thing{number * 7 + n}." for n in range(1, 12))


class FolderAndIndex(RuleBasedStateMachine):
    """The folder, the index of it, and `synced`, the texts by name that the index was last said to hold."""

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.docs = self.home / "docs"
        (self.docs / "deep").mkdir(parents=True)
        self.folder: dict[str, str] = {}
        self.synced: dict[str, str] = {}
        self.library: Library = opened(self.docs, self.home / "state")

    def teardown(self) -> None:
        if hasattr(self, "home"):
            self.library.close()
            shutil.rmtree(self.home)

    @rule(name=NAMES, number=NUMBERS)
    def write(self, name: str, number: int) -> None:
        (self.docs / name).write_text(_text(number), encoding="utf-8")
        self.folder[name] = _text(number)

    @rule(old=NAMES, new=NAMES)
    def move(self, old: str, new: str) -> None:
        if old in self.folder:
            (self.docs / old).replace(self.docs / new)
            self.folder[new] = self.folder.pop(old)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if name in self.folder:
            (self.docs / name).unlink()
            del self.folder[name]

    @rule()
    def sync(self) -> None:
        known = set(self.synced.values())
        plan = self.library.plan()
        done = self.library.sync().plan
        assert (plan.new, plan.changed, plan.moved, plan.removed) == (
            done.new,
            done.changed,
            done.moved,
            done.removed,
        )
        # What the index held is not embedded again, wherever it stands now.
        assert done.to_embed <= len(set(self.folder.values()) - known)
        self.synced = dict(self.folder)

    @rule(seed=st.integers(0, 2**32))
    def kill_while_syncing(self, seed: int) -> None:
        command = [sys.executable, str(TORTURE / "driver.py"), "die", str(seed), str(self.docs)]
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        ran = subprocess.run(
            [*command, str(self.home / "state")],
            capture_output=True,
            env=surroundings,
            timeout=120,
            check=False,
        )
        assert ran.returncode in (0, -9), ran.stderr
        # A reader that was open sees the old or the new texts.
        if self._held() != self.synced:
            assert self._held() == self.folder
            self.synced = dict(self.folder)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = opened(self.docs, self.home / "state")

    def _held(self) -> dict[str, str]:
        names = [name for source in self.library.sources() for name in self.library.names(source)]
        return {name: self.library.document(name).text for name in names}

    @invariant()
    def the_index_is_what_was_synced(self) -> None:
        if hasattr(self, "library"):
            assert self._held() == self.synced
            assert self.library.counts()["documents"] == len(set(self.synced.values()))

    @precondition(lambda self: bool(self.synced))
    @rule(data=st.data())
    def query(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.synced)))
        text = self.synced[name]
        found = self.library.search(text.split()[3], 5)
        assert any(passage.text in text for passage in found)
        catalog = self.library.index.catalog
        for id in catalog.passage_ids():
            (nearest, cosine), *_ = self.library.index.nearest(catalog.vectors([id])[0].tolist(), 1)
            assert nearest == id or cosine > 0.9999


def _run(examples: int, steps: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        FolderAndIndex,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_the_index_is_what_a_dict_says() -> None:
    _run(examples=6, steps=15)


@pytest.mark.torture
def test_the_index_is_what_a_dict_says_at_length() -> None:
    _run(examples=60, steps=30)
