"""A library is searched by segments: they stay few, and together they are as one made at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prose import prose

from sourcebook.index import Filters, Library, make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.pooling import unit_rows
from sourcebook.index.paths import DATABASE
from sourcebook.index.segments import Segment, Snapshots, snapshots, vectors
from sourcebook.index.segments.postings import join
from sourcebook.index.segments.terms import count_terms, open_term_tables, tokenize_all
from sourcebook.index.segments.vectors import NearestVectors
from sourcebook.index.store.store import Store
from sourcebook.rag.testing import HashEmbedder

texts = st.lists(st.sampled_from(["talks", "Geneva", "hours", "eight", "a", "bread"]), max_size=8)
rows = st.lists(st.tuples(texts.map(" ".join), texts.map(" ".join), st.booleans()), max_size=6)


@given(st.lists(rows, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_joined_postings_are_those_of_all_that_stays(
    parts: list[list[tuple[str, str, bool]]],
) -> None:
    joined = join(
        [
            (count_terms([row[:2] for row in part]), np.array([row[2] for row in part], bool))
            for part in parts
        ]
    )
    expected = count_terms([row[:2] for part in parts for row in part if row[2]])
    for name, array in expected.arrays().items():
        assert joined.arrays()[name].tolist() == array.tolist(), name


@given(st.lists(st.text(st.sampled_from("ab\u00e9\u6771"), min_size=1, max_size=12), max_size=30))
@settings(max_examples=100, deadline=None)
def test_each_term_is_told_from_others_that_begin_as_it_does(words: list[str]) -> None:
    postings = count_terms([("", word) for word in words])
    terms = postings.terms()
    assert [postings.find(term) for term in terms] == list(range(len(terms)))
    for term in terms:
        for other in (term[:-1], f"{term}a", f"a{term}"):
            assert (postings.find(other) is not None) == (other in terms)


@given(
    st.lists(st.sampled_from(["Talking", "snake_case", "_", "", "Gen\u00e8ve", "8"]), max_size=9)
)
def test_words_have_the_terms_together_that_each_has_alone(words: list[str]) -> None:
    with closing(open_term_tables("text")) as db:
        for word, terms in zip(words, tokenize_all(words), strict=True):
            db.execute("INSERT INTO texts (text) VALUES (?)", (word,))
            expected = db.execute("SELECT term FROM terms ORDER BY offset").fetchall()
            db.execute("DELETE FROM texts")
            assert [*terms] == [term for (term,) in expected]


def test_many_vectors_are_searched_in_cells_and_a_filter_leaves_none_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vectors, "EXACT", 100)
    monkeypatch.setattr(vectors, "PROBES", 12)
    random = np.random.default_rng(1)
    centres = random.normal(size=(60, 32))
    rows = centres[random.integers(60, size=4000)] + 0.3 * random.normal(size=(4000, 32))
    matrix = unit_rows(rows.astype(np.float32))
    index = NearestVectors.of(np.arange(4000), 32, lambda keys: matrix[keys])
    assert not index.is_exact
    few = np.zeros(4000, bool)
    few[random.choice(4000, 40, replace=False)] = True
    recalls = []
    for query in matrix[:40]:
        best = np.argsort(-(matrix @ query))[:10]
        recalls.append(len(set(best) & set(index.search(query, 10)[0].tolist())) / 10)
        found, _ = index.search(query, 40, few)  # 1 in 100: all cells are looked through
        assert sorted(found.tolist()) == np.flatnonzero(few).tolist()
    assert np.mean(recalls) > 0.95


@pytest.fixture
def growing(library: Library, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Adds documents of one passage each, and searches, so that they are indexed."""
    monkeypatch.setattr(snapshots, "SEALED_FROM", 4)

    def add(first: int, count: int) -> None:
        library.add_documents(_document(n) for n in range(first, first + count))
        library.search("word1")

    return add


def _document(number: int) -> Document:
    source = "Ouse" if number % 2 else "Tees"
    return make_document(prose(number, 60), title=f"T{number}", path=f"{number}", source=source)


def _segments(library: Library) -> dict[str, int]:
    loaded = {file.name: Segment.load(file) for file in (library.folder / "vectors").iterdir()}
    return {name: len(segment.keys) for name, segment in loaded.items() if segment}


def test_few_that_come_to_many_do_not_have_these_written_again(
    library: Library, growing: Callable[[int, int], None]
) -> None:
    growing(0, 60)
    (large,) = _segments(library)
    for first in range(60, 75, 5):
        growing(first, 5)
        assert large in _segments(library)
    assert sorted(_segments(library).values()) == [15, 60]
    growing(75, 3)  # too few for a segment of their own: they are in memory
    assert sorted(_segments(library).values()) == [15, 60]
    assert len(library.search("word1 word2 word3", k=100, mode="dense")) == 78


def test_a_library_grown_step_by_step_answers_as_one_that_is_opened_anew(
    library: Library, growing: Callable[[int, int], None], tmp_path: Path
) -> None:
    growing(0, 30)
    growing(30, 6)
    library.remove(next(library.documents()).id)
    growing(36, 2)
    with Library.open(tmp_path / "other", embedder=HashEmbedder()) as other:
        other.add_documents(library.documents())
        for words in ("word1 word7", "word30"):
            for filters in (None, Filters(sources=frozenset({"Ouse"}))):
                one, two = (
                    [(hit.document.title, pytest.approx(hit.score)) for hit in hits]
                    for hits in (lib.search(words, 40, filters=filters) for lib in (library, other))
                )
                assert one == two


def test_large_segments_are_joined_while_others_are_searched(
    library: Library, growing: Callable[[int, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "WAITED_FOR", 20)
    growing(0, 18)
    growing(18, 8)  # 18 < 4 * 8: they are to be one, of more than 20
    until = time.monotonic() + 60
    while list(_segments(library).values()) != [26]:
        assert time.monotonic() < until, _segments(library)
        assert len(library.search("word1", k=100, mode="dense")) == 26
        time.sleep(0.05)
    assert len(library.search("word1", k=100, mode="dense")) == 26


@pytest.mark.parametrize("is_damaged", [False, True])
def test_what_an_ended_program_left_apart_is_joined_though_few_have_come_since(
    library: Library,
    growing: Callable[[int, int], None],
    monkeypatch: pytest.MonkeyPatch,
    is_damaged: bool,
) -> None:
    monkeypatch.setattr(snapshots, "WAITED_FOR", 12)
    with monkeypatch.context() as ending:
        ending.setattr(Snapshots, "_join_large", lambda *_: None)
        for first in (0, 12, 24):
            growing(first, 12)
        growing(36, 4)  # too few for those before to be joined on their account: 12 > 2 * 4
        assert sorted(_segments(library).values()) == [4, 12, 12, 12]
    if is_damaged:  # it is made anew, and has another name than the one of what it was then
        name = next(name for name, size in _segments(library).items() if size == 12)
        (library.folder / "vectors" / name).rename(library.folder / "vectors" / "x")
        with closing(Store(library.folder / DATABASE)) as store, store.database.changing() as db:
            db.execute("UPDATE meta SET value = replace(value, ?, ?)", (name[:64], "0" * 64))
    monkeypatch.setattr(snapshots, "GROWTH", 2)
    with Library.open(library.folder, embedder=HashEmbedder()) as again:
        until = time.monotonic() + 60
        while len(_segments(again)) > 1:
            again.search("word1")
            assert time.monotonic() < until, _segments(again)
            time.sleep(0.05)
        assert len(again.search("word1", k=100, mode="dense")) == 40
