"""What searches ask of the terms of a library is kept while nothing changes, within bounds."""

from __future__ import annotations

import numpy as np
import pytest

from sourcebook.index.postgres import term_cache
from sourcebook.index.postgres.postings import NO_POSTINGS, TermPostings
from sourcebook.index.postgres.term_cache import CachedTerms, TermCache, TermState

STATE = TermState(7, (0,), 100, 4000)


def postings_of(count: int) -> TermPostings:
    return TermPostings.of([(key, 1, 40) for key in range(count)])


def test_postings_tell_keys_of_several_blocks() -> None:
    postings = TermPostings.of([(3, 2, 9), (8192, 1, 70_000), (100_000, 70_000, 5)])
    assert postings.keys.tolist() == [3, 8192, 100_000]
    assert postings.entries["words"].tolist() == [9, 65_535, 5]
    assert postings.entries["count"].tolist() == [2, 1, 65_535]
    assert len(NO_POSTINGS) == len(NO_POSTINGS.keys) == 0


def test_those_asked_for_last_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    one = postings_of(1000)
    monkeypatch.setattr(term_cache, "MOST_BYTES", 3 * one.bytes + 1000)
    terms = CachedTerms(STATE)
    terms.put({"a": one, "b": one, "c": one})
    assert set(terms.take(["a", "none"])) == {"a"}
    terms.put({"d": one})
    assert set(terms.take("abcd")) == {"a", "c", "d"}


def test_terms_that_stand_nowhere_take_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_cache, "MOST_BYTES", 10_000)
    terms = CachedTerms(STATE)
    names = [f"word{n}" for n in np.arange(1000)]
    terms.put(dict.fromkeys(names, NO_POSTINGS))
    assert 10 < len(terms.take(names)) < 100


def test_another_state_has_terms_of_its_own() -> None:
    cache = TermCache()
    terms = cache.of(STATE)
    terms.put({"a": postings_of(1)})
    assert cache.of(STATE) is terms
    for other in (STATE._replace(generation=8), STATE._replace(audiences=(0, 3))):
        assert not cache.of(other).take(["a"])
