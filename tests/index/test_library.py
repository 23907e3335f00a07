"""A library never loses a document, finds what it holds, and says what it did."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sourcebook.index import Filters, Library, make_document
from sourcebook.index.documents.passages import embedding_texts
from sourcebook.index.embedding.base import CachingEmbedder, Vectors
from sourcebook.index.errors import (
    DocumentNotFound,
    EmbedderMismatch,
    LibraryDamaged,
    LibraryNotFound,
)
from sourcebook.index.search.ranking import content_words, weighted_z_scores
from sourcebook.index.segments import snapshots
from sourcebook.index.store.cached import GenerationCache
from sourcebook.rag.testing import HashEmbedder

TALKS = "The talks between Sherman and Ryabkov in Geneva lasted about eight hours."
BREAD = "The bakery on the corner sells rye bread every morning before seven."
SKI = "Skiers waited for the lift because strong winds had closed the upper station."


def fill(library: Library, *texts: str) -> list[str]:
    return list(
        library.add_documents(make_document(t, path=f"{i}.txt") for i, t in enumerate(texts)).added
    )


def test_what_was_added_is_there_after_opening_again(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", embedder=HashEmbedder()) as library:
        ids = fill(library, TALKS, BREAD)
    with Library.open(tmp_path / "l", embedder=HashEmbedder()) as library:
        assert [d.id for d in library.documents()] == ids
        assert library.document(ids[0]).text == TALKS
        assert library.search("Geneva talks")[0].document.id == ids[0]


def test_every_hit_is_a_slice_of_its_document(library: Library) -> None:
    library.add_sample()
    for hit in library.search("troops at the border of Ukraine", k=20):
        assert hit.document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert 0 <= hit.score <= 1


@pytest.mark.parametrize("mode", ["hybrid", "dense", "bm25"])
def test_each_ranking_finds_the_article(library: Library, mode: str) -> None:
    ids = fill(library, SKI, TALKS, BREAD)
    hits = library.search("How long did the Geneva talks last?", mode=mode)  # type: ignore[arg-type]
    assert hits[0].document.id == ids[1]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_adding_again_changes_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TALKS)
    first = library.add(tmp_path / "a.txt")
    generation = library.stats().generation
    for _ in range(4):
        again = library.add(tmp_path / "a.txt")
        assert again.unchanged == first.added
    assert library.stats().generation == generation


def test_a_renamed_file_is_the_same_document(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TALKS)
    (first,) = library.add(tmp_path / "a.txt").added
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert library.add(tmp_path / "b.txt").unchanged == (first,)


def test_a_changed_file_keeps_its_id_and_loses_its_old_words(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(TALKS)
    (first,) = library.add(tmp_path / "a.txt").added
    (tmp_path / "a.txt").write_text(BREAD)
    report = library.add(tmp_path / "a.txt")
    assert report.updated == (first,)
    assert library.document(first).text == BREAD
    assert library.search("Sherman Ryabkov", mode="bm25") == []


def test_the_old_text_added_elsewhere_is_a_new_document(library: Library, tmp_path: Path) -> None:
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text(TALKS)
    library.add(a)
    a.write_text(BREAD)
    b.write_text(TALKS)
    library.add(tmp_path)
    assert sorted(d.text for d in library.documents()) == sorted([TALKS, BREAD])


def test_one_bad_file_does_not_stop_the_others(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text(TALKS)
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 50)
    report = library.add(folder, folder / "nowhere")
    assert len(report.added) == 1
    assert {(Path(s.location).name, s.error) for s in report.skipped} == {
        ("nowhere", "SourceNotFound"),
        ("empty.txt", "EmptyDocument"),
        ("binary.txt", "UnreadableFile"),
    }


def test_a_folder_with_nothing_readable_is_skipped_with_its_reason(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (skipped,) = library.add(tmp_path / "empty").skipped
    assert "no file that can be read" in skipped.reason


def test_removing_takes_all_that_was_made_from_a_document(library: Library) -> None:
    ids = fill(library, TALKS, BREAD)
    library.remove(ids[0])
    assert [d.id for d in library.documents()] == [ids[1]]
    assert all(hit.document.id == ids[1] for hit in library.search("Geneva talks"))
    assert library.check() == []
    with pytest.raises(DocumentNotFound):
        library.remove(ids[0])


def test_filters_limit_by_source_and_date(library: Library) -> None:
    library.add_documents(
        make_document(f"{TALKS} Edition {n}.", source=source, published=moment)
        for n, (source, moment) in enumerate(
            [
                ("Courier", datetime(2022, 1, 10, tzinfo=UTC)),
                ("Dispatch", datetime(2022, 1, 11, tzinfo=UTC)),
                ("Courier", None),
            ]
        )
    )
    found = library.search("Geneva talks", filters=Filters(sources=frozenset({"Courier"})))
    assert len(found) == 2
    since = Filters(since=datetime(2022, 1, 10, 12, tzinfo=UTC))
    assert [h.document.source for h in library.search("Geneva talks", filters=since)] == [
        "Dispatch"
    ]
    nothing = Filters(sources=frozenset({"Nobody"}))
    assert library.search("Geneva talks", filters=nothing) == []


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.search("anything") == []
    assert len(library) == 0


@pytest.mark.parametrize(
    "words", ['"', "NEAR(", "a* OR b", "-", "' OR 1=1 --", "(", "col:umn", "\0"]
)
def test_words_are_never_query_syntax(library: Library, words: str) -> None:
    fill(library, TALKS)
    library.search(words)


def test_common_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert content_words("How long did the talks last?") == ["long", "talks", "last"]
    assert content_words("who was it") == ["who", "was", "it"]


def test_a_weighted_sum_of_z_scores() -> None:
    # [0, 2] has mean 1 and standard deviation 1, so its z-scores are -1 and 1.
    assert weighted_z_scores((0.6, [0.0, 2.0]), (0.4, [2.0, 0.0])) == pytest.approx(
        [0.6 * -1 + 0.4 * 1, 0.6 * 1 + 0.4 * -1]
    )
    assert weighted_z_scores((0.6, [3.0, 3.0]), (0.4, [0.0, 2.0])) == pytest.approx([-0.4, 0.4])


def test_a_library_of_another_embedder_is_refused_with_both_names(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        fill(library, TALKS)
    with pytest.raises(EmbedderMismatch, match=r"hash\b.*hash-64"):
        Library.open(tmp_path, embedder=HashEmbedder(64))


def test_a_folder_without_a_library_is_said(tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFound, match="sourcebook add"):
        Library.open(tmp_path / "none", create=False)


def test_a_damaged_database_is_said_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryDamaged, match="restore a copy"):
        Library.open(tmp_path, embedder=HashEmbedder())


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_database_that_is_overwritten_while_open_is_said_with_the_way_out(
    tmp_path: Path, content: bytes
) -> None:
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        fill(library, TALKS)
        (tmp_path / "library.sqlite").write_bytes(content)
        with pytest.raises(LibraryDamaged, match="restore a copy"):
            list(library.documents())


class CountingEmbedder(HashEmbedder):
    """Counts the texts it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return super().embed(texts)


