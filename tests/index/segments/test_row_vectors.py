"""The vectors of a large segment lie in it as they are: quick to read, checked each time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.embedding.pooling import unit_rows
from sourcebook.index.maintenance import examine
from sourcebook.index.paths import DATABASE
from sourcebook.index.search.finder import LocalFinder
from sourcebook.index.segments import segment, snapshots, vectors
from sourcebook.index.segments.row_vectors import RowVectors, write_vectors
from sourcebook.index.segments.segment import digest_of
from sourcebook.index.store.store import Store
from sourcebook.rag.testing import HashEmbedder

QUESTION = "word1 word7"
Hits = list[tuple[str, float | None]]


@pytest.fixture
def folder(library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two segments whose vectors are held roughly, closed."""
    monkeypatch.setattr(vectors, "EXACT", 10)
    monkeypatch.setattr(snapshots, "SEALED_FROM", 20)
    monkeypatch.setattr(vectors, "_AT_ONCE", 50)
    monkeypatch.setattr(segment, "_AT_ONCE", 50)
    for numbers in (range(110), range(110, 135)):
        library.add_documents(make_document(prose(n, 60), path=f"{n}") for n in numbers)
        library.search(QUESTION)
    library.close()
    assert len(files(library.folder)) == 2
    return library.folder


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("vectors/*/vectors.f32"))


def hits(folder: Path) -> Hits:
    with Library.open(folder, embedder=HashEmbedder()) as library:
        return [(hit.passage.id, hit.dense) for hit in library.search(QUESTION, 30, mode="dense")]


def change_rows(folder: Path) -> None:
    """Change a bit of every vector that lies beside the database."""
    for file in files(folder):
        data = np.fromfile(file, np.uint8)
        data[::64] ^= 1
        data.tofile(file)


def test_each_row_is_read_as_it_was_written_or_not_at_all(tmp_path: Path) -> None:
    matrix = unit_rows(np.random.default_rng(1).normal(size=(50, 24)).astype(np.float32))
    file = tmp_path / "rows"
    rows = RowVectors(file, write_vectors(file, [matrix[:30], matrix[30:]]))
    some = np.array([3, 31, 49])
    read = rows.read(some)
    assert read is not None
    assert read.tolist() == matrix[some].tolist()
    assert rows.is_whole()
    data = bytearray(file.read_bytes())
    data[31 * 96 + 5] ^= 4
    file.write_bytes(data)
    assert rows.read(some) is None
    assert rows.read(np.array([3, 49])) is not None
    assert not rows.is_whole()
    file.write_bytes(data[:-1])
    assert rows.read(np.array([49])) is None


def test_they_are_read_from_beside_the_database(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = hits(folder)
    read: list[Sequence[int]] = []
    monkeypatch.setattr(Store, "passage_vectors", lambda _, keys, __: read.append(keys))
    assert hits(folder) == expected
    assert read == []


def test_damaged_ones_are_read_from_the_database(folder: Path) -> None:
    expected = hits(folder)
    change_rows(folder)
    assert hits(folder) == expected


def test_damaged_ones_are_found_and_made_anew(folder: Path) -> None:
    change_rows(folder)

    def faults() -> list[str]:
        examination = examine(folder, repair=True, embedder=lambda _: HashEmbedder())
        return [finding.text for finding in examination.findings]

    assert faults() == ["a part of the index is damaged"] * 2
    assert faults() == []


def test_joined_segments_have_the_vectors_of_all(folder: Path) -> None:
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.remove(next(library.documents()).id)
        library.add_documents(make_document(prose(n, 60), path=f"{n}") for n in range(200, 260))
        library.search(QUESTION)
        until = time.monotonic() + 60
        while len(files(folder)) > 1:
            assert time.monotonic() < until
            time.sleep(0.05)
    expected = hits(folder)
    (file,) = files(folder)
    assert file.stat().st_size == 194 * 4 * HashEmbedder().dimension
    change_rows(folder)
    assert hits(folder) == expected


def test_a_segment_of_an_earlier_version_has_none_and_is_searched(folder: Path) -> None:
    expected = hits(folder)
    (folder / "vectors").rename(folder / "before")
    for place in (folder / "before").iterdir():  # what that version wrote
        (place / "vectors.f32").unlink()
        (place / "sums.npy").unlink()
    _have_segments(folder, folder / "before")
    assert hits(folder) == expected
    assert files(folder) == []


def _have_segments(folder: Path, others: Path) -> None:
    """Put segments into the place of a library's own, under the names of what they are now."""
    with closing(Store(folder / DATABASE)) as store:
        database = store.database
        (value,) = database.rows("SELECT value FROM meta WHERE name = 'segments'")[0]
        (folder / "vectors").mkdir()
        for place in others.iterdir():
            name = f"{digest_of(place)}-{place.name.rpartition('-')[2]}"
            value = value.replace(place.name, name)
            place.rename(folder / "vectors" / name)
        with database.changing() as db:
            db.execute("UPDATE meta SET value = ? WHERE name = 'segments'", (value,))


def test_of_several_segments_the_best_are_those_of_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "PROBES", 100)  # all cells
    with closing(Store(folder / DATABASE)) as store:
        rows = store.database.rows("SELECT vector FROM passages")
        matrix: Vectors = np.stack([np.frombuffer(row[0], np.float32) for row in rows])
        index = LocalFinder(folder, store).vectors()
        for query in matrix[::9]:
            found = list(index.search(query, 12).values())
            assert found == pytest.approx(np.sort(matrix @ query)[::-1][:12].tolist(), abs=1e-6)
