"""The card of a benchmark as Markdown: a table a set, under a heading that tells when and of what."""

import os
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from eval.benchmarks.followups import WAYS
from eval.card import card, confidence_card
from eval.provenance import code_version
from eval.run import Row
from eval.statistics import Estimate

HEADLINE = """
    answerable kept | unanswerable refused | gold cited | evidence F1 | verbatim | contains, any statement |
    ROUGE-L | choice accuracy | success@1 | success@5 | recall@5 | nDCG@5 | span recall@5 | span precision@5 |
    follow-up recall@5
    """
# What a page holds around a card that is to be replaced by the next one.
BEGIN, END = "<!-- the card -->", "<!-- its end -->"


def heading(full: bool) -> str:
    """When, by which code and on what machine the card was made, and how to read it."""
    now, code = datetime.now(UTC), code_version()
    command, of = ("bench-full", "all cases") if full else ("bench", "a part of the cases")
    commit = f", commit {code['commit'][:9]}" if code["commit"] else ""
    changed = " with changes" if code["changed"] else ""
    return (
        f"`make {command}`, {now.day} {now:%B %Y}, version {code['version']}{commit}{changed}, "
        f"{os.cpu_count()} cores, {of}. Means with 95 % intervals, cases of one group counted as alike; n is "
        "how many cases have a value, which may differ from system to system. No language model."
    )


def table(name: str, found: Mapping[str, Sequence[Row]]) -> str:
    """Of each metric n, and each system's mean with its interval; the first system is the product."""
    cards = {system: card(rows) for system, rows in found.items()}
    n = len(next(iter(found.values())))
    lines = [f"| {name}, {n} cases | n | {' | '.join(found)} |", "|---" * (len(found) + 2) + "|"]
    for metric in (part.strip() for part in " ".join(HEADLINE.split()).split("|")):
        estimates = [cards[system].get(metric, Estimate(0)) for system in found]
        if counts := sorted({estimate.n for estimate in estimates if estimate.n}):
            cells = " | ".join(_cell(estimate) for estimate in estimates)
            lines.append(f"| {metric} | {'–'.join(map(str, counts))} | {cells} |")
    sure = [confidence_card(rows) for rows in found.values()]
    for figure in sure[0]:
        values = [one[figure].value if figure in one else None for one in sure]
        if any(value is not None for value in values):
            lines.append(f"| {figure} | | {' | '.join(map(_short, values))} |")
    times = [statistics.median(row["seconds"] for row in rows) for rows in found.values()]
    lines.append(f"| seconds a question, median | {n} | {' | '.join(f'{t:.3f}' for t in times)} |")
    return "\n".join(lines)


def follow_ups(product: str, ways: Mapping[str, Estimate]) -> str:
    """What search makes of follow-up questions, in a sentence; nothing where none was asked."""
    if not ways["asked"].n:
        return ""
    each = ", ".join(f"{way} {_cell(ways[way])}" for way in WAYS)
    return f"Follow-ups by {product}, recall@5, n = {ways['asked'].n}: {each}."


def place(page: Path) -> tuple[str, str]:
    """What stands in a page before its card and behind it; raises ValueError where none has a place."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the card: a line {BEGIN} and a line {END} behind it")
    return before, after


def put_into(page: Path, made: str) -> None:
    """Put a card in the place of the one that the page holds."""
    before, after = place(page)
    page.write_text(f"{before}{BEGIN}\n\n{made.strip()}\n\n{END}{after}", encoding="utf-8")


def _cell(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return _short(estimate.mean)
    return f"{_short(estimate.mean)} ({_short(estimate.low)}–{_short(estimate.high)})"


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")
