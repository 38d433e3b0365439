"""What a figure was made of: the cases, the documents, the settings and the code."""

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.case import Case
from eval.metrics.metric import Metric
from retrieval.api import Library

ROOT = Path(__file__).parent.parent


def describe(
    name: str,
    system: str,
    library: Library,
    files: Sequence[Path],
    cases: Sequence[Case],
    metrics: Sequence[Metric],
    settings: Mapping[str, Any],
    prompts: Mapping[str, str],
) -> dict[str, Any]:
    """What a run is made of, as its run.json tells it.

    `system` is what is asked; `settings` hold no secrets; `prompts` are their versions by name. Of files
    and folders only the names are told: runs are shown to others.
    """
    return {
        "name": name,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": system,
        "settings": dict(settings),
        "prompts": dict(prompts),
        "cases": {"files": [path.name for path in files], "count": len(cases), "sha256": hash_cases(cases)},
        "library": _library(library),
        "code": code_version(),
        "metrics": [metric.name for metric in metrics],
    }


def _library(library: Library) -> dict[str, Any]:
    counts = library.counts()
    return {
        "folder": library.index.docs.name,
        "documents": counts["documents"],
        "passages": counts["passages"],
        "embedder": library.index.catalog.fact("embedder"),
        "sha256": hash_library(library),
    }


def hash_cases(cases: Sequence[Case]) -> str:
    """A hash of cases in their order, by all that is asked and scored."""
    made = hashlib.sha256()
    for case in cases:
        made.update(json.dumps(case.to_json(), sort_keys=True).encode() + b"\n")
    return made.hexdigest()


def hash_library(library: Library) -> str:
    """A hash of the documents' files, by their names and bytes."""
    files = library.index.catalog.files()
    made = hashlib.sha256()
    for path in sorted(files):
        made.update(f"{path}\0{files[path].content}\n".encode())
    return made.hexdigest()


def code_version() -> dict[str, Any]:
    """The package's version, the commit of its checkout, and whether files of it were changed since.

    The last two are None where it is no checkout, or there is no git.
    """
    commit = _git("rev-parse", "HEAD") if (ROOT / ".git").exists() else None
    changed = bool(_git("status", "--porcelain", "--untracked-files=no")) if commit else None
    return {"version": version("onrecord"), "commit": commit, "changed": changed}


def _git(*arguments: str) -> str | None:
    command = ["git", "--no-optional-locks", "-C", str(ROOT), *arguments]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
