"""`onrecord eval run`, `rescore` and `report`: ask the cases of some files, and keep what came of it."""

import sys
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.compose import open_assistant
from app.progress import progress
from app.settings import Settings
from eval.asking import record, rescore
from eval.case import load_all
from eval.metrics import TextOf, suite
from eval.provenance import code_version, describe, hash_library
from eval.run import Run, load_info, load_run, new_folder
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.errors import BadCases, BadRun

# Retrieval is measured over so many first passages.
K = 5


def record_run(
    settings: Settings,
    library: Library,
    files: list[Path],
    name: str | None,
    limit: int | None,
    k: int,
    runs: Path,
) -> Run:
    """Ask the cases of some files and keep the run in the folder `runs`, or go on with it there.

    Raises BadCases; raises BadRun where the name is taken by a run of something else.
    """
    cases = load_all(files)[:limit]
    lost = {gold.source for case in cases for gold in case.evidence} - set(library.sources())
    if lost:
        raise BadCases(
            f"The cases name {len(lost)} documents that {library.index.docs} does not hold, such as "
            f"{min(lost)}; name their folder with --docs."
        )
    name = name or f"{files[0].stem}-{datetime.now():%Y%m%d-%H%M%S}"
    folder = new_folder(runs, name)
    assistant = open_assistant(settings, library)
    metrics = suite(k)
    told, prompts = _told(settings, k), _prompts(assistant)
    info = describe(name, assistant.engine, library, files, cases, metrics, told, prompts)
    print(f"The run {name} is kept in {folder}.", file=sys.stderr, flush=True)
    try:
        with progress() as shown:
            record(
                folder,
                info,
                cases,
                assistant.ask,
                metrics,
                texts(library),
                lambda done, total: shown.tell("asking", done, total),
            )
    except KeyboardInterrupt:
        print(f"Stopped; the same command with --name {name} goes on.", file=sys.stderr)
        raise
    return load_run(folder)


def rescore_run(library: Library, folder: Path) -> Run:
    """Score a run anew; raises BadRun where the documents are not those that it was made with."""
    info = load_info(folder)
    if hash_library(library) != info["library"]["sha256"]:
        raise BadRun(
            f"The run {info['name']} was made with other documents; name them with --docs, or run it anew."
        )
    rescore(folder, suite(info["settings"].get("k", K)), texts(library), code_version())
    return load_run(folder)


def write_report(runs: list[Run], library: Library, path: Path) -> None:
    """Write the page about one run, or about two; raises BadRun where the file cannot be written.

    Gold text is read from the library where it holds the documents that the runs were made with.
    """
    # Late: it draws.
    from eval.report.page import render

    same = all(run.info["library"]["sha256"] == hash_library(library) for run in runs)
    try:
        page = render(runs, texts(library) if same else None)
        path.write_text(page, encoding="utf-8")
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise BadRun("The page is drawn with matplotlib; install that, and try again.") from error
    except OSError as error:
        raise BadRun(f"The page {path} cannot be written ({error.strerror}); name another --out.") from error


def texts(library: Library) -> TextOf:
    """Gives a document's text by its source, remembering the latest ones."""
    return lru_cache(maxsize=64)(lambda source: library.document(source).text)


def _told(settings: Settings, k: int) -> dict[str, Any]:
    """The settings that a figure depends on, with nothing secret among them."""
    found: dict[str, Any] = {"k": k, "embedder": settings.embedder}
    if settings.has_model():
        names = ("model", "timeout", "first_word_timeout", "context_window")
        found.update({name: getattr(settings, name) for name in names})
        # An address may hold a password, or a key as its parameter.
        found["server"] = urlsplit(settings.openai_base_url or "").hostname
    return found


def _prompts(assistant: Assistant) -> dict[str, str]:
    model = assistant.model
    return {prompt.name: prompt.version for prompt in (model.answer, model.rewrite)} if model else {}
