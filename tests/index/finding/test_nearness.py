"""Words that stand close together count, those that are scattered do not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.finding import FusionWeights, RankSignals, fuse, nearness
from sourcebook.index.finding.nearness import WINDOW, holders_of, places_in

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


def test_the_holders_of_codes_have_all_of_them_side_by_side() -> None:
    texts = {1: "Firmware v3.2.4 of 7.1", 2: "Firmware v3.4.2 of 7.1", 3: "v3 and 2.4, v3.2.4"}
    places = partial(places_in, texts)
    assert holders_of(["v3 2 4"], places) == {1, 3}
    assert holders_of(["v3 2 4", "7 1"], places) == {1}
    assert holders_of([], places) == set()


class OfOneKind:
    """An embedder to which the version that is looked for is among the farthest few."""

    name, dimension = "of-one-kind", 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in texts], np.float32)

    def _vector(self, text: str) -> list[float]:
        version = re.search(r"v(\d)\.(\d)\.(\d) fits", text)
        if version is None:
            return [1.0, 0.0]
        a, b, c = map(int, version.groups())
        level = (7 * a + 5 * b + 3 * c) % 16
        cosine = -0.4 if level == 11 else 0.2 + 0.02 * level
        return [cosine, math.sqrt(1 - cosine**2)]


def test_the_very_version_comes_first_however_near_others_are(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "x.library", embedder=OfOneKind())
    library.add_documents(
        make_document(f"The pump with firmware v{a}.{b}.{c} fits every boat.", title=f"{a}.{b}.{c}")
        for a in (2, 3)
        for b in range(1, 5)
        for c in range(1, 5)
    )
    assert library.search("v3.2.4")[0].document.title == "3.2.4"
    assert library.search("Which boat does v3.2.4 fit?")[0].document.title == "3.2.4"