@pytest.mark.parametrize("damage", ["missing", "flipped", "truncated", "foreign", "no name"])
def test_a_bad_segment_is_made_anew_without_embedding_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(snapshots, "SEALED_FROM", 1)
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        fill(library, TALKS, BREAD, SKI)
        expected = [(h.passage.id, h.score) for h in library.search("Geneva talks")]
    (segment,) = (tmp_path / "vectors").iterdir()
    index = segment / "vectors.faiss"
    data = index.read_bytes()
    if damage == "missing":
        index.unlink()
    elif damage == "flipped":
        middle = len(data) // 2
        index.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    elif damage == "truncated":
        index.write_bytes(data[: len(data) // 2])
    elif damage == "foreign":
        (segment / "places.npy").write_bytes((segment / "rows.npy").read_bytes())
    else:
        segment.rename(segment.with_name("0"))
    embedder = CountingEmbedder()
    with Library.open(tmp_path, embedder=embedder) as library:
        found = [(h.passage.id, h.score) for h in library.search("Geneva talks")]
    assert found == expected
    assert embedder.texts == 1  # the question
    assert segment.is_dir()  # with the same content, and so the same name


def test_a_library_in_a_read_only_place_can_still_be_asked(library: Library) -> None:
    fill(library, TALKS)
    (library.folder / "vectors").write_text("a file where the folder should be")
    assert library.search("Geneva talks")[0].passage.text == TALKS


def test_another_opening_of_the_library_sees_what_was_added(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path, embedder=HashEmbedder()) as one,
        Library.open(tmp_path, embedder=HashEmbedder()) as other,
    ):
        fill(one, TALKS)
        assert len(other.search("Geneva talks")) == 1
        one.remove(next(one.documents()).id)
        assert other.search("Geneva talks") == []


ADD_FOR_EVER = """
import sys
from sourcebook.index import Library, make_document
from sourcebook.rag.testing import HashEmbedder
with Library.open(sys.argv[1], embedder=HashEmbedder()) as library:
    for n in range(100_000):
        document = make_document(f"Sentence number {n} is here.", path=f"{n}")
        report = library.add_documents([document])
        print(*report.added, flush=True)
"""


@pytest.mark.slow
def test_what_was_reported_as_added_survives_a_kill(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ADD_FOR_EVER, str(tmp_path / "l")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    reported = [process.stdout.readline().strip() for _ in range(20)]
    time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    reported += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    with Library.open(tmp_path / "l", embedder=HashEmbedder()) as library:
        assert {d.id for d in library.documents()} >= set(reported)
        assert library.check() == []


def test_a_document_is_stored_whole_or_not_at_all(library: Library) -> None:
    class Failing(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise RuntimeError("out of memory")

    fill(library, BREAD)
    library.embedder = Failing()
    with pytest.raises(RuntimeError):
        fill(library, TALKS)
    assert [d.text for d in library.documents()] == [BREAD]
    assert library.check() == []


def test_the_database_never_uses_the_write_ahead_log(library: Library) -> None:
    fill(library, TALKS)
    with sqlite3.connect(library.folder / "library.sqlite") as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


def test_the_caching_embedder_asks_once_and_returns_the_same() -> None:
    counting = CountingEmbedder()
    caching = CachingEmbedder(counting, limit=3)
    first = caching.embed(["a", "b", "a"])
    assert counting.texts == 2
    np.testing.assert_array_equal(first, caching.embed(["a", "b", "a"]))
    assert counting.texts == 2
    assert caching.embed([]).shape == (0, 256)
    caching.embed(["c", "d"])  # "a" is forgotten
    caching.embed(["a"])
    assert counting.texts == 5


def test_what_is_kept_is_made_again_only_when_the_library_changed() -> None:
    generation = 1
    made: list[int] = []

    def make(of: int) -> str:
        made.append(of)
        return f"of {of}"

    kept = GenerationCache(lambda: generation, make)
    assert [kept.get(), kept.get()] == ["of 1", "of 1"]
    generation = 2
    assert [kept.get(), kept.get()] == ["of 2", "of 2"]
    assert made == [1, 2]


def test_a_segment_of_another_library_is_not_taken_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SEALED_FROM", 1)
    for name, text in (("one", TALKS), ("other", BREAD)):
        with Library.open(tmp_path / name, embedder=HashEmbedder()) as library:
            fill(library, text)
            assert library.search("Geneva", mode="dense")
    one, other = (next((tmp_path / name / "vectors").iterdir()) for name in ("one", "other"))
    shutil.rmtree(other)
    shutil.copytree(one, other)
    with Library.open(tmp_path / "other", embedder=HashEmbedder()) as library:
        (hit,) = library.search("bakery", mode="dense")
        texts = embedding_texts(hit.document, [hit.passage])
        query, vector = HashEmbedder().embed(["bakery", *texts])
        assert hit.dense == pytest.approx(float(query @ vector))
