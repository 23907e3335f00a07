"""Everything that can be wrong with a library is found; what follows from the rest is repaired."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.maintenance import Examination, examine
from sourcebook.index.segments import snapshots
from sourcebook.index.store.checksums import register
from sourcebook.rag.testing import HashEmbedder

FIRST = "(SELECT min(key) FROM passages)"
OTHER_WORDS = f"UPDATE passage_texts SET text = 'x' WHERE key = {FIRST}"


@pytest.fixture
def folder(library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of four articles with a segment, closed."""
    monkeypatch.setattr(snapshots, "SEALED_FROM", 1)
    shared = "Follow the Daily Ouse on all channels"
    library.add_documents(
        make_document(
            f"{prose(n, 300)}\n\n{shared}", title=f"T{n}", path=f"{n}", source="Daily Ouse"
        )
        for n in range(4)
    )
    library.search("word1")
    library.close()
    return library.folder


def change(folder: Path, *statements: str) -> None:
    """Change rows behind the library's back: what triggers did is undone."""
    with sqlite3.connect(folder / "library.sqlite") as db:
        register(db)
        before = db.execute("SELECT * FROM checksums").fetchall()
        for statement in statements:
            db.execute(statement)
        db.execute("DELETE FROM checksums")
        db.executemany("INSERT INTO checksums VALUES (?, ?, ?)", before)
    db.close()


def look(folder: Path, *, repair: bool = True) -> Examination:
    return examine(folder, repair=repair, embedder=lambda name: HashEmbedder())


def test_nothing_is_found_in_a_healthy_library(folder: Path) -> None:
    examination = look(folder)
    assert examination.findings == []
    assert (examination.documents, examination.passages) == (4, 12)


REPAIRABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a vector of another size": (
        lambda folder: change(folder, "UPDATE passages SET vector = x'00' WHERE key = " + FIRST),
        "passages that are not as they were written",
    ),
    "a passage beyond the text": (
        lambda folder: change(folder, "UPDATE passages SET end = 99999 WHERE key = " + FIRST),
        "passages that are not as they were written",
    ),
    "an article without passages": (
        lambda folder: change(
            folder,
            "DELETE FROM passage_texts WHERE key IN "
            "(SELECT key FROM passages WHERE document_key = 2)",
            "DELETE FROM passages WHERE document_key = 2",
        ),
        "has no passage",
    ),
    "words of another text": (
        lambda folder: change(folder, OTHER_WORDS),
        "hold other words of 1 passages",
    ),
    "words of no passage": (
        lambda folder: change(folder, "INSERT INTO passage_texts VALUES (99, 'a', 'b')"),
        "lack 0 passages and hold 1 too many",
    ),
    "a passage of no article": (
        lambda folder: change(folder, "UPDATE passages SET document_key = 77 WHERE key = " + FIRST),
        "1 passages are of no article",
    ),
    "a passage that went without being removed": (
        lambda folder: change(folder, f"DELETE FROM passages WHERE key = {FIRST}"),
        "1 passages are of no article, or are missing",
    ),
    "a wrong story": (
        lambda folder: change(folder, "UPDATE documents SET story = 'zz' WHERE key = 1"),
        "1 articles stand in a wrong story",
    ),
    "a wrong signature": (
        lambda folder: change(
            folder, "UPDATE minhashes SET signature = zeroblob(1024) WHERE document_key = 3"
        ),
        "1 articles stand in a wrong story",
    ),
    "a damaged snapshot": (
        lambda folder: next(folder.glob("vectors/*/vectors.faiss")).write_bytes(b"no"),
        "a part of the index is damaged",
    ),
}


@pytest.mark.parametrize("damage", REPAIRABLE)
def test_what_follows_from_the_rest_is_repaired(folder: Path, damage: str) -> None:
    damaging, expected = REPAIRABLE[damage]
    with Library.open(folder, embedder=HashEmbedder()) as library:
        before = {hit.passage: hit.score for hit in library.search("word1 word7", k=20)}
        told = [story.documents for story in library.stories()]
    damaging(folder)
    texts = [finding.text for finding in look(folder).findings]
    assert any(expected in text for text in texts), texts
    assert look(folder).findings == []
    with Library.open(folder, embedder=HashEmbedder()) as library:
        after = {hit.passage: hit.score for hit in library.search("word1 word7", k=20)}
        assert after == pytest.approx(before, abs=1e-5)
        assert [story.documents for story in library.stories()] == told


def test_a_changed_text_is_named_and_not_repaired(folder: Path) -> None:
    change(folder, "UPDATE documents SET text = replace(text, 'word', 'wort') WHERE key = 3")
    examination = look(folder)
    assert not examination.is_healthy
    (finding,) = examination.findings
    assert finding.text.startswith("'T2' (")
    assert "remove what is named and add it again" in finding.remedy


def test_nothing_is_repaired_where_that_is_not_wanted(folder: Path) -> None:
    change(folder, OTHER_WORDS)
    for _ in range(2):
        (finding,) = look(folder, repair=False).findings
        assert not finding.is_repaired


def test_pages_that_are_no_database_are_said_with_the_way_out(folder: Path) -> None:
    file = folder / "library.sqlite"
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 6] = b"\xee" * 4096 * 3
    file.write_bytes(data)
    examination = look(folder)
    assert not examination.is_healthy
    assert "sourcebook restore" in examination.findings[0].remedy
