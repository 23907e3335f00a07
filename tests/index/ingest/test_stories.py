"""Near-duplicates are one story; lines that recur across an outlet go; in any order the same."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prose import WORDS, prose

from sourcebook.index import Document, Library, make_document
from sourcebook.index.cleaning.repeated_lines import RULE, find_lines, line_hashes, outlet_name
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.ingest.minhash import bands, may_be_same, shingles, signature, similarity
from sourcebook.index.store.checksums import register
from sourcebook.rag.testing import HashEmbedder


def edited(text: str, every: int) -> str:
    """``text`` with every so many words another one."""
    return " ".join(
        "changed" if n % every == every - 1 else word for n, word in enumerate(text.split())
    )


def groups(library: Library) -> set[frozenset[str]]:
    """The texts of each story."""
    return {
        frozenset(library.document(document).text for document in story.documents)
        for story in library.stories()
    }


# --- shingles and bands -----------------------------------------------------------------------


def test_similarity_is_shared_of_all() -> None:
    assert similarity(frozenset({1, 2, 3}), frozenset({2, 3, 4})) == 2 / 4
    assert similarity(frozenset(), frozenset()) == 0.0


def test_a_text_cut_by_a_third_has_two_thirds_of_the_shingles() -> None:
    text = " ".join(WORDS[:300])
    cut = " ".join(WORDS[:200])
    assert similarity(shingles(text), shingles(cut)) == pytest.approx((200 - 4) / (300 - 4))


def test_case_and_punctuation_do_not_count() -> None:
    text = prose(1)
    assert shingles(text) == shingles(text.upper().replace(".", " --"))


def test_a_short_text_has_no_shingles() -> None:
    assert shingles(" ".join(WORDS[:29])) == frozenset()
    assert len(shingles(" ".join(WORDS[:30]))) == 30 - 4


@given(st.frozensets(st.integers(0, 2**32 - 1), min_size=1, max_size=200))
def test_the_bands_of_a_set_do_not_depend_on_its_order(of: frozenset[int]) -> None:
    again = frozenset(sorted(of, reverse=True))
    assert bands(signature(of)) == bands(signature(again))
    assert len(bands(signature(of))) == 32


def test_similar_texts_share_a_band_and_others_do_not() -> None:
    # 1 - (1 - s^4)^32 is above 0.98 at s = 0.6 and below 0.001 at s = 0.05.
    missed = met = 0
    for seed in range(200):
        text = prose(seed, 200)
        one, near, far = (
            signature(shingles(t)) for t in (text, edited(text, 20), prose(-seed - 1))
        )
        assert similarity(shingles(text), shingles(edited(text, 20))) > 0.55
        assert may_be_same(one, near)
        assert not may_be_same(one, far)
        missed += not set(bands(one)) & set(bands(near))
        met += bool(set(bands(one)) & set(bands(far)))
    assert missed <= 10
    assert met <= 3


def test_signatures_agree_as_often_as_the_sets_are_similar() -> None:
    # 200 pairs of 128 values: a standard deviation of at most sqrt(0.25 / 25600) = 0.003.
    drawn = [random.Random(seed).sample(range(2**32), 400) for seed in range(200)]
    one, other = ([frozenset(n[cut]) for n in drawn] for cut in (slice(0, 300), slice(100, 400)))
    agreed = [np.mean(signature(a) == signature(b)) for a, b in zip(one, other, strict=True)]
    assert np.mean(agreed) == pytest.approx(200 / 400, abs=0.02)


# --- stories ----------------------------------------------------------------------------------


def test_one_story_of_two_outlets_is_grouped_and_both_are_kept(library: Library) -> None:
    text = prose(1)
    documents = [
        make_document(text, source="Courier"),
        make_document(edited(text, 30), source="Tribune"),
        make_document(prose(2), source="Courier"),
    ]
    ids = library.add_documents(documents).added
    assert len(library) == 3
    first, second = library.stories()
    assert first.documents == ids[:2]
    assert first.outlets == 2
    assert first.id == min(ids[:2])
    assert (second.documents, second.outlets) == (ids[2:], 1)


def test_a_story_grows_from_link_to_link_and_parts_when_one_is_removed(library: Library) -> None:
    words = " ".join(WORDS[:400]).split()
    ends = [make_document(" ".join(words[at : at + 200]), path=str(at)) for at in (0, 120)]
    middle = make_document(" ".join(words[60:260]), path="middle")
    # Neighbours share 140 of 260 words (0.53), the ends 80 of 320 (0.24).
    library.add_documents(ends)
    assert len(library.stories()) == 2
    (added,) = library.add_documents([middle]).added
    assert [len(story.documents) for story in library.stories()] == [3]
    library.remove(added)
    assert [len(story.documents) for story in library.stories()] == [1, 1]


def test_the_same_outlet_twice_is_one_outlet(library: Library) -> None:
    text = prose(1)
    library.add_documents(
        [
            make_document(text, url="https://www.courier.example/a"),
            make_document(edited(text, 30), url="https://courier.example/b"),
        ]
    )
    assert [(len(s.documents), s.outlets) for s in library.stories()] == [(2, 1)]


def test_a_changed_document_leaves_its_story(library: Library) -> None:
    text = prose(1)
    library.add_documents(
        [make_document(text, path="a"), make_document(edited(text, 30), path="b")]
    )
    assert len(library.stories()) == 1
    library.add_documents([make_document(prose(2), path="b")])
    assert len(library.stories()) == 2


def test_an_empty_library_has_no_stories(library: Library) -> None:
    assert library.stories() == []


def test_the_scraped_articles_are_five_stories(articles: Path, library: Library) -> None:
    library.add(articles)
    assert [len(story.documents) for story in library.stories()] == [1] * 5


# --- recurring lines --------------------------------------------------------------------------

FOLLOW = "Harbour Courier on your phone"
BACKGROUND = "The harbour was annexed by the county in the year of the great storm."


def pages(count: int, *lines: str, source: str | None = "Courier") -> list[Document]:
    return [
        make_document(
            "\n\n".join([prose(n), *lines]), title=f"Page {n}", path=f"{n}", source=source
        )
        for n in range(count)
    ]


def test_a_line_that_recurs_across_an_outlet_goes_from_all_and_is_told(library: Library) -> None:
    ids = library.add_documents(pages(2, FOLLOW)).added
    assert all(FOLLOW in library.document(i).text for i in ids)
    ids += library.add_documents(pages(3, FOLLOW)[2:]).added
    for document_id in ids:
        document = library.document(document_id)
        assert FOLLOW not in document.text
        assert [(what.rule, what.text) for what in document.removed] == [(RULE, FOLLOW)]
        for passage in library.passages(document_id):
            assert document.text[passage.start : passage.end] == passage.text
    assert library.search("Courier on your phone", mode="bm25") == []
    assert library.check() == []


def test_it_comes_back_when_it_no_longer_recurs(library: Library) -> None:
    ids = library.add_documents(pages(3, FOLLOW)).added
    library.remove(ids[0])
    for document_id in ids[1:]:
        assert library.document(document_id).text.endswith(FOLLOW)
        assert library.document(document_id).removed == ()


def test_a_document_without_some_of_its_lines_is_unchanged_when_read_again(
    library: Library,
) -> None:
    ids = library.add_documents(pages(3, FOLLOW)).added
    generation = library.generation
    assert library.add_documents(pages(3, FOLLOW)).unchanged == ids
    assert library.generation == generation


def test_a_line_of_unknown_or_several_outlets_stays(library: Library) -> None:
    library.add_documents(pages(4, FOLLOW, source=None))
    library.add_documents(
        make_document(f"{prose(n)}\n\n{FOLLOW}", path=f"o{n}", source=f"Outlet {n}")
        for n in range(10, 14)
    )
    assert all(FOLLOW in document.text for document in library.documents())


def test_a_document_with_pages_keeps_its_lines(library: Library) -> None:
    ids = library.add_documents(pages(2, FOLLOW)).added
    with sqlite3.connect(library.folder / "library.sqlite") as db:
        register(db)
        db.execute("UPDATE passages SET page = 7")  # as the reader of a format with pages has it
    db.close()
    library.add_documents(pages(3, FOLLOW)[2:])
    assert [FOLLOW in document.text for document in library.documents()] == [True, True, False]
    assert {passage.page for i in ids for passage in library.passages(i)} == {7}


def test_near_duplicates_do_not_make_a_line_recur(library: Library) -> None:
    text = prose(1)
    library.add_documents(
        make_document(f"{edited(text, 40 + n)}\n\nFour demands", path=f"{n}", source="Courier")
        for n in range(5)
    )
    assert len(library.stories()) == 1
    assert all("Four demands" in document.text for document in library.documents())


@pytest.mark.parametrize("line", [BACKGROUND, "Status: approved"])
def test_a_line_that_reads_like_content_must_recur_far_more(library: Library, line: str) -> None:
    library.add_documents(pages(5, line))
    assert all(line in document.text for document in library.documents())
    library.add_documents(pages(6, line))
    assert not [document for document in library.documents() if line in document.text]


def test_a_line_in_less_than_half_of_the_stories_stays(library: Library) -> None:
    library.add_documents([*pages(3, FOLLOW), *pages(7)[3:]])
    assert sum(FOLLOW in document.text for document in library.documents()) == 3


def test_what_recurs_is_taken_out_before_it_is_embedded(tmp_path: Path) -> None:
    class Counting(HashEmbedder):
        texts = 0

        def embed(self, texts: Sequence[str]) -> Vectors:
            Counting.texts += len(texts)
            return super().embed(texts)

    with Library.open(tmp_path, embedder=Counting()) as library:
        library.add_documents(pages(40, FOLLOW))
        assert not [document for document in library.documents() if FOLLOW in document.text]
        # The first two came before anyone could know: each with a passage of that line, then anew.
        assert Counting.texts == 40 + 2 + 2
        library.add_documents(pages(60, FOLLOW)[40:])
        assert Counting.texts == 60 + 2 + 2


def test_a_text_of_recurring_lines_alone_stays_as_it_is() -> None:
    hashes = line_hashes("One\nTwo").keys()
    assert find_lines("One\nTwo", hashes) == []
    assert len(find_lines("One\nTwo\nThree", hashes)) == 2


def test_an_outlet_is_its_source_or_else_its_host() -> None:
    assert outlet_name("The  Courier", "https://www.other.example/a") == "the courier"
    assert outlet_name(None, "https://www.courier.example/a") == "courier.example"
    assert outlet_name(" ", "http://[") == ""
    assert outlet_name(None, None) == ""


# --- any order, interrupted, upgraded ---------------------------------------------------------

MIXED = [
    *pages(4, FOLLOW, "More of the Courier"),
    *pages(6)[4:],
    make_document(edited(prose(0), 30) + f"\n\n{FOLLOW}", path="n0", source="Tribune"),
    make_document(edited(prose(1), 30), path="n1", source="Tribune"),
]


def contents(library: Library) -> tuple[object, object]:
    documents = {
        (d.id, d.title, d.text, d.removed, tuple(p.id for p in library.passages(d.id)))
        for d in library.documents()
    }
    stories = {(s.id, frozenset(s.documents), s.outlets) for s in library.stories()}
    return documents, stories


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(st.permutations(MIXED), st.integers(1, 8))
def test_adding_in_any_order_and_portions_ends_the_same(
    tmp_path_factory: pytest.TempPathFactory, order: Sequence[Document], portion: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with (
        Library.open(folder / "a", embedder=HashEmbedder()) as one,
        Library.open(folder / "b", embedder=HashEmbedder()) as other,
    ):
        one.add_documents(MIXED)
        for at in range(0, len(order), portion):
            other.add_documents(order[at : at + portion])
        extra = make_document(f"{prose(99)}\n\n{FOLLOW}", path="x", source="Courier")
        (added,) = other.add_documents([extra]).added
        other.remove(added)
        assert contents(one) == contents(other)


def test_interrupted_while_lines_are_taken_out_the_next_addition_goes_on(tmp_path: Path) -> None:
    class Failing(HashEmbedder):
        left = 2

        def embed(self, texts: Sequence[str]) -> Vectors:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
            return super().embed(texts)

    with Library.open(tmp_path / "l", embedder=Failing()) as library:
        with pytest.raises(KeyboardInterrupt):
            library.add_documents(pages(6, FOLLOW))
        assert library.check() == []
    with Library.open(tmp_path / "l", embedder=HashEmbedder()) as library:
        library.add_documents(pages(6, FOLLOW))
        assert not [d for d in library.documents() if FOLLOW in d.text]
        assert library.check() == []


def test_an_upgraded_library_is_grouped_by_its_next_addition(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        library.add_documents(pages(2, FOLLOW))
    # As the upgrade leaves it: nothing is known yet.
    with sqlite3.connect(tmp_path / "library.sqlite") as db:
        register(db)
        db.execute("UPDATE documents SET story = NULL, outlet = NULL")
        db.execute("DELETE FROM bands")
        db.execute("DELETE FROM lines")
    db.close()
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        assert [story.documents for story in library.stories()] == [
            (document.id,) for document in library.documents()
        ]
        library.add_documents(pages(3, FOLLOW))
        assert not [d for d in library.documents() if FOLLOW in d.text]
