"""A Score: what a metric found in one answer, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """`value` None means unscored: the metric says nothing of this case, and means leave it out."""

    value: float | None
    explanation: str


def counted(part: int, whole: int, explanation: str) -> Score:
    """The share `part` / `whole`; `whole` must be positive."""
    return Score(part / whole, explanation)


def yes_or_no(value: bool, explanation: str) -> Score:
    """One for yes, nought for no."""
    return Score(float(value), explanation)


def unscored(why: str) -> Score:
    """No score, with the reason."""
    return Score(None, why)
