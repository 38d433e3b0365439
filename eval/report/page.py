"""One self-contained HTML page from one run or two: it asks nothing of a network and runs no foreign word.

The page's own style and script stand in it under their hashes; its policy forbids everything else. All that
comes from documents, models and cases is escaped, and cleaned of what hides.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.card import kinds_card
from eval.compare import Compared
from eval.metrics import TOGETHER
from eval.report import figures
from eval.report.cases import CaseShown, shown
from eval.report.excerpts import ROOMY, TIGHT, TextOf
from eval.report.summary import Metric, Sureness, metrics, seconds, sureness
from eval.right import measure
from eval.run import Run
from eval.statistics import Estimate
from retrieval.documents.cleaning import clean

HERE = Path(__file__).parent
HEADLINE, DOUBT = 6, 0.05
# From so many answers on a page would outgrow what opens at once, so its texts are cut.
MANY = 1_000


def render(runs: Sequence[Run], text_of: TextOf | None = None) -> str:
    """The report of one run, or of two compared: the second against the first.

    `text_of` gives a document's text by its source, and may raise an OnRecordError; without it gold text is
    shown where a passage of the answer holds it.
    """
    if not 1 <= len(runs) <= 2:
        raise ValueError(f"a report is of one run or of two, not of {len(runs)}")
    found, comparison = metrics(runs)
    shares = [metric for metric in found if metric.share and metric.scored]
    main = measure(row for run in runs for row in run.rows)
    many = sum(len(run.rows) for run in runs) > MANY
    sure = [sureness(run, main) for run in runs]
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return (
        _environment()
        .get_template("page.html")
        .render(
            runs=[_described(run) for run in runs],
            metrics=found,
            comparison=comparison,
            main=main,
            headline=_headline(shares, main),
            sure=sure,
            figures=_figures(runs, shares, sure),
            cases=shown(runs, main, [m.name for m in shares], text_of, TIGHT if many else ROOMY),
            kinds=_kinds(runs),
            cut=many,
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        )
    )


def _kinds(runs: Sequence[Run]) -> list[tuple[str, list[Estimate]]]:
    """Of each kind of question the share that went well in each run; of none that no run can tell."""
    cards = [kinds_card(run.rows) for run in runs]
    names = sorted({name for found in cards for name in found})
    lines = [(name, [found.get(name, Estimate(0)) for found in cards]) for name in names]
    return [(name, each) for name, each in lines if any(estimate.n for estimate in each)]


def _figures(runs: Sequence[Run], shares: Sequence[Metric], sure: Sequence[Sureness]) -> dict[str, Markup]:
    """The figures for which there is something to draw, else ""; their text is escaped as XML."""
    made = dict.fromkeys(("bars", "forest", "risk", "latency"), "")
    names = [_label(metric.name) for metric in shares]
    if shares:
        columns = [[metric.estimates[i] for metric in shares] for i in range(len(runs))]
        made["bars"] = figures.bars(names, columns)
    differences = [metric.compared.difference for metric in shares if metric.compared]
    if any(estimate.mean is not None for estimate in differences):
        made["forest"] = figures.forest(names, differences)
    if any(one.curve for one in sure):
        made["risk"] = figures.risk_coverage([one.curve for one in sure])
    times = [seconds(run) for run in runs]
    if any(len(each) for each in times):
        made["latency"] = figures.latency(times)
    return {name: Markup(svg) for name, svg in made.items()}


def _label(name: str) -> str:
    name = clean(name)
    return name if len(name) <= 28 else name[:27] + "…"


def _headline(shares: Sequence[Metric], main: str | None) -> list[Metric]:
    """The few numbers to look at first; what was refused is never shown without what was kept."""
    wanted = (main, *TOGETHER, "evidence F1", "recall@5", "success@5", "verbatim")
    by_name = {metric.name: metric for metric in shares}
    first = [by_name[name] for name in wanted if name in by_name]
    return [*first, *(metric for metric in shares if metric not in first)][:HEADLINE]


def _described(run: Run) -> dict[str, Any]:
    """What is told of a run: sentences for the head, all of run.json below, and counts over its rows."""
    info = run.info
    engines = dict.fromkeys(row["answer"]["engine"] for row in run.rows if row.get("answer"))
    statements = [bool(row["answer"]["statements"]) for row in run.rows if row.get("answer")]
    times = seconds(run)
    return {
        "name": run.name,
        "n": len(run.rows),
        "answerable": sum(row["answerable"] for row in run.rows),
        "answered": sum(statements),
        "refused": len(statements) - sum(statements),
        "failed": sum(bool(row.get("error")) for row in run.rows),
        "engines": ", ".join(engines),
        "median": float(sorted(times)[len(times) // 2]) if len(times) else None,
        "started": _day(str(info.get("started") or "")),
        "code": _code(info.get("code")),
        "facts": list(_flat(info)),
    }


def _day(stamp: str) -> str:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".rstrip()


def _code(code: Any) -> str:
    if not isinstance(code, Mapping):
        return str(code or "")
    commit = str(code.get("commit") or "")[:9]
    changed = ", with changes not committed" if code.get("changed") else ""
    return " ".join(part for part in (str(code.get("version") or ""), commit) if part) + changed


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """What run.json tells, a line each."""
    if isinstance(value, Mapping):
        return [
            line for key, each in value.items() for line in _flat(each, f"{name} › {key}" if name else key)
        ]
    if isinstance(value, list):
        return [(name, ", ".join(str(each) for each in value))]
    return [(name, "–" if value is None else str(value))]


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.filters.update(
        percent=_percent,
        number=_number,
        signed=_signed,
        value=_value,
        change=_change,
        chance=_chance,
        direction=_direction,
        states=_states,
        moved=_moved,
    )
    return environment


def _seen(value: Any) -> Any:
    """What is written into the page: text without what hides, and nothing twice that is markup already."""
    if type(value) is not str or (value.isascii() and value.isprintable()):
        return value
    return clean(value)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2f}"


def _signed(value: float | None) -> str:
    if value is None:
        return "–"
    shown = f"{value * 100:+.1f}"
    return "0.0" if shown in ("+0.0", "-0.0") else shown.replace("-", "−")


def _value(value: float | None, metric: Metric) -> str:
    return _percent(value) if metric.share else _number(value)


def _change(value: float | None, metric: Metric) -> str:
    """A difference in points, or in the metric's own unit."""
    return _signed(value if value is None or metric.share else value / 100)


def _chance(p: float | None) -> str:
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _direction(metric: Metric) -> str:
    """The class of a difference that is better or worse beyond doubt, though many metrics were tried."""
    one = metric.compared
    if metric.neutral or not one or not one.difference.mean or one.p_holm is None or one.p_holm >= DOUBT:
        return ""
    return "up" if one.difference.mean > 0 else "down"


def _states(case: CaseShown) -> str:
    """The words by which the page's script chooses cases; of two runs the second decides."""
    last = case.sides[-1]
    states = [last.verdict, last.said, "answerable" if case.answerable else "unanswerable"]
    if case.shift and case.shift.change:
        states.append("better" if case.shift.change > 0 else "worse")
    return " ".join(dict.fromkeys(states))


def _moved(one: Compared) -> str:
    """How many cases rose and how many fell."""
    up = sum(change.difference > 0 for change in one.changes)
    return f"{up} / {len(one.changes) - up}" if one.changes else "–"
