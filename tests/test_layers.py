"""The house: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ["app", "eval", "retrieval", "prompts"]
ROOMS = ["documents", "library", "search", "answers"]
BANNED = {"torch", "langchain_community", "langchain_classic", "sentence_transformers"}


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "models" not in path.parts]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_only_those_to_its_right(folder: str) -> None:
    left = FOLDERS[: FOLDERS.index(folder)]
    for path in _files(folder):
        assert not [name for name in _imports(path) if name.split(".")[0] in left], path


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_that_data_came_through(room: str) -> None:
    later = {f"retrieval.{name}" for name in ROOMS[ROOMS.index(room) + 1 :]} | {"retrieval.api"}
    for path in _files(f"retrieval/{room}"):
        assert not [name for name in _imports(path) if ".".join(name.split(".")[:2]) in later], path


def test_retrieval_knows_no_environment_no_terminal_and_no_page() -> None:
    outside = {"os.environ", "typer", "rich", "streamlit", "pydantic_settings", "dotenv"}
    for path in _files("retrieval"):
        assert outside.isdisjoint(_imports(path)), path
        text = path.read_text(encoding="utf-8")
        assert "os.environ" not in text, path
        assert "getenv" not in text, path


def test_nothing_imports_what_is_banned() -> None:
    for folder in FOLDERS:
        for path in _files(folder):
            assert BANNED.isdisjoint(name.split(".")[0] for name in _imports(path)), path


def test_no_prohibited_package_is_installed_with_the_product() -> None:
    frozen = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = {line.split("==")[0].replace("-", "_") for line in frozen}
    assert len(names) > 50
    assert names.isdisjoint(BANNED)
