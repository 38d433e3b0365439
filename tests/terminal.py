"""A program on a terminal of its own, to which a test types and presses Ctrl-C."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from conftest import GUARD, ROOT

# Ctrl-C is heeded even where the tests themselves were started to ignore it.
RUN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from app.cli import main
main()
"""
# Makes the terminal the program's own, so that Ctrl-C reaches it as a person's does.
OWN = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
"""
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 30.0


class Terminal:
    """The program's terminal: `raw` is all that it printed, as bytes came; `seen` without escapes."""

    def __init__(self, process: "subprocess.Popen[bytes]", end: int) -> None:
        self.process, self.end = process, end
        self.raw, self.read = b"", 0

    @property
    def seen(self) -> str:
        """What was printed, escapes of colours and cursor left out, line ends as a file has them."""
        return ESCAPES.sub("", self.raw.decode("utf-8", "replace")).replace("\r\n", "\n")

    def until(self, *wanted: str) -> str:
        """Wait until all of these were printed, in this order; gives what came since the last wait."""
        ends = time.monotonic() + PATIENCE
        while (place := self._found(wanted)) is None:
            left = ends - time.monotonic()
            assert left > 0, f"{wanted} did not come after: {self.seen[self.read :]!r}"
            assert self._more(left) or self._found(wanted), f"{wanted} not in {self.seen[self.read :]!r}"
        since, self.read = self.seen[self.read : place], place
        return since

    def _found(self, wanted: tuple[str, ...]) -> int | None:
        place = self.read
        for text in wanted:
            found = self.seen.find(text, place)
            if found < 0:
                return None
            place = found + len(text)
        return place

    def _more(self, seconds: float) -> bool:
        """Read what comes within that time; False at the end."""
        if not select.select([self.end], [], [], seconds)[0]:
            return True
        try:
            came = os.read(self.end, 65536)
        except OSError:
            return False
        self.raw += came
        return bool(came)

    def type(self, text: str) -> None:
        """Type, without pressing return."""
        os.write(self.end, text.encode())

    def enter(self, text: str) -> None:
        """Type a line."""
        self.type(text + "\n")

    def interrupt(self) -> None:
        """Press Ctrl-C, as a person does: not in the instant in which a prompt is being drawn."""
        time.sleep(0.3)
        self.type("\x03")

    def leave(self) -> int:
        """Read to the end of the program, and give its exit code."""
        ends = time.monotonic() + PATIENCE
        while self._more(1.0) and time.monotonic() < ends:
            pass
        return self.process.wait(5)


@contextmanager
def on_terminal(home: Path, *arguments: str, **environment: str) -> Iterator[Terminal]:
    """Run `onrecord` with these arguments on a terminal; it is killed where a test leaves it running."""
    end, other = pty.openpty()
    inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{GUARD}{os.pathsep}{ROOT}", "HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", OWN + RUN, *arguments],
        stdin=other,
        stdout=other,
        stderr=other,
        start_new_session=True,
        cwd=home,
        env={**inherited, "TERM": "xterm", "COLUMNS": "300", **environment},
    )
    os.close(other)
    try:
        yield Terminal(process, end)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(10)
        os.close(end)
