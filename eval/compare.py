"""Two runs of the same cases side by side: what changed, how surely, and in which cases.

Rows are those of a run (eval/run.py). Cases are paired by their id; a pair counts for a metric where both
rows have a value. What is kept out is counted: cases of one run alone, cases that are asked or scored by
other gold in the two runs, and pairs without a value on either side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.significance import holm
from eval.statistics import DRAWS, SEED, Estimate, Paired, paired
from retrieval.errors import BadRun

# Which way a metric is better; a neutral one (characters cited, say) is told and never judged.
Better = Literal["higher", "lower", "neutral"]
Row = Mapping[str, Any]
ASKED = ("question", "history", "answerable", "group")
GOLD = ("evidence", "evidence_mode", "answers", "choices", "correct", "reference")


@dataclass(frozen=True, slots=True)
class Change:
    """A case whose value differs between the runs; `difference` is after - before."""

    id: str
    group: str
    before: float
    after: float
    difference: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric over the pairs that both runs have a value for.

    `better` is None where nobody said which way is better. `p_holm` is p corrected for all metrics of the
    comparison. `lost` and `gained` count the pairs that have a value in the first run alone, or in the
    second; `unscored` those that have none in either. `changes` begin with the worst.
    """

    metric: str
    better: Better | None
    stats: Paired
    p_holm: float | None
    lost: int
    gained: int
    unscored: int
    changes: tuple[Change, ...]

    @property
    def difference(self) -> Estimate:
        """After - before, with its interval and the number of pairs."""
        return self.stats.difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """All metrics of two runs over `pairs` cases, and the ids of the cases that are no pairs."""

    pairs: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    altered: tuple[str, ...]
    metrics: tuple[Compared, ...]


def scores(rows: Sequence[Row], metric: str) -> dict[str, float]:
    """The values of a metric by the id of the case; cases without one are left out."""
    found = ((row["id"], (row["scores"].get(metric) or {}).get("value")) for row in rows)
    return {id_: float(value) for id_, value in found if value is not None}


def compare(
    before: Sequence[Row],
    after: Sequence[Row],
    better: Mapping[str, Better],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Comparison:
    """Compare the rows of two runs; `better` says of each metric which way is better.

    Metrics come in the order of the rows. Raises BadRun where a run has two rows of one case.
    """
    old, new = _by_id(before), _by_id(after)
    shared = sorted(old.keys() & new.keys())
    altered = tuple(id_ for id_ in shared if _asked_otherwise(old[id_], new[id_]))
    ids = [id_ for id_ in shared if id_ not in set(altered)]
    names = list(dict.fromkeys(name for row in [*before, *after] for name in row["scores"]))
    groups = {id_: str(old[id_]["group"]) for id_ in ids}
    values = {name: (scores(before, name), scores(after, name)) for name in names}
    both = {name: [id_ for id_ in ids if id_ in a and id_ in b] for name, (a, b) in values.items()}
    columns = [
        ([a[i] for i in both[name]], [b[i] for i in both[name]], [groups[i] for i in both[name]])
        for name, (a, b) in values.items()
    ]
    stats = paired(columns, draws, seed)
    corrected = holm([one.p for one in stats])
    metrics = [
        _compared(name, better.get(name), one, p, ids, groups, *values[name])
        for name, one, p in zip(names, stats, corrected, strict=True)
    ]
    alone = [tuple(sorted(one.keys() - other.keys())) for one, other in ((old, new), (new, old))]
    return Comparison(len(ids), alone[0], alone[1], altered, tuple(metrics))


def _compared(
    name: str,
    better: Better | None,
    stats: Paired,
    p_holm: float | None,
    ids: Sequence[str],
    groups: Mapping[str, str],
    before: Mapping[str, float],
    after: Mapping[str, float],
) -> Compared:
    lost = sum(id_ in before and id_ not in after for id_ in ids)
    gained = sum(id_ in after and id_ not in before for id_ in ids)
    unscored = sum(id_ not in before and id_ not in after for id_ in ids)
    changes = [
        Change(id_, groups[id_], before[id_], after[id_], after[id_] - before[id_])
        for id_ in ids
        if id_ in before and id_ in after and before[id_] != after[id_]
    ]
    way = -1 if better == "lower" else 1
    changes.sort(key=lambda change: (way * change.difference, change.id))
    return Compared(name, better, stats, p_holm, lost, gained, unscored, tuple(changes))


def _by_id(rows: Sequence[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if row["id"] in found:
            raise BadRun(f"The run has two rows of the case {row['id']}; remove its folder, and run it anew.")
        found[row["id"]] = row
    return found


def _asked_otherwise(before: Row, after: Row) -> bool:
    """Whether two rows of one id are of different cases; what one of them does not tell is not compared."""
    parts = [(before, after, ASKED), (before.get("case") or {}, after.get("case") or {}, GOLD)]
    return any(
        old[name] != new[name] for old, new, names in parts for name in names if name in old and name in new
    )
