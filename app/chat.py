"""`onrecord chat`: question after question in the terminal, each with the conversation before it."""

import sys
from collections.abc import Callable
from contextlib import suppress

from app.context import print_context
from app.render import console, plain
from app.statements import print_sources
from app.telling import tell
from retrieval.answers.answer import INTERRUPTED, Citation
from retrieval.api import Library
from retrieval.assistant import Assistant
from retrieval.errors import LibraryBusy, OnRecordError, Unconfirmed

PROMPT = "> "
HELP = """\
Ask a question; a follow-up ("And in 2013?") is understood from what was asked before.
/sources  list the citations of the last answer
/open N   show citation N in its document
/help     show this
/quit     leave (or Ctrl-D)
Ctrl-C stops an answer; what is proven stays."""
NOTHING = "The last answer cites nothing."


def read_line(interactive: bool) -> str:
    """The next line without white space around it; raises EOFError at the end."""
    if interactive:
        return input(PROMPT).strip()
    if sys.stdin.isatty():
        print(PROMPT, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def say(text: str) -> None:
    """One line on standard error."""
    print(plain(text), file=sys.stderr, flush=True)


class Leave(Exception):
    """The person leaves the chat; `code` is the program's exit code."""

    def __init__(self, code: int = 0) -> None:
        self.code = code


class Chat:
    """A conversation. `sync` makes the index equal to the folder."""

    def __init__(self, library: Library, assistant: Assistant, sync: Callable[[], object]) -> None:
        self.library, self.assistant, self.sync = library, assistant, sync
        self.interactive = sys.stdin.isatty() and sys.stdout.isatty()
        self.history: list[dict[str, str]] = []
        self.cited: list[Citation] = []
        self.warned = False

    def run(self) -> int:
        """Answer until the person leaves; gives the exit code."""
        self._begin()
        try:
            while True:
                self._turn()
        except EOFError:
            if self.interactive:
                print()
        except Leave as left:
            return left.code
        return 0

    def _begin(self) -> None:
        if not self.interactive:
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")  # type: ignore[union-attr]  # a real stream
            return
        # With it `input` edits lines and remembers them. Not on every system.
        with suppress(ImportError):
            import readline  # noqa: F401
        count = self.library.counts()["documents"]
        model = self.assistant.model
        writer = f"answers are written by {model.name}" if model else "answers quote them"
        say(f"{count} documents; {writer}. /help lists the commands, Ctrl-D leaves.")

    def _turn(self) -> None:
        try:
            line = read_line(self.interactive)
        except KeyboardInterrupt:
            self._interrupted()
            return
        self.warned = False
        try:
            if line.startswith("/"):
                self._command(line)
            elif line:
                self._ask(line)
        except OnRecordError as error:
            say(f"onrecord: {error}")
        except KeyboardInterrupt:
            if not self.interactive:
                raise Leave(130) from None
            say("Stopped.")

    def _interrupted(self) -> None:
        """Ctrl-C at the prompt: it takes back what was typed, or, at an empty one and twice, leaves."""
        print(file=sys.stderr)
        if not self.interactive:
            raise Leave(130)
        if _typed():
            self.warned = False
        elif self.warned:
            raise Leave
        else:
            self.warned = True
            say("Press Ctrl-C again to leave, or Ctrl-D.")

    def _ask(self, question: str) -> None:
        try:
            self.sync()
        except (LibraryBusy, Unconfirmed) as error:
            say(f"Answered from the index as it was. {error}")
        outcome = tell(self.assistant, question, self.history, self.library.index.docs)
        self.cited = [citation for statement in outcome.statements for citation in statement.citations]
        proven = "\n".join(statement.text for statement in outcome.statements)
        answered = outcome.answer.text if outcome.answer else proven or INTERRUPTED
        self.history.append({"role": "user", "content": question})
        self.history.append({"role": "assistant", "content": answered})
        if outcome.stopped and not self.interactive:
            raise Leave(130)

    def _command(self, line: str) -> None:
        name, _, argument = line.partition(" ")
        if name == "/quit":
            raise Leave
        if name == "/help":
            print(HELP)
        elif name == "/sources":
            self._sources()
        elif name == "/open":
            self._open(argument.strip())
        else:
            say(f"There is no command {name}; /help lists them.")

    def _sources(self) -> None:
        if not self.cited:
            say(NOTHING)
        print_sources(console(), self.cited)

    def _open(self, argument: str) -> None:
        number = int(argument) if argument.isascii() and argument.isdigit() else 0
        if not 1 <= number <= len(self.cited):
            most = len(self.cited)
            say(f"Say /open and a number from 1 to {most}; /sources lists them." if most else NOTHING)
            return
        citation = self.cited[number - 1]
        print_context(console(), number, citation, self.library.document(citation.source))


def _typed() -> bool:
    """Whether anything was typed on the line that Ctrl-C ended."""
    readline = sys.modules.get("readline")
    return bool(readline and readline.get_line_buffer())
