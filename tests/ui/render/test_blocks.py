"""An article with blocks as it is shown: its form, its quotes, and nothing lost or made markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, make_document
from sourcebook.index.structure.blocks import BlockKind, PageBox, find_blocks
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter
from sourcebook.ui.render.reading import TextSpan, article_html, document_pages, part_html


class Shown(HTMLParser):
    """The text inside each element, in order, as (tag, class, text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        assert "\n" not in html
        self.elements: list[list[str]] = []
        self.text = ""
        self._open: list[list[str]] = []
        self.feed(html.partition('<div class="sb-text" dir="auto">')[2] or html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_data("\n")
            return
        element = [tag, dict(attrs).get("class") or "", ""]
        self.elements.append(element)
        self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self._open:
            element[2] += data

    def of(self, tag: str, css: str | None = None) -> list[str]:
        return [e[2] for e in self.elements if e[0] == tag and css in (None, e[1])]

    def quoted(self, css: str = "sb-quoted") -> str:
        return "".join(e[2] for e in self.elements if e[0] == "mark" and css in e[1].split())


def handbook() -> Document:
    writer = BlockWriter()
    writer.start_page()
    with writer.block("heading", level=1):
        writer.write("Ferry <handbook>")
    with writer.block("paragraph"):
        writer.write("It carries 120 people")
        writer.mark("1")
        writer.write(" a day.\nBut for storms.")
    rows = [["Route", "Adult", "Child"], ["Skerry", "12.50", ""], ["Marwick", "", "4.10"]]
    cells = [[TableCell(text) for text in row] for row in rows]
    writer.start_page()
    write_table(writer, Table(cells, caption="Fares", head_rows=1, head_columns=1))
    with writer.block("list"):
        with writer.block("item", marker="3."):
            writer.write("Pay & go.")
            with writer.block("list"), writer.block("item", marker="•"):
                writer.write("In cash.")
        with writer.block("item", marker="4."):
            writer.write("Sit.")
    with writer.block("code", language="python"):
        writer.write("if a < b:\n    stop()")
    with writer.block("quote"):
        writer.write("Calm was the sea.")
    with writer.block("footnote", marker="1"):
        writer.write("Of these 20 stand.")
    return make_document(writer.content(), title="Ferries", path="f.docx", is_scraped=False)


DOCUMENT = handbook()


def span(text: str) -> TextSpan:
    start = DOCUMENT.text.index(text)
    return TextSpan(start, start + len(text))


def test_each_block_has_the_form_it_had_in_the_file() -> None:
    shown = Shown(article_html(DOCUMENT, pages=document_pages(DOCUMENT, ())))
    assert shown.of("h3") == ["Ferry <handbook>"]
    assert shown.of("p", "") == [
        "It carries 120 people1 a day.\nBut for storms.",
        "Calm was the sea.",
    ]
    assert shown.of("sup") == ["1", "1"]
    assert shown.of("p", "sb-caption") == ["Fares"]
    assert shown.of("th") == ["Route", "Adult", "Child", "Skerry", "Marwick"]
    assert shown.of("td", "") == ["12.50", "", "", "4.10"]
    assert shown.of("li") == ["3. Pay & go.• In cash.", "• In cash.", "4. Sit."]
    assert shown.of("pre") == ["if a < b:\n    stop()"]
    assert shown.of("blockquote") == ["Calm was the sea."]
    assert shown.of("p", "sb-footnote") == ["1 Of these 20 stand."]
    assert shown.of("p", "sb-page") == ["Page 1", "Page 2"]


def test_a_mark_tells_its_footnote_where_it_stands() -> None:
    assert 'title="Of these 20 stand."' in article_html(DOCUMENT)


def test_two_marks_at_one_place_are_not_one_number() -> None:
    writer = BlockWriter()
    with writer.block("paragraph"):
        writer.write("The female is a hen.")
        writer.mark("3")
        writer.mark("4")
        writer.write(" The male is a drake.")
        writer.mark("5")
    html = article_html(make_document(writer.content(), title="Ducks"))
    assert "hen.3, 4 The male is a drake.5" in re.sub(r"<[^>]+>", "", html)


def test_a_row_that_is_quoted_is_seen_in_its_cells_and_a_cell_alone() -> None:
    row = article_html(DOCUMENT, span("Route: Skerry; Adult: 12.50"))
    assert Shown(row).quoted() == "Skerry12.50"
    assert row.count("sb-here") == 1
    assert row.count('<tr class="sb-quoted-row') == 1
    assert Shown(article_html(DOCUMENT, span("12.50"))).quoted() == "12.50"


def test_a_quote_of_a_head_between_the_cells_is_found_in_its_row() -> None:
    start = DOCUMENT.text.index("Adult: 12.50")
    html = article_html(DOCUMENT, TextSpan(start, start + len("Adult")))
    assert html.count("sb-here") == 1
    assert "sb-quoted-row sb-here" in html


def test_a_quote_of_code_is_highlighted_line_by_line() -> None:
    shown = Shown(article_html(DOCUMENT, span("if a < b:\n    stop()")))
    assert shown.of("mark") == ["if a < b:", "    stop()"]


def test_an_item_and_its_own_items_are_quoted_apart() -> None:
    assert Shown(article_html(DOCUMENT, span("Pay & go."))).quoted() == "Pay & go."
    assert Shown(article_html(DOCUMENT, span("In cash."))).quoted() == "In cash."


def squeezed(text: str) -> str:
    return "".join(text.split())


ROWS = st.lists(st.lists(st.text("ab<&7", max_size=3), min_size=2, max_size=2), max_size=4)


@given(
    st.lists(st.text("ab <&\n", max_size=9), max_size=4),
    ROWS,
    st.text("ab <\n", max_size=12),
    st.data(),
)
def test_no_character_is_lost_and_the_quote_is_what_is_highlighted(
    texts: list[str], rows: list[list[str]], code: str, data: st.DataObject
) -> None:
    writer = BlockWriter()
    for text in texts:
        with writer.block("paragraph"):
            writer.write(text)
            writer.mark("*")
        with writer.block("list"), writer.block("item", marker="1."):
            writer.write(text)
    with writer.block("code"):
        writer.write(code)
    write_table(writer, Table([[TableCell(cell) for cell in row] for row in rows], head_rows=0))
    document = make_document(writer.content(), title="x", is_scraped=False)
    if not document.text:
        return
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, len(document.text)))
    shown = Shown(article_html(document, TextSpan(start, end)))
    outside = [(b.start, b.end) for b in find_blocks(document.blocks, "row")]
    cells = [(b.start, b.end) for b in find_blocks(document.blocks, "cell")]

    def visible(first: int, last: int) -> str:
        def is_shown(at: int) -> bool:
            in_row = any(a <= at < b for a, b in outside)
            return not in_row or any(a <= at < b for a, b in cells)

        return "".join(
            c for at, c in enumerate(document.text) if first <= at < last and is_shown(at)
        )

    signs = len(find_blocks(document.blocks, "mark"))
    items = len(find_blocks(document.blocks, "item"))
    plain = squeezed(re.sub(r"1\.|\*", "", shown.text))
    assert plain == squeezed(visible(0, len(document.text)))
    assert shown.text.count("*") == signs
    assert shown.text.count("1.") == items
    assert squeezed(shown.quoted()) == squeezed(visible(start, end))


