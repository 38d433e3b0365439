"""Fixtures shared by all tests; and the guard that keeps them on this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parent.parent
GUARD = Path(__file__).parent / "guard"
sys.path.insert(0, str(GUARD))
pytest.register_assert_rewrite("browsing")
import sitecustomize  # noqa: E402, F401  # the guard must stand before anything opens a socket

from app.settings import Settings  # noqa: E402  # behind the guard
from retrieval import Assistant, Library  # noqa: E402  # behind the guard
from retrieval.library.catalog import Catalog  # noqa: E402  # behind the guard

SEEDS = ROOT / "seeds"
Run = Callable[..., subprocess.CompletedProcess[str]]
CopySeeds = Callable[[Path], Path]


# The files of tests that take longest, which several processes begin with, so that none of them ends late.
LONGEST = (
    "test_model_path.py",
    "test_injection.py",
    "test_eval_commands.py",
    "test_streaming.py",
    "test_eval.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all else stays in its order."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("ONRECORD_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample library, indexed once for all processes that run tests; tests must not change it."""
    state = _shared(tmp_path_factory) / "seeds-index"
    with Library.open(SEEDS, state) as opened:
        # The first process embeds; one that finds it busy waits, and then has nothing left to do.
        with FileLock(state.with_suffix(".lock")):
            opened.sync()
        yield opened


@pytest.fixture(scope="session")
def copy_seeds(library: Library) -> CopySeeds:
    """Makes a copy of the sample documents at a place, with their index where `onrecord` looks for it."""
    state = library.index.state

    def copy(place: Path) -> Path:
        docs = shutil.copytree(SEEDS, place)
        own = state_of(docs)
        with FileLock(state.with_suffix(".lock")):
            shutil.copytree(state, own)
        with closing(Catalog(own / "catalog.sqlite")) as catalog:
            catalog.set_fact("docs", str(docs))
        return docs

    return copy


def state_of(docs: Path) -> Path:
    """Where `onrecord` keeps the index of these documents, whatever the environment says."""
    return Settings(docs=docs, state=None).state_folder()


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder that all processes of pytest-xdist have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def assistant(library: Library) -> Assistant:
    """Answers from the sample library by quoting."""
    return Assistant(library)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one's own with two small documents."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "harbour.txt").write_text(
        "Harbour to be dredged\n\nOSLO, May 3, 2021 (Reuters) The harbour will be dredged in June, "
        "Mayor Anna Berg said. The work costs 12 million euros.\n",
        encoding="utf-8",
    )
    (docs / "bridge.txt").write_text(
        "The old bridge was closed to lorries after an inspection found cracks in two piers.\n",
        encoding="utf-8",
    )
    return docs


@pytest.fixture
def own_library(folder: Path, tmp_path: Path) -> Iterator[Library]:
    """A library over `folder`, indexed."""
    with Library.open(folder, tmp_path / "index") as opened:
        opened.sync()
        yield opened


@pytest.fixture
def onrecord(tmp_path: Path) -> Run:
    """Run the command `onrecord` as a person would, with an empty home and the guard."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).with_name("onrecord")
        inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": str(GUARD), "HOME": str(tmp_path)}
        return subprocess.run(
            [str(program), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**inherited, **environment},
            cwd=tmp_path,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def seeds_copy(copy_seeds: CopySeeds, tmp_path: Path) -> Path:
    """A copy of the sample documents, indexed."""
    return copy_seeds(tmp_path / "seeds-copy")
