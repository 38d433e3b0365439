"""The command `onrecord`. Results go to standard output, progress and notes to standard error."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from app import eval_commands
from app.opening import Json, opened_library, print_json, read_settings, sync_library
from retrieval.errors import OnRecordError

app = typer.Typer(
    name="onrecord",
    help="Answers questions from a folder of documents and proves every answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(eval_commands.app, name="eval")

# The exit code after Ctrl-C.
INTERRUPTED = 130

Batch = Annotated[
    Path | None,
    typer.Option(help='Answer JSON lines {"id", "question", "history"?} from this file; - reads stdin.'),
]
Question = Annotated[
    str | None,
    typer.Argument(envvar="ONRECORD_QUESTION", show_envvar=False, help="What you want to know."),
]


def main() -> None:
    """Run the command; an error that a person can mend is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # real streams
    try:
        app()
    except OnRecordError as error:
        # Late, for the sake of --help; a file's name may hold anything.
        from app.render import plain

        print(f"onrecord: {plain(str(error))}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


@app.callback()
def options(
    context: typer.Context,
    docs: Annotated[
        Path | None,
        typer.Option(help="Folder of documents.  \\[default: the sample library, seeds/]"),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="Folder of the index.  \\[default: a hidden one beside the documents]"),
    ] = None,
    embedder: Annotated[
        str | None,
        typer.Option(help="What makes the vectors for search: local, or openai:MODEL.  \\[default: local]"),
    ] = None,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Follow links in the folder, wherever they lead.")
    ] = False,
) -> None:
    """Read the settings; options go before the environment."""
    given = {"docs": docs, "state": state, "embedder": embedder, "follow_links": follow_links or None}
    context.obj = given


@app.command()
def index(
    context: typer.Context,
    plan: Annotated[bool, typer.Option("--plan", help="Tell what would be done, and do nothing.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the vector store anew, without embedding.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to what embedding costs.")] = False,
    as_json: Json = False,
) -> None:
    """Make the index equal to the folder."""
    from app.opening import planned
    from app.render import print_plan, print_report

    if plan:
        print_plan(planned(read_settings(context)), as_json)
        return
    with opened_library(context, sync=False) as (_, library):
        print_report(sync_library(library, rebuild, yes), library.counts(), as_json)


@app.command()
def ask(
    context: typer.Context, question: Question = None, batch: Batch = None, as_json: Json = False
) -> None:
    """Answer a question, with the proof of each statement."""
    from app.compose import open_assistant
    from app.stopping import follow
    from app.telling import tell

    _one_of(question, batch)
    with opened_library(context) as (settings, library):
        assistant = open_assistant(settings, library)
        if batch:
            _run_batch(batch, lambda text, history: assistant.ask(text, history).to_json())
            return
        if as_json:
            outcome = follow(assistant, question or "", (), lambda event: None)
            if outcome.answer:
                print_json(outcome.answer.to_json())
        else:
            outcome = tell(assistant, question or "", (), library.index.docs)
        if outcome.stopped and not (outcome.answer and not outcome.answer.incomplete):
            raise SystemExit(INTERRUPTED)


@app.command()
def chat(context: typer.Context) -> None:
    """Ask question after question in the terminal; each answer knows the conversation before it."""
    from app.chat import Chat
    from app.compose import open_assistant

    with opened_library(context) as (settings, library):
        raise SystemExit(
            Chat(library, open_assistant(settings, library), lambda: sync_library(library)).run()
        )


@app.command()
def search(
    context: typer.Context,
    question: Question = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    batch: Batch = None,
    as_json: Json = False,
) -> None:
    """Find the passages that fit a question best."""
    from app.render import print_passages

    _one_of(question, batch)
    with opened_library(context) as (_, library):

        def found(text: str, history: list[dict[str, str]]) -> dict[str, Any]:
            passages = library.search(text, k, history)
            return {"question": text, "passages": [passage.to_json() for passage in passages]}

        if batch:
            _run_batch(batch, found)
        elif as_json:
            print_json(found(question or "", []))
        else:
            print_passages(library.search(question or "", k))


@app.command()
def show(
    context: typer.Context,
    source: Annotated[str | None, typer.Argument(help="Name of a document; none lists them all.")] = None,
    dropped: Annotated[
        bool, typer.Option("--dropped", help="Print what is left out of passages: menus, footers.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print a document and what is known of it, or list all documents."""
    from app import render

    if dropped and source is None:
        raise typer.BadParameter("--dropped wants the name of a document")
    with opened_library(context) as (_, library):
        if source is None:
            names = library.sources()
            print_json(names) if as_json else render.print_lines(names)
            return
        document = library.document(source)
        if dropped:
            print_json(render.dropped_json(document)) if as_json else render.print_dropped(document)
            return
        row = render.document_json(document, library.names(source), library.story(source))
        print_json(row) if as_json else render.print_document(row)


@app.command()
def ui(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8501,
) -> None:
    """Open the chat page in the browser."""
    from app.ui import serve

    raise SystemExit(serve(read_settings(context), port))


@app.command()
def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Tell how the library and its index are, and what leaves this machine."""
    from app.doctor import examine, print_examination

    with opened_library(context, sync=False) as (settings, library):
        found = examine(settings, library)
        print_json(found) if as_json else print_examination(found)
        if found["problems"]:
            raise SystemExit(1)


def _one_of(question: str | None, batch: Path | None) -> None:
    if (question is None) == (batch is None):
        raise typer.BadParameter("give a question, or --batch FILE")


def _run_batch(path: Path, answer: Callable[[str, list[dict[str, str]]], dict[str, Any]]) -> None:
    from app.batch import run_batch

    if not run_batch(path, answer, sys.stdout):
        raise SystemExit(1)
