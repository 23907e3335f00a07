"""What is not as it was written is never quoted nor ranked."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryDamaged
from sourcebook.index.store.checksums import COLUMNS, differing, register, row_checksum
from sourcebook.index.store.store import Store
from sourcebook.rag.testing import HashEmbedder

FERRY = "The ferry of Skerry sails at nine each day."


def edit(folder: Path, before: bytes, after: bytes) -> None:
    """Change bytes of the file, as a failing disk would."""
    file = folder / "library.sqlite"
    data = file.read_bytes()
    assert before in data
    assert len(before) == len(after)
    file.write_bytes(data.replace(before, after))


@pytest.mark.parametrize("after", [b"at five", b"at n\xffne"])
def test_a_changed_text_is_not_read(library: Library, after: bytes) -> None:
    library.add_documents([make_document(FERRY, path="a")])
    library.close()
    edit(library.folder, b"at nine", after.ljust(7)[:7])
    with (
        Library.open(library.folder, embedder=HashEmbedder()) as again,
        pytest.raises(LibraryDamaged, match=r"not as it was written|cannot be read") as error,
    ):
        again.search("ferry")
    assert "Skerry" not in str(error.value)


def test_a_changed_vector_is_not_put_into_a_snapshot(library: Library) -> None:
    (document_id,) = library.add_documents([make_document(FERRY, path="a")]).added
    assert library.passages(document_id)
    vector = library.embedder.embed([FERRY])[0]
    library.close()
    store = Store(library.folder / "library.sqlite")
    (stored,) = store.database.rows("SELECT vector FROM passages")[0]
    store.close()
    assert len(stored) == vector.nbytes
    edit(library.folder, stored, stored[:-1] + bytes([stored[-1] ^ 64]))
    with (
        Library.open(library.folder, embedder=HashEmbedder()) as again,
        pytest.raises(LibraryDamaged, match="in passages"),
    ):
        again.search("ferry", mode="dense")


def test_every_column_is_summed_but_those_worked_out_from_others(library: Library) -> None:
    library.add_documents([make_document(FERRY, path="a")])
    unsummed = {"documents": {"key", "story", "outlet"}, "passages": {"key"}}
    with sqlite3.connect(library.folder / "library.sqlite") as db:
        register(db)
        for table, columns in COLUMNS.items():
            names = {row[1] for row in db.execute(f"PRAGMA table_info ({table})")}
            assert set(columns.split(", ")) == names - unsummed.get(table, {"key"})
            assert differing(db, table) == []
    db.close()


def test_values_have_one_checksum_only() -> None:
    cases = [("a", "b"), ("ab", ""), ("", "ab"), ("ab", None), (None, "ab"), ("a", "c"), ("a",)]
    assert len({row_checksum(*case) for case in cases}) == len(cases)
