"""How the library and its index are, and what leaves this machine."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from app.render import visible
from app.settings import Settings
from retrieval.api import Library


def examine(settings: Settings, library: Library) -> dict[str, Any]:
    """The state of everything; `problems` lists what needs mending, each with its remedy."""
    index = library.index
    changes = index.changes()
    behind = len(changes.added) + len(changes.changed) + len(changes.removed)
    problems = []
    if behind:
        problems.append(f"{behind} files are not indexed as they are now; run `onrecord index`.")
    if index.catalog.counts()["passages"] and not index.is_whole():
        problems.append("The vector store is damaged; `onrecord index --rebuild` makes it anew.")
    size = sum(path.stat().st_size for path in index.state.rglob("*") if path.is_file())
    return {
        "docs": str(index.docs),
        "state": str(index.state),
        **library.counts(),
        "disk_mb": round(size / 1e6, 1),
        "embedder": index.searcher.name + (" (local)" if index.searcher is index.embedder else ""),
        "engine": f"openai:{settings.model}" if settings.has_model() else "quotes",
        "leaves_this_machine": _leaving(settings),
        "unread": [asdict(found) for found in library.unread()],
        "problems": problems,
    }


def _leaving(settings: Settings) -> str:
    if not settings.has_model():
        return "nothing"
    where = settings.openai_base_url or "OpenAI"
    asking = f"each question, with the passages found for it, to {where}"
    return f"every passage once, to be embedded, and {asking}" if settings.embedding_model() else asking


def print_examination(found: dict[str, Any]) -> None:
    """The examination as lines."""
    console = Console(highlight=False, soft_wrap=True)
    for name, value in found.items():
        if name not in ("unread", "problems"):
            console.print(Text(f"{name.replace('_', ' ')}: {visible(str(value))}"))
    for row in found["unread"]:
        console.print(Text(f"not read: {visible(row['source'])}: {visible(row['reason'])}", "yellow"))
    for problem in found["problems"]:
        console.print(Text(problem, "bold red"))
    if not found["problems"]:
        console.print(Text("All is well.", "green"))
