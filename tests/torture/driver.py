"""Kills a library while it writes, or lets its writes fail, and looks at what is left: for test_torture.py.

    python driver.py kills SEED EACH FOLDER        each of MOMENTS so many times, and as many at any time
    python driver.py writes STEP FOLDER            the first, the STEP-th … change of a file fails
    python driver.py die SEED DOCS STATE           syncs once, and is killed on the way

Each trial runs in a forked child of this process, which never opens Chroma itself. Prints one JSON object.
Before a trial the folder is changed; after it the index must be the old or the new one, never a mixture, and
after the next sync the new one, with every vector found, whatever had been said to be done.
"""

import ctypes
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from retrieval import Library
from retrieval.errors import OnRecordError
from retrieval.library import generations, health
from retrieval.library.catalog import Catalog
from retrieval.library.chroma import VectorStore
from retrieval.library.minilm import MiniLM, Vectors
from retrieval.library.staging import Staging

WORDS = (
    "harbour bridge ferry quay basin anchor rope mast sail keel rudder deck hull tide pilot beacon".split()
)

# Files in the folder before a change: with more, a trial of a thousand would take ever longer.
LEAST, MOST = 8, 12

# Where a process is killed: just before, or just after, a call of these.
MOMENTS: dict[str, tuple[Any, str]] = {
    "reading": (Staging, "add_document"),
    "embedding": (Catalog, "add_vectors"),
    "replacing": (Staging, "publish"),
    "copying": (shutil, "copyfile"),
    "adding": (VectorStore, "add"),
    "removing": (VectorStore, "remove"),
    "verifying": (VectorStore, "holds"),
    "settling": (generations, "_settle"),
    "committing": (Catalog, "set_fact"),
    "sweeping": (shutil, "rmtree"),
}


class Hashed(MiniLM):
    """Unit vectors made of a text's hash: as distinct as the texts, and made at once."""

    def vectors(self, texts: Any) -> Vectors:
        made = np.empty((len(texts), self.dimension), dtype=np.float32)
        for place, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
            made[place] = np.random.default_rng(seed).normal(size=self.dimension)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)

    def vectors_with_parts(self, texts: Any, parts: Any) -> tuple[Vectors, list[Vectors]]:
        return self.vectors(texts), [self.vectors(["x"] * len(spans)) for spans in parts]

    def count_tokens(self, texts: list[str]) -> list[int]:
        return [2 * len(text.split()) for text in texts]


def opened(docs: Path, state: Path) -> Library:
    """The library, with an embedder that takes no time."""
    library = Library.open(docs, state)
    library.index.embedder = Hashed()
    return library


