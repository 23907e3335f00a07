"""A library that the version before blocks made: opened as it is, and its articles read again."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.rereading import reread
from sourcebook.index.store.schema import SCHEMA
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.render.listing import earlier_reading_note
from sourcebook.ui.render.reading import article_html

DATA = Path(__file__).parents[1] / "data" / "schema_4"
FERRY, LIGHTHOUSE, QUAY = "5215fbe8ca1ae434", "a1f3c14d7e7dd94d", "cef60d2a81352a8d"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three articles by that version. The file of the lighthouse is gone."""
    library = tmp_path / "old.library"
    library.mkdir()
    shutil.copy(DATA / "library.sqlite", library)
    articles = shutil.copytree(DATA / "articles", tmp_path / "articles")
    db = sqlite3.connect(library / "library.sqlite")
    for table, column in (("documents", "path"), ("documents", "location"), ("origins", "item")):
        db.execute(
            f"UPDATE {table} SET {column} = replace({column}, '/articles', ?)", (str(articles),)
        )
    db.commit()
    assert db.execute("PRAGMA user_version").fetchone() == (4,)
    db.close()
    return library


def open_library(folder: Path) -> Library:
    return Library.open(folder, embedder=HashEmbedder())


def test_it_opens_with_all_it_holds_and_is_searched_and_shown(folder: Path) -> None:
    with open_library(folder) as library:
        assert [document.id for document in library.documents()] == [FERRY, LIGHTHOUSE, QUAY]
        ferry = library.document(FERRY)
        assert ferry.blocks == ()
        assert "| Skerry | 410 | 433 |" in ferry.text
        assert library.search("Who painted the lighthouse?")[0].document.id == LIGHTHOUSE
        assert "| Marwick | 210 | |" in article_html(ferry)
        assert library.check() == []
    with sqlite3.connect(folder / "library.sqlite") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(SCHEMA),)


def test_articles_are_read_again_with_their_structure_and_what_is_gone_stays(folder: Path) -> None:
    with open_library(folder) as library:
        assert set(library.unstructured()) == {FERRY, LIGHTHOUSE, QUAY}
        report = reread(library)
        assert set(report.updated) == {FERRY, QUAY}
        assert not report.added
        assert [skipped.location for skipped in report.skipped] == [
            str(folder.parent / "articles" / "gone.txt")
        ]
        assert report.notes == ("1 article stays as it was: it could not be read again",)
        ferry = library.document(FERRY)
        cells = find_blocks(ferry.blocks, "cell")
        assert [cell.text for cell in cells if cell.cell and cell.cell.column == 2] == [
            *("2020", "433", "")
        ]
        assert "|" not in ferry.text
        assert [item.marker for item in find_blocks(ferry.blocks, "item")] == ["1.", "2."]
        assert library.document(LIGHTHOUSE).text.endswith("in the summer of 2021.")
        assert library.unstructured() == {LIGHTHOUSE: "The lighthouse of Velm is painted"}
        again = reread(library, {QUAY})
        assert again.unchanged == (QUAY,)
        assert (again.skipped, again.notes) == ((), ())


def test_a_sync_reads_them_again_though_their_files_have_not_changed(folder: Path) -> None:
    articles = folder.parent / "articles"
    with open_library(folder) as library:
        assert set(library.sync(articles).updated) == {FERRY, QUAY}
        assert library.sync(articles).updated == ()
        assert library.unstructured().keys() == {LIGHTHOUSE}


def test_an_article_that_a_program_added_is_kept_and_said(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        report = library.add_documents([make_document("Rye bread is sold here.", title="Bread")])
        again = reread(library)
        assert library.document(report.added[0]).text == "Rye bread is sold here."
        assert again.read == 0
        assert "added by a program" in again.skipped[0].reason
        assert again.notes == ("1 article stays as it was: it could not be read again",)


def test_the_line_names_what_an_earlier_version_read() -> None:
    assert earlier_reading_note([]) == ""
    assert earlier_reading_note(["A"]).startswith("“A” was read by an earlier version")
    assert earlier_reading_note(["A", "B"]).startswith("“A” and “B” were read")
    assert earlier_reading_note(["A", "B", "C", "D"]).startswith("“A”, “B” and 2 more were read")


def test_what_is_said_once_is_not_new_the_second_time(folder: Path) -> None:
    with open_library(folder) as library:
        assert library.note_once("said")
        assert not library.note_once("said")
    with open_library(folder) as library:
        assert not library.note_once("said")
