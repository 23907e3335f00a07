"""Where the best hits say one thing again and again, others can be preferred that say another."""

from __future__ import annotations

from contextlib import closing

import numpy as np
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.embedding.pooling import unit_rows
from sourcebook.index.finding.diversity import diverse_order
from sourcebook.index.paths import DATABASE
from sourcebook.index.search.finder import LocalFinder
from sourcebook.index.store.store import Store


def test_what_is_like_a_better_one_gives_way_to_what_is_not() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    # 0.7 of the score, less 0.3 of the likeness: 0.63 - 0.3 of the second, 0.35 - 0 of the third.
    assert diverse_order([0.95, 0.9, 0.5], vectors, 3) == [0, 2, 1]
    assert diverse_order([0.95, 0.9, 0.4], vectors, 3) == [0, 1, 2]
    assert diverse_order([0.95, 0.9, 0.5], vectors, 1) == [0]


def test_what_is_like_nothing_else_stays_in_the_order_of_its_score() -> None:
    assert diverse_order([0.9, 0.5, 0.1], np.eye(3, dtype=np.float32), 9) == [0, 1, 2]


def test_many_hits_of_one_report_leave_room_for_another(library: Library) -> None:
    reports = [f"The ferry of Skerry was late, said mate {n}." for n in range(6)]
    other = "A ferry of Skerry costs nine crowns and carries sheep on Sundays in winter."
    texts = [*reports, other, *map(prose, range(20))]
    library.add_documents(make_document(text, path=f"{n}") for n, text in enumerate(texts))
    words = "ferry of Skerry late"
    for mode in ("hybrid", "dense", "bm25"):
        plain = library.search(words, 3, mode=mode)
        diverse = library.search(words, 3, mode=mode, diverse=True)
        assert other not in [hit.passage.text for hit in plain]
        assert other in [hit.passage.text for hit in diverse]
        assert diverse[0] == plain[0]
    both = library.search(words, 3, distinct=True, diverse=True)
    assert [len(hit.twins) for hit in both] == [5, 0, 0]
    assert both[1].passage.text == other


def test_vectors_are_given_in_the_order_of_their_keys(library: Library) -> None:
    texts = [f"Ferry {n} sails." for n in range(3)]
    library.add_documents(make_document(text, path=text) for text in texts)
    expected = unit_rows(np.asarray(library.embedder.embed(texts), np.float32))
    with closing(Store(library.folder / DATABASE)) as store:
        index = LocalFinder(library.folder, store).vectors()
        keys = sorted(index.search(expected[0], 9))
        assert np.allclose(index.of(keys[::-1]) @ index.of(keys).T, expected[::-1] @ expected.T)
