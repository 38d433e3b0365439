"""How the library and its index are, and what leaves this machine."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from app.compose import open_assistant
from app.leaving import leaving, server, tracing
from app.render import plain
from app.settings import Settings
from prompts import Prompt
from retrieval.api import Library
from retrieval.errors import SettingsError
from retrieval.library.health import damage
from retrieval.prices import context_window


def examine(settings: Settings, library: Library) -> dict[str, Any]:
    """The state of everything; `problems` lists what needs mending, each with its remedy."""
    index = library.index
    changes = index.changes()
    behind = len(changes.new) + len(changes.changed) + len(changes.moved) + len(changes.removed)
    problems = []
    if behind:
        problems.append(f"{behind} files are not indexed as they are now; run `onrecord index`.")
    flaw = damage(index.state)
    if flaw:
        problems.append(f"The index is damaged: {flaw}; `onrecord index --rebuild` makes it anew.")
    model: dict[str, Any] = {}
    try:
        model = _model(settings, library)
    except SettingsError as error:
        problems.append(str(error))
    size = sum(path.stat().st_size for path in index.state.rglob("*") if path.is_file())
    return {
        "docs": str(index.docs),
        "state": str(index.state),
        **library.counts(),
        **_twins(library),
        "published": index.catalog.fact("published"),
        "disk_mb": round(size / 1e6, 1),
        "embedder": index.searcher.name + (" (local)" if index.searcher is index.embedder else ""),
        "engine": f"openai:{settings.model}" if settings.has_model() else "quotes",
        **model,
        "leaves_this_machine": leaving(settings),
        "unread": [asdict(found) for found in library.unread()],
        "problems": problems,
    }


def _twins(library: Library) -> dict[str, Any]:
    """Files that are one document, and documents that tell one story, each as a line of their names."""
    catalog = library.index.catalog
    return {
        "copies": [" = ".join(names) for names in catalog.copies()],
        "near_duplicates": [" ~ ".join(sources) for sources in catalog.stories_told()],
    }


def _model(settings: Settings, library: Library) -> dict[str, Any]:
    """How a language model is asked, as `open_assistant` sets it up; raises SettingsError."""
    model = open_assistant(settings, library).model
    if model is None:
        return {}
    deadlines = model.caller.deadlines
    exact = "exactly, by tiktoken" if model.counter.exact else "as bytes, an upper estimate"
    return {
        "server": server(settings),
        "tokens_counted": exact,
        "context_window": f"{model.window} tokens{_assumed(settings)}",
        "prompts": [_prompt(prompt, settings) for prompt in (model.answer, model.rewrite)],
        "deadlines": f"{deadlines.first_word:g} s for the first word, {deadlines.total:g} s for all",
        "tracing": "on: " + told if (told := tracing()) else "off",
    }


def _assumed(settings: Settings) -> str:
    """Where the window's size was not told by the settings: who tells it."""
    if settings.context_window:
        return ", by ONRECORD_CONTEXT_WINDOW"
    if context_window(settings.model, settings.openai_base_url):
        return ""
    return ", assumed: nobody tells this model's; set ONRECORD_CONTEXT_WINDOW"


def _prompt(prompt: Prompt, settings: Settings) -> str:
    own = settings.prompts.expanduser() / f"{prompt.name}.yaml" if settings.prompts else None
    where = str(own) if own and own.exists() else "comes with OnRecord"
    return f"{prompt.name} {prompt.version} ({where})"


def print_examination(found: dict[str, Any]) -> None:
    """The examination as lines."""
    console = Console(highlight=False, soft_wrap=True)
    for name, value in found.items():
        if name not in ("unread", "problems"):
            told = ", ".join(value) if isinstance(value, list) else str(value)
            console.print(Text(f"{name.replace('_', ' ')}: {plain(told or 'none')}"))
    for row in found["unread"]:
        kind = "read in part" if row["partly"] else "not read"
        console.print(Text(f"{kind}: {plain(row['source'])}: {plain(row['reason'])}", "yellow"))
    for problem in found["problems"]:
        console.print(Text(plain(problem), "bold red"))
    if not found["problems"]:
        console.print(Text("All is well.", "green"))
