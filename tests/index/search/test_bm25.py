"""Passages are ranked by their words as FTS5 itself ranks them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryDamaged
from sourcebook.index.finding.nearness import places_in
from sourcebook.index.paths import DATABASE
from sourcebook.index.search.bm25 import Matches, WordIndex
from sourcebook.index.segments import Snapshots, tokenize
from sourcebook.index.segments.terms import TEXT_FROM
from sourcebook.index.store.schema import TOKENIZER
from sourcebook.index.store.store import Store
from sourcebook.rag.testing import HashEmbedder

WORDS = [
    "talk",
    "talks",
    "Geneva",
    "Genève",
    "snake_case",
    "snake",
    "case",
    "eight",
    "8",
    "и",
    "東京",
]
texts = st.lists(st.sampled_from([*WORDS, "of", "a"]), min_size=1, max_size=30).map(" ".join)
asked = st.lists(st.sampled_from([*WORDS, "absent", "_"]), max_size=6)


def fts5(folder: Path, words: Sequence[str]) -> dict[int, float]:
    """What FTS5 itself says of the texts, in a table of its own; best first, then by key."""
    if not words:
        return {}
    db = sqlite3.connect(folder / DATABASE)
    columns = f'title, text, tokenize = "{TOKENIZER}"'
    db.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5 ({columns})")
    db.execute("INSERT INTO words (rowid, title, text) SELECT key, title, text FROM passage_texts")
    rows = db.execute(
        "SELECT rowid, -rank FROM words WHERE words MATCH ?",
        (" OR ".join(f'"{word}"' for word in words),),
    ).fetchall()
    db.close()
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def assert_as_fts5(index: WordIndex, folder: Path, words: Sequence[str]) -> None:
    expected = fts5(folder, words)
    matches = index.match(words)
    assert matches.best(1000) == pytest.approx(expected)
    assert matches.of(list(expected)) == pytest.approx(expected)
    scores = list(expected.values())
    terms = {term for word in words for term in tokenize(word)}
    texts = sqlite3.connect(folder / DATABASE).execute("SELECT key, text FROM passage_texts")
    stored = places_in(dict(texts.fetchall()), terms)
    found = index.places(list(expected), terms)
    assert {term: sorted(places) for term, places in found.items()} == {
        term: sorted((key, at + TEXT_FROM) for key, at in places if key in expected)
        for term, places in stored.items()
    }
    for limit in (1, 3):
        best = matches.best(limit)
        assert list(best.values()) == pytest.approx(scores[:limit])
        assert all(best[key] == pytest.approx(expected[key]) for key in best)
    among = sorted(expected)[::2]
    assert matches.best(1000, among) == pytest.approx({key: expected[key] for key in among})


@pytest.mark.slow
@given(st.lists(st.tuples(texts, texts), max_size=12), st.lists(asked, min_size=1, max_size=3))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_scores_are_those_of_fts5(
    tmp_path_factory: pytest.TempPathFactory,
    documents: list[tuple[str, str]],
    questions: list[list[str]],
) -> None:
    folder = tmp_path_factory.mktemp("library")
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.add_documents(make_document(text, title=title) for title, text in documents)
    store = Store(folder / DATABASE)
    index = WordIndex(Snapshots(folder / "vectors", store).get)
    for words in questions:
        assert_as_fts5(index, folder, words)
    store.close()


def test_what_changed_is_ranked_as_it_is_now_also_by_others(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        reading = Store(tmp_path / DATABASE)  # as another process would have it
        index = WordIndex(Snapshots(tmp_path / "vectors", reading).get)
        for number in range(9):
            library.add_documents(
                [make_document(f"Talks in Geneva. {'Eight hours. ' * number}", title="Talks")]
            )
            assert len(index.match(["talks"]).best(100)) == number + 1
            assert_as_fts5(index, tmp_path, ["talk", "hours"])
        library.remove(next(iter(library.documents())).id)
        assert len(index.match(["talks"]).best(100)) == 8
        assert_as_fts5(index, tmp_path, ["talk", "hours"])
        reading.close()


def test_a_word_is_kept_by_its_stem_without_case_and_accents() -> None:
    assert tokenize("Talking") == tokenize("talks") == ("talk",)
    assert tokenize("Genève") == tokenize("gene\u0300ve") == tokenize("GENEVE")
    assert tokenize("snake_case") == ("snake", "case")
    assert tokenize("_") == tokenize("") == ()


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        ("UPDATE passage_texts SET text = 'Bread.' WHERE key = 1", "in passage_texts"),
        ("DELETE FROM passage_texts WHERE key = 1", "lacks passages"),
        ("DELETE FROM passages WHERE key = 1", "lacks passages"),
    ],
)
def test_a_library_whose_words_do_not_fit_its_passages_is_said_to_be_damaged(
    tmp_path: Path, harm: str, line: str
) -> None:
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        library.add_documents(make_document(text, title="Talks") for text in ("Talks.", "Tea."))
    db = sqlite3.connect(tmp_path / DATABASE)
    for table in ("passages", "passage_texts"):
        for event in ("changed", "gone"):
            db.execute(f"DROP TRIGGER {table}_sum_{event}")
    db.execute(harm)
    db.commit()
    db.close()
    with (
        Library.open(tmp_path, embedder=HashEmbedder()) as library,
        pytest.raises(LibraryDamaged, match=line),
    ):
        library.search("talks")


@given(st.lists(st.integers(0, 9), max_size=400), st.integers(1, 5))
def test_the_best_of_many_are_those_of_all_sorted(scores: list[int], limit: int) -> None:
    keys = 2 * np.arange(len(scores))
    matches = Matches(keys, np.array(scores, np.float64))
    ranked = sorted((-score, 2 * at) for at, score in enumerate(scores) if score)
    assert list(matches.best(limit).items()) == [(key, -score) for score, key in ranked[:limit]]