def test_a_long_article_is_read_in_parts_and_its_rows_stay_whole() -> None:
    writer = BlockWriter()
    rows = [[TableCell(f"Route {n}"), TableCell(f"{n}.50")] for n in range(800)]
    write_table(writer, Table(rows, head_rows=0, head_columns=0))
    document = make_document(writer.content(), title="x", is_scraped=False)
    start = document.text.index("Route 400")
    html = article_html(document, TextSpan(start, start + 9), reach=2000)
    cells = Shown(html).of("td", "")
    assert 50 < len(cells) < 500
    read = [c for c in Shown(html).of("td", "") if c]
    parts = re.findall(r'data-part="(\d+):(\d+)"', html)
    assert len(parts) == 2
    while parts:
        first, last = map(int, parts.pop())
        more = part_html(document, first, last, most=3000)
        found = [c for c in Shown(more).of("td", "") if c]
        read = [*found, *read] if first == 0 else [*read, *found]
        parts += re.findall(r'data-part="(\d+):(\d+)"', more)
    assert read == [text for n in range(800) for text in (f"Route {n}", f"{n}.50")]


def test_pages_with_text_are_named_and_a_box_gives_a_cell_no_other_form() -> None:
    assert [(p.number, DOCUMENT.text[p.start :][:5]) for p in document_pages(DOCUMENT, ())] == [
        (1, "Ferry"),
        (2, "Fares"),
    ]
    writer = BlockWriter()
    with writer.block("paragraph", place=PageBox(1, (0, 0, 9, 9))):
        writer.write("Boxed.")
    boxed = make_document(writer.content(), title="x", is_scraped=False)
    assert Shown(article_html(boxed)).of("p") == ["Boxed."]


def titled(title: str, first: str, kind: BlockKind = "heading") -> Document:
    writer = BlockWriter()
    writer.start_page()
    with writer.block(kind):
        writer.write(first)
    for number in range(40):
        writer.write(f"The ferry to Skerry was late on day {number}.")
    return make_document(writer.content(), title=title, path="f.docx", is_scraped=False)


@pytest.mark.parametrize("kind", ["heading", "paragraph"])
def test_a_title_that_begins_the_text_is_shown_once(kind: BlockKind) -> None:
    document = titled("Late ferries", "Late\nFERRIES", kind)
    html = article_html(document, pages=document_pages(document, ()))
    assert html.lower().count(">late<br>ferries<") == 1
    assert "<bdi>Late<br>FERRIES</bdi></h2>" in html
    assert Shown(html).of("p", "sb-page") == ["Page 1"]
    assert Shown(html).of("p", "")[0] == "The ferry to Skerry was late on day 0."


def test_a_heading_that_is_no_title_stays_in_the_text() -> None:
    document = titled("Late ferries", "Late ferries of May")
    assert Shown(article_html(document)).of("h3") == ["Late ferries of May"]
    assert "<bdi>Late ferries</bdi></h2>" in article_html(document)


def test_a_quote_of_the_title_is_highlighted_where_the_title_is_shown() -> None:
    document = titled("Late <ferries>", "Late <ferries>")
    html = article_html(document, TextSpan(5, 14))
    assert '<mark class="sb-quoted sb-here">&lt;ferries&gt;</mark></bdi></h2>' in html
    assert html.count("sb-here") == 1


def test_a_part_before_the_quote_shows_no_title_again() -> None:
    document = titled("Late ferries", "Late ferries")
    end = len(document.text)
    far = article_html(document, TextSpan(end - 5, end), reach=300)
    (part,) = re.findall(r'data-part="(\d+):(\d+)"', far)
    before = part_html(document, int(part[0]), int(part[1]))
    assert "Late ferries" not in before
    assert "day 0." in before
    near = document.text.index("The ferry")
    assert "data-part" not in article_html(document, TextSpan(near, near + 9), reach=end - 20)[:900]
