"""What a library searches with: its words, its vectors, and the passages that hold a phrase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.finding.nearness import Places
from sourcebook.index.segments.snapshots import Snapshots
from sourcebook.index.store.part_vectors import nearest_parts
from sourcebook.index.store.store import Store

from .bm25 import WordIndex
from .mentions import Forms, PhrasePassage, keys_with_forms, read_phrase_passages
from .vectors import VectorIndex


class WordMatches(Protocol):
    """Passages with their BM25 scores for some words."""

    @property
    def weights(self) -> Mapping[str, float]:
        """What each term of the words counts: ln(1 + (N - n + 0.5) / (n + 0.5)), N passages of
        which n hold it."""
        ...

    @property
    def forms(self) -> Mapping[str, str]:
        """Terms that stand for one of those, being other spellings of it."""
        ...

    def best(self, limit: int, among: Collection[int] | None = None) -> Mapping[int, float]:
        """Return passage key -> score of the best, as `bm25.Matches` does."""
        ...

    def of(self, keys: Sequence[int]) -> Mapping[int, float]:
        """Return passage key -> score; one that holds no word may be left out."""
        ...


class WordSearch(Protocol):
    """Finds passages by their words."""

    def match(self, words: Sequence[str]) -> WordMatches:
        """Score the passages by words, as `bm25.WordIndex` does."""
        ...


class VectorSearch(Protocol):
    """Finds passages by their vectors."""

    def search(
        self, query: Vectors, k: int, among: Collection[int] | None = None
    ) -> Mapping[int, float]:
        """Return passage key -> cosine of the nearest, best first."""
        ...

    def scores(self, query: Vectors, keys: Sequence[int]) -> Mapping[int, float]:
        """Return passage key -> cosine of ``query`` with its vector."""
        ...

    def of(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of keys, shape (n, d), in their order.

        Raises:
            LookupError: one is not in the library any more.
        """
        ...


class Details(NamedTuple):
    """What passages say in detail: the cosine of the words asked for and the nearest part of each
    passage that has parts, by its key, and what tells where terms stand in their texts."""

    parts: Mapping[int, float]
    places: Callable[[Collection[str]], Places]


class Finder(Protocol):
    """What a store is searched with."""

    @property
    def words(self) -> WordSearch:
        """The words of all passages."""
        ...

    def vectors(self) -> VectorSearch:
        """Return the vectors of the library's present generation."""
        ...

    def holding(self, forms: Forms) -> Iterable[PhrasePassage]:
        """Return the passages that hold a form of each word, in the order of the documents."""
        ...

    def details(self, query: Vectors, keys: Sequence[int], holders: Sequence[int]) -> Details:
        """Return what passages say in detail.

        Args:
            query: the vector of the words asked for.
            keys: of the passages.
            holders: those of the keys whose passages hold one of the words.
        """
        ...

    def close(self) -> None:
        """Have nothing more done in the background."""
        ...


class LocalFinder:
    """Searches a library in a folder."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._store = store
        self._snapshots = Snapshots(folder / "vectors", store)
        self.words = WordIndex(self._snapshots.get)

    def vectors(self) -> VectorIndex:
        """Return the vectors of the library's present generation."""
        return VectorIndex(self._snapshots.get(), self._store)

    def holding(self, forms: Forms) -> Iterable[PhrasePassage]:
        """Return the passages that hold a form of each word."""
        keys = keys_with_forms(forms, self.words.holding)
        return read_phrase_passages(self._store.database, keys)

    def details(self, query: Vectors, keys: Sequence[int], holders: Sequence[int]) -> Details:
        """Return what passages say in detail."""
        parts = nearest_parts(self._store.passage_parts(keys), query)
        return Details(parts, partial(self.words.places, holders))

    def close(self) -> None:
        """Have nothing more written beside the database."""
        self._snapshots.close()
