"""PDF, Office, EPUB and ODT files become documents, with pages where there are some."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import made_files
import pytest

from sourcebook.index import Document, Library, RemovedText, Skipped, make_document
from sourcebook.index.documents.pages import page_at
from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.sandbox import ReaderSandbox, read_in_sandbox
from sourcebook.index.reading.sandbox_protocol import pack, unpack
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import Block
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

TALKS, RAIN, NOTE = made_files.TALKS, made_files.RAIN, made_files.NOTE


def read(folder: Path, name: str, data: bytes) -> tuple[Document, list[Skipped]]:
    path = folder / name
    path.write_bytes(data)
    (document,), skipped = read_all(path)
    return document, skipped


def read_all(path: Path) -> tuple[list[Document], list[Skipped]]:
    items = list(read_source(Source.file(path)))
    return (
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Skipped)],
    )


# --- Office -----------------------------------------------------------------------------------


def test_a_word_document_gives_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a.docx", made_files.docx())
    assert document.text.split("\n\n") == [
        "A report of the week",
        TALKS,
        "City; Hours\nCity: Geneva; Hours: 8",
        RAIN,
    ]
    assert (document.title, document.author) == ("A report of the week", "Maren Holloway")
    assert document.published is None


def test_a_slide_is_a_page(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a.pptx", made_files.pptx())
    assert document.text == f"The talks\n\n{TALKS}\n\nThe rain\n\n{RAIN}\n\n{NOTE}"
    assert [page_at(document, document.text.index(text)) for text in (TALKS, RAIN, NOTE)] == [
        1,
        2,
        2,
    ]


def test_a_row_of_a_sheet_names_its_columns(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a.xlsx", made_files.xlsx())
    assert document.text.split("\n") == [
        *("Talks", "", "City; Day; Hours"),
        "City: Geneva; Day: 2022-01-10; Hours: 8",
        "City: Brussels; Day: 2022-01-12; Hours: 4.5",
    ]
    assert document.title == "a"


def test_an_opendocument_text_gives_notes_tables_and_lists(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a.odt", made_files.odt())
    blocks = ["A report of the week", TALKS, "Geneva: 8", RAIN, NOTE]
    assert document.text.split("\n\n") == blocks
    assert document.title == "Eight hours"


# --- EPUB -------------------------------------------------------------------------------------


def test_a_book_gives_its_chapters_in_reading_order(tmp_path: Path) -> None:
    document, skipped = read(tmp_path, "a.epub", made_files.epub())
    assert skipped == []
    assert document.text == f"One\n\n{TALKS}\n\nTwo\n\n{RAIN}"
    assert (document.title, document.author) == ("The long talks", "Maren Holloway, A. Stone")
    assert (document.source, document.language) == ("Harbour Press", "en")
    assert document.published == datetime(2022, 3, 1, tzinfo=UTC)


def test_a_chapter_that_is_missing_is_said(tmp_path: Path) -> None:
    files = {"OEBPS/book.opf": made_files.BOOK.replace("one.xhtml", "gone.xhtml")}
    document, (skipped,) = read(tmp_path, "a.epub", made_files.epub(**files))
    assert document.text == f"Two\n\n{RAIN}"
    assert skipped.location.endswith("a.epub/OEBPS/text/gone.xhtml")


def test_what_is_no_such_file_has_a_reason(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, data in enumerate((b"", b"none", b"PK\x03\x04 cut off", made_files.zipped({}))):
        for suffix in ("docx", "pptx", "xlsx", "odt", "odp", "epub", "pdf"):
            (folder / f"{number}.{suffix}").write_bytes(data)
    (folder / "good.docx").write_bytes(made_files.docx())
    report = library.add(folder)
    assert len(report.added) == 1
    assert len(report.skipped) == 4 * 7
    for skipped in report.skipped:
        assert skipped.error in (UnreadableFile.__name__, EmptyDocument.__name__)
        assert "\n" not in skipped.reason


EVERY_FORMAT = {
    "a.pdf": made_files.pdf([TALKS]),
    "a.docx": made_files.docx(),
    "a.pptx": made_files.pptx(),
    "a.odt": made_files.odt(),
    "a.rtf": f"{{\\rtf1 {TALKS}\\par}}".encode(),
    "a.epub": made_files.epub(),
    "a.zip": made_files.zipped({"a.txt": TALKS}),
    "a.txt": TALKS.encode(),
    "a.md": TALKS.encode(),
    "a.html": f"<html><body><article><p>{TALKS}</p><p>{RAIN}</p></article></body></html>".encode(),
    "a.eml": f"Subject: Talks\n\n{TALKS}".encode(),
    "a.jsonl": f'{{"text": "{TALKS}"}}'.encode(),
    "a.csv": f'title,text\nTalks,"{TALKS}"\n'.encode(),
    "a.rss": f"<rss version='2.0'><channel><title>t</title><item><title>x</title>"
    f"<description>{TALKS}</description></item></channel></rss>".encode(),
}


@pytest.mark.slow
def test_an_article_of_every_format_is_cited(tmp_path: Path) -> None:
    with ReaderSandbox() as sandbox:
        for name, data in EVERY_FORMAT.items():
            (tmp_path / name).write_bytes(data)
            (document,) = read_in_sandbox(tmp_path / name, sandbox)
            assert isinstance(document, Document)
            with Library.open(tmp_path / f"{name}.library", embedder=HashEmbedder()) as library:
                library.add_documents([document])
                model = ScriptedModel("The talks in Geneva lasted about eight hours.", log_odds=9.0)
                answer = Chatbot(library, model=model).ask("How long did the talks in Geneva last?")
            assert answer.citations, name
            citation = answer.citations[0]
            assert citation.document.text[citation.start : citation.end] == citation.quote
            assert "lasted about eight hours" in citation.quote, name
            assert str(citation.document.path).startswith(str(tmp_path / name))


def test_half_a_surrogate_pair_is_said_as_a_mark_wherever_it_stands() -> None:
    document = replace(
        make_document(TALKS),
        text="The talks \ud800 lasted.",
        blocks=(Block("item", 0, 9, "The talks", marker="\ud800"),),
        title="Talks \udfff",
        removed=(RemovedText("advertisement", "Ad \ud800"),),
    )
    unpacked = unpack(pack(document))
    assert isinstance(unpacked, Document)
    assert (unpacked.text, unpacked.title) == ("The talks ? lasted.", "Talks ?")
    assert unpacked.removed == (RemovedText("advertisement", "Ad ?"),)
    assert [block.marker for block in unpacked.blocks] == ["?"]
