"""PDF, Office, EPUB and ODT files become documents, with pages where there are some."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import made_files
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, Library, RemovedText, Skipped, make_document
from sourcebook.index.documents.pages import page_at
from sourcebook.index.documents.passages import split_document
from sourcebook.index.documents.writing import BlockWriter
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.formats.pdf import pages_content, remove_running_lines, unwrap
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.sandbox import ReaderSandbox, read_in_sandbox
from sourcebook.index.reading.sandbox_protocol import pack, unpack
from sourcebook.index.reading.source import Source
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


# --- PDF --------------------------------------------------------------------------------------


def test_the_lines_of_a_pdf_are_paragraphs_again(tmp_path: Path) -> None:
    paragraph = f"{TALKS} {RAIN} {TALKS}"
    pages = [f"A headline\n\n{paragraph}\n\n{RAIN}", f"{TALKS} {RAIN}"]
    document, skipped = read(
        tmp_path, "a.pdf", made_files.pdf(pages, title="Eight hours", author="M. H.")
    )
    assert skipped == []
    assert document.text == "\n\n".join(pages)
    assert (document.title, document.author) == ("Eight hours", "M. H.")
    assert document.published is None
    assert document.pages == (0, document.text.rindex(TALKS))


def test_a_citation_into_a_pdf_knows_its_page(tmp_path: Path, library: Library) -> None:
    filler = "The harbour was quiet and nobody said a word about it."
    data = made_files.pdf([f"{filler} {filler}", TALKS, RAIN])
    (tmp_path / "a.pdf").write_bytes(data)
    library.add(tmp_path / "a.pdf")
    assert {hit.passage.text: hit.passage.page for hit in library.search("talks harbour")} == {
        f"{filler} {filler}": 1,
        TALKS: 2,
        RAIN: 3,
    }
    model = ScriptedModel("The talks in Geneva lasted about eight hours.", log_odds=9.0)
    answer = Chatbot(library, model=model).ask("How long did the talks in Geneva last?")
    assert [c.page for c in answer.citations if "eight hours" in c.quote] == [2]
    assert answer.to_dict()["citations"][0]["page"] == 2


def test_pages_that_are_pictures_are_said(tmp_path: Path) -> None:
    _, (skipped,) = read(tmp_path, "a.pdf", made_files.picture_pdf(3, TALKS))
    assert skipped.reason == "2 pages (1, 2): no text, only pictures"
    (tmp_path / "b.pdf").write_bytes(made_files.picture_pdf())
    with pytest.raises(EmptyDocument, match="OCR"):
        read_all(tmp_path / "b.pdf")


def test_a_pdf_with_a_password_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made_files.locked_pdf())
    with pytest.raises(ProtectedFile, match="password"):
        read_all(tmp_path / "a.pdf")


def test_a_word_divided_at_the_end_of_a_line_is_whole_again() -> None:
    assert unwrap("The min\x02\r\nisters met and talked for long.") == (
        "The ministers met and talked for long."
    )


def test_page_numbers_and_running_headers_do_not_stand_in_sentences() -> None:
    texts = [f"Part {word} of the\ntalks went on in {word}." for word in ("one", "two", "three")]
    pages = [f"The Courier, page {n}\n{page}\n- {n} -" for n, page in enumerate(texts)]
    left, removed = remove_running_lines(pages)
    assert left == texts
    assert [(what.rule, what.text) for what in removed[:2]] == [
        ("header or footer of pages", "The Courier, page 0"),
        ("page number", "- 0 -"),
    ]
    assert len(removed) == 6
    same = ["It rained.", "It rained.", "It rained."]
    assert remove_running_lines(same) == (same, ())


def test_what_was_taken_off_the_pages_of_a_pdf_is_shown(tmp_path: Path, library: Library) -> None:
    pages = [
        f"The Courier, page {n}\n\n{text}\n\n{n}" for n, text in enumerate((TALKS, RAIN, NOTE), 1)
    ]
    (tmp_path / "a.pdf").write_bytes(made_files.pdf(pages))
    (added,) = library.add(tmp_path / "a.pdf").added
    document = library.document(added)
    assert "Courier" not in document.text
    assert [what.text for what in document.removed] == [
        line for n in (1, 2, 3) for line in (f"The Courier, page {n}", str(n))
    ]


def test_a_headline_and_points_of_a_list_stand_alone() -> None:
    wide = "The talks went on for eight hours and nobody reported any progress at all,"
    page = f"Eight hours\n{wide}\nsaid the host.\n• one\n• two and\nmore"
    assert unwrap(page).split("\n\n") == [
        "Eight hours",
        f"{wide} said the host.",
        "• one",
        "• two and more",
    ]


_LINES = st.lists(
    st.sampled_from(
        ["It rained.", "The talks went on", "page", "Advertisement", "eight hours.", ""]
    ),
    max_size=5,
)


@given(st.lists(_LINES.map("\n".join), max_size=6))
def test_every_line_stands_on_the_page_it_was_read_from(pages: list[str]) -> None:
    marked = [
        "\n".join(f"{line} {number}" for line in page.split("\n") if line)
        for number, page in enumerate(pages, 1)
    ]
    document = make_document(pages_content(marked))
    offset = 0
    for line in document.text.split("\n"):
        if line:
            assert page_at(document, offset) == int(line.rsplit(" ", 1)[1])
        offset += len(line) + 1
    assert len(document.pages) == len(pages)
    for passage in split_document(document):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.page == page_at(document, passage.start)


def test_a_sentence_that_goes_on_over_the_page_stays_whole() -> None:
    writer = BlockWriter()
    writer.start_page()
    with writer.block("paragraph"):
        writer.write("The talks between the two ")
        writer.start_page()
        writer.write("ministers took eight hours. They end.")
    document = make_document(writer.content())
    assert document.pages == (0, 26)
    first = split_document(document)[0]
    assert first.text.startswith("The talks between the two ministers took eight hours.")
    assert first.page == 1


# --- Office -----------------------------------------------------------------------------------


def test_a_word_document_gives_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a.docx", made_files.docx())
    assert document.text.split("\n\n") == [
        "A report of the week",
        TALKS,
        "City | Hours\nGeneva | 8",
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
        "Talks",
        "",
        "City: Geneva; Day: 2022-01-10; Hours: 8.",
        "City: Brussels; Day: 2022-01-12; Hours: 4.5.",
        "Columns: City, Day, Hours.",
    ]
    assert document.title == "a.xlsx"


def test_an_opendocument_text_gives_notes_tables_and_lists(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "a.odt", made_files.odt())
    blocks = ["A report of the week", TALKS, NOTE, "Geneva | 8", RAIN]
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
        for suffix in ("docx", "pptx", "xlsx", "odt", "epub", "pdf"):
            (folder / f"{number}.{suffix}").write_bytes(data)
    (folder / "good.docx").write_bytes(made_files.docx())
    report = library.add(folder)
    assert len(report.added) == 1
    assert len(report.skipped) == 4 * 6
    for skipped in report.skipped:
        assert skipped.error in (UnreadableFile.__name__, EmptyDocument.__name__)
        assert "\n" not in skipped.reason


EVERY_FORMAT = {
    "a.pdf": made_files.pdf([TALKS]),
    "a.docx": made_files.docx(),
    "a.pptx": made_files.pptx(),
    "a.odt": made_files.odt(),
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
        title="Talks \udfff",
        removed=(RemovedText("advertisement", "Ad \ud800"),),
    )
    unpacked = unpack(pack(document))
    assert isinstance(unpacked, Document)
    assert (unpacked.text, unpacked.title) == ("The talks ? lasted.", "Talks ?")
    assert unpacked.removed == (RemovedText("advertisement", "Ad ?"),)
