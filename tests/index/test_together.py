"""Several libraries are searched as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prose import prose

from sourcebook.index import Filters, Library, make_document, search_together
from sourcebook.index.errors import EmbedderMismatch
from sourcebook.rag.testing import HashEmbedder

TALKS = "The talks between Sherman and Ryabkov in Geneva lasted about eight hours."
BREAD = "The bakery on the corner sells rye bread every morning before seven."


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Library, Library]]:
    """Two libraries of forty articles each."""
    with (
        Library.open(tmp_path / "one", embedder=HashEmbedder()) as one,
        Library.open(tmp_path / "other", embedder=HashEmbedder()) as other,
    ):
        for at, (library, own) in enumerate(((one, TALKS), (other, BREAD))):
            texts = [own, *(prose(at * 100 + n) for n in range(40))]
            library.add_documents(
                make_document(text, title=text[:20], source=f"S{n % 4}")
                for n, text in enumerate(texts)
            )
        yield one, other


@pytest.mark.parametrize("mode", ["hybrid", "dense", "bm25"])
def test_what_fits_best_comes_first_from_whichever_library(
    pair: tuple[Library, Library], mode: Any
) -> None:
    for library, question, text in zip(
        pair, ("Geneva talks", "rye bread"), (TALKS, BREAD), strict=True
    ):
        for order in (pair, pair[::-1]):
            hits = search_together(order, question, 8, mode=mode)
            assert (hits[0].document.text, hits[0].library) == (text, library.place)
            assert len(hits) == (1 if mode == "bm25" else 8)
            assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    both = {hit.library for hit in search_together(pair, prose(3)[:80], 30, mode="dense")}
    assert both == {library.place for library in pair}


def test_one_library_is_searched_as_by_itself(pair: tuple[Library, Library]) -> None:
    for question in (prose(7)[:60], "Geneva talks"):
        hits = search_together(pair[:1], question, 20)
        alone = pair[0].search(question, 20)
        assert [(h.passage, h.score) for h in hits] == [(h.passage, h.score) for h in alone]


def test_filters_hold_and_twins_of_both_are_one(pair: tuple[Library, Library]) -> None:
    pair[1].add_documents([make_document(TALKS, title="Again", source="S9")])
    found = search_together(pair, "Geneva talks", mode="bm25")
    assert len(found) == 2
    (hit,) = search_together(pair, "Geneva talks", mode="bm25", distinct=True)
    assert len(hit.twins) == 1
    only = Filters(sources=frozenset({"S9"}))
    (hit,) = search_together(pair, "Geneva talks", filters=only)
    assert (hit.document.title, hit.library) == ("Again", pair[1].place)


def test_nothing_fits_nothing(pair: tuple[Library, Library], tmp_path: Path) -> None:
    assert search_together(pair, " ") == search_together((), "talks") == []
    assert search_together(pair, "talks", 0) == []
    with Library.open(tmp_path / "empty", embedder=HashEmbedder()) as empty:
        assert search_together((empty, pair[0]), "Geneva talks", 1)[0].document.text == TALKS


def test_other_vectors_are_not_compared(pair: tuple[Library, Library], tmp_path: Path) -> None:
    with Library.open(tmp_path / "third", embedder=HashEmbedder(64)) as third:
        third.add_documents([make_document(TALKS)])
        with pytest.raises(EmbedderMismatch, match="sourcebook reindex"):
            search_together((pair[0], third), "Geneva talks")
        assert len(search_together((pair[0], third), "Geneva talks", mode="bm25")) == 2