def in_child(work: Callable[[], Any], before: Callable[[int], None] = lambda pid: None) -> tuple[int, Any]:
    """What a forked child gives back, and how it ended: 0, its exit code, or minus its signal."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            told = json.dumps(work()).encode()
        except OnRecordError as error:
            told = json.dumps({"error": str(error)}).encode()
        except BaseException as error:
            told = json.dumps({"traceback": f"{type(error).__name__}: {error}"}).encode()
        os.write(writing, told)
        os._exit(0)
    os.close(writing)
    before(pid)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else None


def folder_now(docs: Path) -> dict[str, str]:
    """What the index should hold: texts by name."""
    return {path.name: path.read_text("utf-8") for path in sorted(docs.iterdir())}


def change(docs: Path, chance: random.Random) -> None:
    """Add, change, move and remove files, so that all kinds of work are to be done on a small folder."""
    names = sorted(path.name for path in docs.iterdir())
    while len(names) > MOST:
        (docs / names.pop(chance.randrange(len(names)))).unlink()
    for name in chance.sample(names, min(len(names), 4)):
        kind = chance.choice(["change", "move", "remove", "change"])
        if kind == "move":
            (docs / name).rename(docs / f"moved-{chance.getrandbits(40)}.txt")
        elif kind == "remove" and len(names) > LEAST:
            (docs / name).unlink()
        else:
            (docs / name).write_text(_text(chance), "utf-8")
    for _ in range(chance.randint(1, 4)):
        (docs / f"new-{chance.getrandbits(40)}.txt").write_text(_text(chance), "utf-8")


def _text(chance: random.Random) -> str:
    sentences = (
        f"Entry {chance.getrandbits(48)} tells of the {' and the '.join(chance.sample(WORDS, 5))}."
        for _ in range(chance.randint(1, 60))
    )
    return " ".join(sentences) + "\n"


def sync(docs: Path, state: Path) -> dict[str, int]:
    """Make the index equal to the folder; gives the passages that were embedded."""
    with opened(docs, state) as library:
        return {"embedded": library.sync().plan.to_embed}


def look(docs: Path, state: Path) -> dict[str, Any]:
    """What a reader finds, without any mending: texts by name, and passages that cannot be found."""
    with opened(docs, state) as library:
        index = library.index
        texts = {source: library.document(source).text for source in library.sources()}
        lost = 0
        with index.catalog.snapshot():
            ids = index.catalog.passage_ids()
            for id in ids if texts else ():
                vector = index.catalog.vectors([id])[0]
                (found, cosine), *_ = index.nearest(vector.tolist(), 1)
                same = found == id or cosine > 0.9999
                lost += not same
            spans = index.catalog.passages(ids)
        torn = sum(texts[p.source][p.start : p.end] != p.text for p in spans)
        return {
            "texts": texts,
            "lost": lost,
            "torn": torn,
            "damage": health.examine(state) if texts else None,
        }


def dying(moment: str, nth: int, before: bool) -> None:
    """Have this process killed at the n-th call of a moment."""
    owner, name = MOMENTS[moment]
    call = getattr(owner, name)
    count = 0

    def counted(*args: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == nth and before:
            os.kill(os.getpid(), signal.SIGKILL)
        made = call(*args, **named)
        if count == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    setattr(owner, name, counted)


class Trials:
    """The trials of one run, and what was found wrong."""

    def __init__(self, home: Path, seed: int) -> None:
        self.docs, self.state = home / "docs", home / "state"
        self.docs.mkdir(parents=True)
        self.chance = random.Random(seed)
        for _ in range(3):
            change(self.docs, self.chance)
        self.must(in_child(lambda: sync(self.docs, self.state)))
        self.old = folder_now(self.docs)
        self.wrong: list[str] = []
        self.trials = self.killed = self.unharmed = 0

    def must(self, ended: tuple[int, Any]) -> Any:
        """What a child gave that had to end well."""
        code, told = ended
        if code != 0 or not isinstance(told, dict) or told.keys() & {"error", "traceback"}:
            raise RuntimeError(f"a child failed: {code} {told}")
        return told

    def try_once(self, name: str, work: Callable[[], Any], before: Callable[[int], None]) -> Any:
        """Change the folder, do the harm, and check what is left before and after the next sync."""
        change(self.docs, self.chance)
        new = folder_now(self.docs)
        code, told = in_child(work, before)
        self.trials += 1
        self.killed += code < 0
        self.unharmed += code == 0 and isinstance(told, dict) and "embedded" in told
        if isinstance(told, dict) and "traceback" in told:
            self.wrong.append(f"{name}: {told['traceback']}")
        self._check(name, "after the harm", (self.old, new))
        mended = in_child(lambda: sync(self.docs, self.state))
        if mended[0] != 0 or "embedded" not in (mended[1] or {}):
            self.wrong.append(f"{name}: the next sync failed: {mended}")
        self._check(name, "after the next sync", (new,))
        self.old = new
        return told

    def _check(self, name: str, when: str, allowed: tuple[dict[str, str], ...]) -> None:
        code, seen = in_child(lambda: look(self.docs, self.state))
        if code != 0 or "texts" not in seen:
            self.wrong.append(f"{name} {when}: cannot be read: {code} {seen}")
        elif seen["texts"] not in allowed:
            self.wrong.append(f"{name} {when}: neither the old nor the new texts")
        elif seen["lost"] or seen["torn"] or seen["damage"]:
            self.wrong.append(f"{name} {when}: {seen['lost']} lost, {seen['torn']} torn, {seen['damage']}")

    def report(self) -> dict[str, Any]:
        """The outcome in numbers."""
        return {
            "trials": self.trials, "killed": self.killed, "unharmed": self.unharmed, "wrong": self.wrong,
        }  # fmt: skip


def kills(seed: int, each: int, home: Path) -> dict[str, Any]:
    """Kill at each moment so many times, and as many times at any time at all."""
    trials = Trials(home, seed)
    at = dict.fromkeys(MOMENTS, 0)
    for moment in MOMENTS:
        # Where a change needs less work than was waited for, the trial does not count.
        for _ in range(10 * each):
            if at[moment] == each:
                break

            def work(moment: str = moment) -> Any:
                chance = random.Random(trials.chance.getrandbits(32))
                dying(moment, chance.choice([1, 1, 2]), chance.random() < 0.5)
                return sync(trials.docs, trials.state)

            before = trials.killed
            trials.try_once(moment, work, lambda pid: None)
            at[moment] += trials.killed - before
    for _ in range(each):

        def strike(pid: int) -> None:
            time.sleep(trials.chance.uniform(0.01, 0.6))
            os.kill(pid, signal.SIGKILL)

        trials.try_once("any time", lambda: sync(trials.docs, trials.state), strike)
    return {**trials.report(), "at": at}


def writes(step: int, home: Path) -> dict[str, Any]:
    """Fail the first change of a file, then a later one, until a sync runs through."""
    shim = ctypes.CDLL(None)
    trials = Trials(home, 7)
    nth = 1
    while True:

        def work(nth: int = nth) -> Any:
            shim.fail_at(ctypes.c_long(nth))
            try:
                return {**sync(trials.docs, trials.state), "changes": shim.changes_seen()}
            finally:
                shim.fail_at(ctypes.c_long(-1))

        told = trials.try_once(f"change {nth}", work, lambda pid: None)
        if isinstance(told, dict) and "changes" in told and told["changes"] < nth:
            return {**trials.report(), "changes": told["changes"], "last": nth}
        nth += step


def die(seed: int, docs: Path, state: Path) -> dict[str, int]:
    """Sync, and be killed at one of MOMENTS where it comes."""
    chance = random.Random(seed)
    dying(chance.choice(list(MOMENTS)), chance.choice([1, 1, 2, 3]), chance.random() < 0.5)
    return sync(docs, state)


if __name__ == "__main__":
    kind, number, *rest = sys.argv[1:]
    if kind == "die":
        print(json.dumps(die(int(number), Path(rest[0]), Path(rest[1]))))
        sys.exit()
    made = (
        kills(int(number), int(rest[0]), Path(rest[1]))
        if kind == "kills"
        else writes(int(number), Path(rest[0]))
    )
    print(json.dumps(made))
