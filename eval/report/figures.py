"""The report's plots, by matplotlib, as SVG for one page (see theming.py). Matplotlib is loaded when needed.

One run is drawn in the first colour. Of two runs the first is drawn in the second colour, as what is
compared against, and the other in the first.
"""

import io
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eval.report.theming import COLOURS, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from eval.metrics.risk import RiskCoverage
    from eval.statistics import Estimate

Numbers = npt.NDArray[np.float64]
INK, QUIET, GRID = COLOURS["ink"], COLOURS["quiet"], COLOURS["grid"]
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "onrecord",
    "font.size": 8.5,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.labelcolor": QUIET,
    "axes.labelsize": 8.5,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
}
# In inches: all are as wide, and a metric has one line in each.
WIDTH, LINE, PAIR, AROUND = 4.8, 0.21, 0.29, 0.5
BINS = 30


def _colours(runs: int) -> list[str]:
    return [COLOURS["first"]] if runs == 1 else [COLOURS["second"], COLOURS["first"]]


def _figure(name: str, label: str, size: tuple[float, float], draw: Callable[["Axes"], None]) -> str:
    """An SVG of this size in inches, at 72 units an inch."""
    import matplotlib
    from matplotlib.figure import Figure

    style: Any = STYLE
    with matplotlib.rc_context(style), warnings.catch_warnings():
        # Letters that matplotlib's own font lacks are set by the browser; only their width is guessed.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return themed(out.getvalue(), name, label)


def bars(labels: Sequence[str], runs: Sequence[Sequence["Estimate"]]) -> str:
    """A bar a metric and run, with its 95 % interval as a whisker; estimates are shares in 0..1."""
    thick = 0.62 if len(runs) == 1 else 0.38

    def draw(axes: "Axes") -> None:
        for i, (estimates, colour) in enumerate(zip(runs, _colours(len(runs)), strict=True)):
            at = np.arange(len(labels)) + (0.0 if len(runs) == 1 else (i - 0.5) * thick)
            kept = [(y, e) for y, e in zip(at, estimates, strict=True) if e.mean is not None]
            axes.barh([y for y, _ in kept], [e.mean or 0.0 for _, e in kept], thick * 0.9, color=colour)
            known = [(y, e.low, e.high) for y, e in kept if e.low is not None and e.high is not None]
            axes.hlines(
                [y for y, _, _ in known],
                [low for _, low, _ in known],
                [h for _, _, h in known],
                color=INK,
                linewidth=1.3,
            )
        axes.set_yticks(np.arange(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(0, 1)
        axes.set_xticks(np.linspace(0, 1, 5), ["0", "25", "50", "75", "100"])
        axes.set_xlabel("per cent")
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.spines["bottom"].set_visible(False)

    height = AROUND + len(labels) * (LINE if len(runs) == 1 else PAIR)
    return _figure("bars", "Means of all metrics with 95 % intervals", (WIDTH, height), draw)


def forest(labels: Sequence[str], differences: Sequence["Estimate"]) -> str:
    """A dot a metric at the paired difference of two runs, with its 95 % interval around it."""

    def draw(axes: "Axes") -> None:
        axes.axvline(0, color=QUIET, linewidth=1)
        for y, estimate in enumerate(differences):
            if estimate.mean is None:
                continue
            if estimate.low is not None and estimate.high is not None:
                axes.hlines(y, estimate.low, estimate.high, color=INK, linewidth=1.3)
            axes.plot(estimate.mean, y, "o", color=COLOURS["first"], markersize=5.5)
        ends = [abs(x) for e in differences for x in (e.mean, e.low, e.high) if x is not None]
        widest = max([0.02, *ends]) * 1.1
        axes.set_xlim(-widest, widest)
        axes.xaxis.set_major_formatter(lambda x, _: f"{x * 100:+.3g}".replace("-", "−").replace("+0", "0"))
        axes.set_xlabel("points of difference")
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.tick_params(length=0)
        axes.spines["bottom"].set_visible(False)

    height = AROUND + len(labels) * PAIR
    return _figure("forest", "Paired differences with 95 % intervals", (WIDTH, height), draw)


def risk_coverage(curves: Sequence["RiskCoverage | None"]) -> str:
    """The share of wrong answers among the surest, as far as was answered; a dot at the end."""

    def draw(axes: "Axes") -> None:
        highest = 0.1
        for curve, colour in zip(curves, _colours(len(curves)), strict=True):
            end = round(curve.answered * len(curve.coverage)) if curve else 0
            if not curve or not end:
                continue
            axes.plot(curve.coverage[:end], curve.risk[:end], color=colour, linewidth=1.8)
            axes.plot(curve.coverage[end - 1], curve.risk[end - 1], "o", color=colour, markersize=6)
            highest = max(highest, *curve.risk[:end])
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, min(1.04, highest * 1.15))
        axes.xaxis.set_major_formatter(lambda x, _: f"{x * 100:.0f}")
        axes.yaxis.set_major_formatter(lambda y, _: f"{y * 100:.0f}")
        axes.set_xlabel("per cent of the questions answered, surest first")
        axes.set_ylabel("per cent wrong")
        _quiet_grid(axes)

    return _figure("risk", "Risk against coverage", (WIDTH, 2.9), draw)


def latency(seconds: Sequence[Numbers]) -> str:
    """How many answers took how long; the slowest hundredth stands in the last bar."""

    def draw(axes: "Axes") -> None:
        end = max(float(np.quantile(values, 0.99)) for values in seconds if len(values)) or 1.0
        edges = np.linspace(0, end, BINS + 1)
        for i, (values, colour) in enumerate(zip(seconds, _colours(len(seconds)), strict=True)):
            counts, _ = np.histogram(np.minimum(values, end), edges)
            if len(seconds) == 1 or i == 0:
                axes.stairs(counts, edges, fill=True, color=colour, alpha=1 if len(seconds) == 1 else 0.55)
            else:
                axes.stairs(counts, edges, color=colour, linewidth=1.8)
        axes.set_xlim(0, end)
        axes.set_xlabel("seconds an answer")
        axes.set_ylabel("questions")
        axes.locator_params(axis="y", integer=True)
        _quiet_grid(axes)

    return _figure("latency", "Histogram of the seconds an answer took", (WIDTH, 2.9), draw)


def _quiet_grid(axes: "Axes") -> None:
    axes.grid(axis="y")
    axes.tick_params(length=0, pad=5, labelcolor=QUIET)
    axes.spines["left"].set_visible(False)
