"""What commands have in common: settings from the options, the library made equal to its folder."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.settings import Settings
    from retrieval.api import Library
    from retrieval.library.plan import Plan, Report

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def read_settings(context: typer.Context) -> "Settings":
    """The settings of a command; its options go before the environment."""
    # Late, as everywhere in commands, for the sake of --help.
    from app.settings import Settings

    given = {name: value for name, value in context.obj.items() if value is not None}
    return Settings.read(**given)


@contextmanager
def opened_library(context: typer.Context, sync: bool = True) -> "Iterator[tuple[Settings, Library]]":
    """The settings and the library, which is first made equal to its folder unless not `sync`."""
    from app.compose import open_library

    settings = read_settings(context)
    with open_library(settings) as library:
        if sync:
            sync_library(library)
        yield settings, library


def sync_library(library: "Library", rebuild: bool = False, yes: bool = False) -> "Report":
    """Make the index equal to the folder, telling how far it is; what costs money is asked about."""
    from app.confirming import confirming
    from app.progress import progress

    with progress() as shown:
        return library.sync(shown.tell, rebuild, confirming(yes, shown.paused))


def planned(settings: "Settings") -> "Plan":
    """What making the index equal to the folder would do; leaves no trace where there is no index yet."""
    from app.compose import open_library

    with TemporaryDirectory() as nothing:
        state = settings.state_folder()
        if not state.exists():
            settings = settings.model_copy(update={"state": Path(nothing)})
        with open_library(settings) as library:
            return library.plan()


def print_json(value: Any) -> None:
    """A result for other programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
