"""Facts and speakers found by rule, against gold that was made by hand."""

from collections import Counter

import pytest

from eval.benchmarks.facts import ARTICLES, GOLD, gold, judged
from eval.benchmarks.furniture import measure


@pytest.fixture(scope="module")
def counted() -> Counter[tuple[str, str]]:
    return Counter((field, how) for row, document in gold(GOLD) for field, how, _, _ in judged(row, document))


@pytest.mark.parametrize("field", ["title", "outlet", "authors", "date", "language", "speaker"])
def test_what_is_told_is_nearly_always_right(counted: Counter[tuple[str, str]], field: str) -> None:
    right, wrong = counted[field, "right"], counted[field, "wrong"]
    if not ARTICLES.exists() and not right + wrong:
        pytest.skip(f"{ARTICLES} is not there, and the seeds tell no {field}")
    # A guess is worse than nothing.
    assert right >= 0.97 * (right + wrong)
    assert right


def test_hardly_any_furniture_stays_on_pages_with_menus() -> None:
    found = measure(1)
    assert found["documents"] >= 5
    assert found["furniture kept"] <= 0.02 * found["furniture"]


def test_hardly_a_sentence_of_a_story_is_lost() -> None:
    found = measure()
    assert found["furniture kept"] <= 0.06 * found["furniture"]
    assert found["lost"] <= 0.002 * found["sentences"]
