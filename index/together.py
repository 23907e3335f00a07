"""Several libraries searched as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sourcebook.index.documents.records import Hit
from sourcebook.index.finding.twins import collapse_twins
from sourcebook.index.search.filters import Filters, Mode
from sourcebook.index.search.ranking import rank_together

from .collection import Collection
from .errors import EmbedderMismatch


def search_together(
    libraries: Sequence[Collection],
    words: str,
    k: int = 10,
    *,
    mode: Mode = "hybrid",
    filters: Filters | None = None,
    distinct: bool = False,
) -> list[Hit]:
    """Find the passages of several libraries that fit ``words`` best, in one ranking.

    What a word counts is told by each library's own passages; all else is compared across them.
    With one library it is `Library.search`.

    Args:
        libraries: open ones, with the same embedder unless ``mode`` is "bm25".
        words: a question or some words. Nothing fits a blank text.
        k: how many hits are returned at most.
        mode: rank by words and meaning, by meaning alone, or by words alone.
        filters: the documents to look among; by default all.
        distinct: make passages that say the same one hit, whatever libraries they are in.

    Returns:
        Hits, the best first; ``library`` says where each is from.

    Raises:
        EmbedderMismatch: the libraries have different embedders.
        ModelError, LibraryError: as `Library.search` raises them.
    """
    names = sorted({library.embedder.name for library in libraries})
    if mode != "bm25" and len(names) > 1:
        raise EmbedderMismatch(
            f"the libraries have different embedders ({', '.join(names)}): `sourcebook reindex` "
            "gives one the embedder of another"
        )
    if k < 1 or not libraries:
        return []
    encoder = libraries[0].embedder
    groups = [
        library.candidates(words, k, mode=mode, filters=filters, embedder=encoder)
        for library in libraries
    ]
    hits = [replace(hit, library=libraries[at].place) for at, hit in rank_together(groups, mode)]
    return (collapse_twins(hits, k) if distinct else hits)[:k]
