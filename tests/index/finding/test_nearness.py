"""Words that stand close together count, those that are scattered do not."""

from __future__ import annotations

from functools import partial

import pytest

from sourcebook.index.finding import FusionWeights, RankSignals, fuse, nearness
from sourcebook.index.finding.nearness import WINDOW, places_in

GAP = " and" * WINDOW


def near(texts: dict[int, str], weights: dict[str, float]) -> dict[int, float]:
    return nearness(partial(places_in, texts), list(texts), weights)


def test_the_share_is_that_of_the_closest_words() -> None:
    weights = {"malcolm": 3.0, "hostag": 2.0, "william": 1.0}
    texts = {
        1: "Malcolm gave William a hostage.",
        2: f"Malcolm{GAP} hostages{GAP} William",
        3: f"Malcolm Malcolm{GAP} a hostage of William",
        4: "Nothing of it.",
    }
    assert near(texts, weights) == pytest.approx({1: 1.0, 2: 3 / 6, 3: 3 / 6, 4: 0.0})


def test_a_window_ends_after_its_words() -> None:
    weights = {"first": 1.0, "last": 1.0}
    between = " and" * (WINDOW - 2)
    texts = {1: f"first{between} last", 2: f"first{between} and last"}
    assert near(texts, weights) == pytest.approx({1: 1.0, 2: 0.5})


def test_without_words_or_texts_there_is_nothing() -> None:
    assert near({1: "some text"}, {}) == {1: 0.0}
    assert near({}, {"some": 1.0}) == {}


def test_a_passage_without_parts_is_not_behind() -> None:
    with_parts = [RankSignals(1, 0.5, 0.0, part=0.7), RankSignals(2, 0.3, 0.0, part=0.5)]
    scores = fuse([*with_parts, RankSignals(3, 0.6, 0.0)], FusionWeights(part=1.0))
    assert sorted(scores) == [scores[1], scores[0], scores[2]]


def test_signals_that_all_share_count_nothing() -> None:
    same = [RankSignals(1, 0.5, 2.0), RankSignals(2, 0.5, 3.0)]
    assert fuse(same, FusionWeights(dense=0.6, bm25=0.4)) == pytest.approx([-0.4, 0.4])
    assert fuse([], FusionWeights(dense=1.0)) == []
