"""The structure of an article as JSON and plain text, and its quotes in Markdown."""

from __future__ import annotations

from markdown_it import MarkdownIt

from sourcebook.index import Document, make_document
from sourcebook.index.structure.blocks import PageBox, find_blocks
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter
from sourcebook.rag.answer import Answer, Citation, Sentence
from sourcebook.ui.render.markdown import to_markdown
from sourcebook.ui.render.structure import blocks_to_list, quote_markdown, structured_text
from sourcebook.ui.render.text import sources_html


def handbook() -> Document:
    writer = BlockWriter()
    writer.start_page()
    with writer.block("heading", level=2):
        writer.write("Fares")
    rows = [["Route", "Adult", "Child"], ["Skerry | Velm", "12.50", ""], ["Marwick", "", "4.10"]]
    cells = [[TableCell(text) for text in row] for row in rows]
    write_table(writer, Table(cells, head_rows=1, head_columns=1))
    writer.start_page()
    with writer.block("list"), writer.block("item", marker="3."):
        writer.write("Pay.\nAt once.")
        with writer.block("list"), writer.block("item", marker="•"):
            writer.write("In cash.")
    with writer.block("code", language="sh"):
        writer.write("if a; then\n    echo ```<b>\nfi")
    with writer.block("footnote", marker="1", place=PageBox(2, (1, 2, 3, 4), 0.9)):
        writer.write("Of these 20 stand.")
    return make_document(writer.content(), title="Ferries", path="f.pdf", is_scraped=False)


DOCUMENT = handbook()


def citation(quote: str) -> Citation:
    start = DOCUMENT.text.index(quote)
    return Citation(1, DOCUMENT, "p", quote, start, start + len(quote))


def test_the_json_form_has_kind_place_and_what_the_kind_has() -> None:
    heading, table, items, code, note = blocks_to_list(DOCUMENT)
    assert heading == {"kind": "heading", "start": 0, "end": 5, "level": 2, "page": 1}
    cell = table["children"][1]["children"][1]
    assert DOCUMENT.text[cell["start"] : cell["end"]] == "12.50"
    assert cell["cell"] == {
        "row": 1,
        "column": 1,
        "row_span": 1,
        "column_span": 1,
        "is_head": False,
        "heads": ("Adult", "Skerry | Velm"),
        "unit": None,
    }
    assert items["children"][0]["marker"] == "3."
    assert (code["language"], code["page"]) == ("sh", 2)
    assert (note["page"], note["box"], note["confidence"]) == (2, [1, 2, 3, 4], 0.9)
    counted = sum(1 for kind in ("row", "cell") for _ in find_blocks(DOCUMENT.blocks, kind))
    assert counted == 3 + 9


def test_plain_text_has_markers_and_indentation() -> None:
    assert structured_text(DOCUMENT).split("\n") == [
        "Fares",
        "",
        "Route; Adult; Child",
        "Route: Skerry | Velm; Adult: 12.50",
        "Route: Marwick; Child: 4.10",
        "",
        "3. Pay.",
        "   At once.",
        "   • In cash.",
        "",
        "    if a; then",
        "        echo ```<b>",
        "    fi",
        "",
        "[1] Of these 20 stand.",
    ]


def test_a_quote_of_a_row_is_a_table_in_markdown_with_its_heads() -> None:
    assert quote_markdown(citation("Route: Skerry | Velm; Adult: 12.50")).split("\n") == [
        "| Route | Adult | Child |",
        "| --- | --- | --- |",
        "| Skerry \\| Velm | 12\\.50 |  |",
    ]
    assert quote_markdown(citation("Of these 20 stand.")) == ""


def test_a_quote_of_code_is_fenced_by_more_than_it_holds() -> None:
    code = "if a; then\n    echo ```<b>\nfi"
    assert quote_markdown(citation(code)) == f"````sh\n{code}\n````"


def test_the_export_holds_them_below_the_source_and_nothing_in_them_is_markup() -> None:
    for quote, inside in (
        ("Route: Skerry | Velm; Adult: 12.50", "<td>12.50</td>"),
        ("if a; then\n    echo ```<b>\nfi", "echo ```&lt;b&gt;"),
    ):
        sentence = Sentence("It is so.", 0, 9, (1,), 0.9, supported=True)
        answer = Answer(
            question="How?",
            standalone_question="How?",
            text="It is so. [1]",
            sentences=(sentence,),
            citations=(citation(quote),),
            abstained=False,
            confidence=0.9,
        )
        text = to_markdown(answer)
        below = text.partition("[^1]: ")[2].partition("\n\n")[2]
        assert all(not line or line.startswith("    ") for line in below.split("\n"))
        html = MarkdownIt("gfm-like", {"linkify": False}).render(
            "\n".join(line[4:] for line in below.split("\n"))
        )
        assert inside in html


def test_a_card_shows_code_line_by_line() -> None:
    html = sources_html([citation("if a; then\n    echo ```<b>\nfi")])
    assert (
        "<mark>if a; then</mark><br><mark>    echo ```&lt;b&gt;</mark><br><mark>fi</mark>" in html
    )
