"""What a library searches with: its words, its vectors, and the passages that hold a phrase."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.store.cached import GenerationCache
from sourcebook.index.store.part_vectors import nearest_parts
from sourcebook.index.store.sql import SqlConnection
from sourcebook.index.store.store import StatePassed, Store

from .bm25 import WordIndex
from .mentions import Forms, PhrasePassage, passages_with_forms
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


class Finder(Protocol):
    """What a store is searched with."""

    @property
    def words(self) -> WordSearch:
        """The words of all passages."""
        ...

    def vectors(self) -> VectorSearch:
        """Return the vectors of the library's present generation."""
        ...

    def holding(self, db: SqlConnection, forms: Forms) -> Iterable[PhrasePassage]:
        """Return the passages that hold a form of each word, as `passages_with_forms` does."""
        ...

    def parts(self, query: Vectors, keys: Sequence[int]) -> Mapping[int, float]:
        """Return passage key -> cosine of ``query`` and the nearest part, where there are any."""
        ...

    def texts(self, keys: Sequence[int]) -> Mapping[int, str]:
        """Return passage key -> its text as the index of words has it (`index_text`)."""
        ...


class LocalFinder:
    """Searches a library in a folder: FTS5's postings, and a snapshot of the vectors."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder, self._store = folder, store
        self.words = WordIndex(store.database)
        self._vectors = GenerationCache(lambda: store.generation, self._vectors_of)

    def vectors(self) -> VectorIndex:
        """Return the vectors of the library's present generation."""
        return self._vectors.get()

    def holding(self, db: SqlConnection, forms: Forms) -> Iterable[PhrasePassage]:
        """Return the passages that hold a form of each word."""
        return passages_with_forms(db, forms)

    def parts(self, query: Vectors, keys: Sequence[int]) -> Mapping[int, float]:
        """Return passage key -> cosine of ``query`` and the nearest part."""
        return nearest_parts(self._store.database, keys, query)

    def texts(self, keys: Sequence[int]) -> Mapping[int, str]:
        """Return passage key -> its text as FTS5 has it."""
        return self.words.texts(keys)

    def _vectors_of(self, generation: int) -> VectorIndex:
        while True:
            state = self._store.state()
            try:
                return VectorIndex.current(
                    self._folder / "vectors",
                    state.generation,
                    state.dimension,
                    partial(self._store.vectors, state.dimension, state),
                    state.stamp,
                )
            except StatePassed:  # another process committed before they were read
                continue
