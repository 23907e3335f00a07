"""A page keeps its structure, its article and no more, and every cell of its tables."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path

import made_files
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import RAIN, TALKS
from random_tables import (
    TABLE_COUNT,
    RandomCell,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import Document
from sourcebook.index.reading.markup import html_content, html_to_text
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.reading.web.page import read_html
from sourcebook.index.structure.blocks import Block, BlockKind, find_blocks, walk
from sourcebook.index.structure.context import context_at

LONG = f"{TALKS} {RAIN} The ferries sail again in May, said the harbour master on Tuesday."
LEAD = "The board of the harbour met on Tuesday and agreed to widen the northern quay in May."
FACT_BOX = (
    "<table class=infobox><tr><th>Length</th><td><ul><li>312 m</li></ul></td></tr>"
    "<tr><th>Owner</th><td>Tallberg</td></tr></table>"
)


def page(body: str, title: str = "Quay to be widened") -> Document:
    """Read a page with a menu and a footer around an article."""
    return read_html(
        Path("a.html"),
        f"<!DOCTYPE html><html lang=en><head><title>{title}</title></head><body>"
        f"<nav><a href='/'>Home</a> <a href='/n'>News</a></nav><article>{body}</article>"
        "<footer>Copyright Harbour Courier</footer></body></html>",
    )


def page_of(body: str) -> Document:
    """Read a page that has nothing beside its article."""
    html = f"<!DOCTYPE html><html><head><title>Quay</title></head><body>{body}</body></html>"
    return read_html(Path("a.html"), html)


def part(html: str, kind: BlockKind) -> list[Block]:
    return find_blocks(html_content(html).blocks, kind)


def texts(html: str, kind: BlockKind) -> list[str]:
    return [block.text for block in part(html, kind)]


# --- the walk ---------------------------------------------------------------------------------


def test_struck_words_hidden_nodes_and_readings_are_left_out() -> None:
    content = html_content(
        "<p>The fee is <del>400</del> <ins>450</ins> crowns, <s>not</s> a day<strike>!</strike>."
        "<span hidden>a</span><span style='display: none'>b</span>"
        "<i style='visibility:hidden'>c</i></p>"
        "<p><span aria-hidden=true>Jan</span><span class=sr-only>January</span> 4</p>"
        "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>"
    )
    assert content.text == "The fee is 450 crowns, a day.\n\nJanuary 4\n\n漢"
    assert ("struck out", "400") in [(r.rule, r.text) for r in content.removed]
    assert ("hidden", "b") in [(r.rule, r.text) for r in content.removed]


def test_links_to_edit_a_section_and_numbers_of_lines_of_code_are_left_out() -> None:
    html = (
        "<h2>Fares<span class=mw-editsection>[edit]</span><a class=headerlink href='#f'>¶</a></h2>"
        "<table><tr><td class=gutter><pre>1\n2</pre></td><td><pre>a = 1\nb = 2</pre></td></tr>"
        "</table>"
    )
    assert html_to_text(html) == "Fares\n\na = 1\nb = 2"


def test_words_that_only_a_browser_hides_from_readers_aloud_stay() -> None:
    assert html_to_text("<div><p aria-hidden=true>Only here it says so.</p></div>")


def test_a_raised_sign_is_a_mark_and_an_exponent_is_one() -> None:
    html = (
        "<p>25 crowns<sup><a href='#n7'>7</a></sup> for 10<sup>6</sup> m<sup>2</sup> of "
        "H<sub>2</sub>O, the 1<sup>st</sup>.</p>"
    )
    assert html_to_text(html) == "25 crowns for 10⁶ m² of H2O, the 1st."
    assert [mark.marker for mark in part(html, "mark")] == ["7"]


def test_lists_have_their_numbers_and_items_in_items() -> None:
    html = (
        "<ol start=3><li>Coat<ul><li>of wool</li></ul></li><li><p>Cap</p><p>or hood</p></li></ol>"
    )
    assert [(item.marker, item.text) for item in part(html, "item")] == [
        ("3.", "Coat\nof wool"),
        ("•", "of wool"),
        ("4.", "Cap\nor hood"),
    ]
    assert [b.marker for b in part("<ol type=a><li>x</li><li>y</li></ol>", "item")] == ["a.", "b."]


def test_a_list_of_definitions_is_a_list_of_items() -> None:
    html = "<dl><dt>Berth</dt><dd>A place for a ship.</dd><dt>Pile</dt><dd><p>A post.</p></dd></dl>"
    assert texts(html, "item") == ["Berth: A place for a ship.", "Pile: A post."]


def test_code_is_whole_with_its_language() -> None:
    html = '<pre><code class="language-python">if x:\n    <b>go</b>()\n</code></pre>'
    (code,) = part(html, "code")
    assert (code.text, code.language) == ("if x:\n    go()", "python")
    assert part("<pre><code>x = 1</code></pre>", "code")[0].language is None


def test_a_poem_in_a_pre_element_is_no_code() -> None:
    html = "<pre>The ferries lay in the harbour all night\nand nobody came down to them\n</pre>"
    assert part(html, "code") == []
    assert "and nobody came" in html_to_text(html)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E = mc²"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a + b)/2"),
        ("<msqrt><mi>x</mi></msqrt><annotation>\\sqrt{x}</annotation>", "√x"),
        ("<annotation encoding='application/x-tex'>\\sqrt{x}</annotation>", "\\sqrt{x}"),
    ],
)
def test_a_formula_stands_once_in_its_sentence(formula: str, text: str) -> None:
    html = f"<p>So <math><semantics>{formula}</semantics></math> holds.</p>"
    assert html_to_text(html) == f"So {text} holds."
    assert texts(html, "formula") == [text]


def test_the_source_of_a_formula_is_one_where_its_picture_is_drawn_by_a_script() -> None:
    html = '<p>So <script type="math/tex">x^2</script><span class="MathJax">x2</span>.</p>'
    assert html_to_text(html) == "So x^2."


def test_footnotes_have_their_sign_and_no_way_back() -> None:
    html = (
        "<p>It sails<sup id=r1><a href='#fn1'>1</a></sup>.</p><section class=footnotes><ol>"
        "<li id=fn1><p>In May. <a href='#r1' role=doc-backlink>↩</a></p></li></ol></section>"
    )
    assert [(note.marker, note.text) for note in part(html, "footnote")] == [("1", "In May.")]
    assert [mark.marker for mark in part(html, "mark")] == ["1"]


def test_figures_and_quotes_are_blocks() -> None:
    html = (
        "<figure><img src=q.png alt=quay><figcaption>The quay</figcaption></figure>"
        "<blockquote><p>We <q>wait</q>.</p></blockquote>"
    )
    assert texts(html, "figure") == texts(html, "caption") == ["The quay"]
    assert texts(html, "quote") == ["We “wait”."]


def test_two_line_breaks_end_a_paragraph() -> None:
    assert texts("<div>one<br>two<br><br>three</div>", "paragraph") == ["one\ntwo", "three"]


@pytest.mark.parametrize("tag", ["blockquote", "ul", "div", "b"])
def test_what_stands_in_two_hundred_elements_is_read(tag: str) -> None:
    inner = f"{f'<{tag}>' * 200}<p>one</p>two{f'</{tag}>' * 200}"
    assert html_to_text(f"{inner}<p>three</p>").split() == ["one", "two", "three"]


def test_tables_with_captions_in_tables_are_read() -> None:
    start = "<table><caption>c</caption><tr><td>a</td><td>"
    assert html_to_text(f"{start * 60}deep{'</td></tr></table>' * 60}").count("deep") == 1


# --- tables -----------------------------------------------------------------------------------


def test_a_list_in_a_cell_is_in_its_row() -> None:
    html = (
        "<table><tr><th>Founders</th><td><ul><li><a href=/a>Jonas Feldt</a></li>"
        "<li>Mia Brandt</li></ul></td></tr><tr><th>Open</th><td>Mon<br>Tue</td></tr></table>"
    )
    assert html_to_text(html) == "Founders: Jonas Feldt, Mia Brandt\nOpen: Mon, Tue"


def test_heads_reach_over_merged_cells_and_the_caption_is_one() -> None:
    html = (
        "<table><caption>Net sales, SEK m</caption><thead><tr><th rowspan=2>Region</th>"
        "<th colspan=2>Year</th></tr><tr><th>2025</th><th>2026</th></tr></thead>"
        "<tr><td rowspan=2>North</td><td>1.5</td><td>2.5<sup>a</sup></td></tr>"
        "<tr><td></td><td>4.5</td></tr></table>"
    )
    cells = {cell.text: cell for cell in part(html, "cell")}
    place = cells["4.5"].cell
    assert place is not None
    assert (place.heads, place.unit) == (("Year", "2026", "North"), "SEK m")
    assert [mark.marker for mark in cells["2.5"].children] == ["a"]
    assert texts(html, "caption") == ["Net sales, SEK m"]


def test_a_row_over_the_whole_width_below_the_heads_is_said_of_the_table() -> None:
    rows = "<tr><th>Route<th>Adult<tr><td>Skerry<td>12.50<tr><td colspan=2>From 14 years"
    document = page(f"<h1>Fares</h1><p>{LEAD}</p><table>{rows}</table><p>{LONG}</p>")
    assert "Route: Skerry; Adult: 12.50\nFrom 14 years\n" in document.text


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    html = f"<table><tr><td><h2>News</h2><p>{LONG}</p></td><td><p>{RAIN}</p></td></tr></table>"
    assert part(html, "table") == []
    assert texts(html, "heading") == ["News"]
    assert RAIN in html_to_text(html)


def test_a_page_that_is_a_table_keeps_the_first_cell_of_links() -> None:
    rows = "".join(
        f"<tr><th><a href='/{name}'>{name}</a></th><td>{1990 + year}</td><td>{LONG}</td></tr>"
        for year, name in enumerate(("Night Ferry", "The Quay", "Skerry", "Tallberg", "Salt"))
    )
    heads = "<thead><tr><th>Film</th><th>Year</th><th>Story</th></tr></thead>"
    cells = read_tables(page(f"<h1>Films</h1><table>{heads}<tbody>{rows}</tbody></table>"))[0]
    assert [text for _, column, text, _ in cells if not column] == [
        *("Film", "Night Ferry", "The Quay", "Skerry", "Tallberg", "Salt")
    ]


def test_cells_whose_row_was_not_opened_are_a_row() -> None:
    rows = "<tr><td>Berth</td><td>Fee</td></tr><td>A</td><td>400</td></tr><td>B</td><td>450</td>"
    table = f"<table><tbody>{rows}<tr><td>C</td><td>500</td></tr></tbody></table>"
    cells = read_tables(page(f"<h1>Fees</h1><p>{LEAD}</p>{table}<p>{LONG}</p>"))[0]
    assert [cell[:3] for cell in cells[2:6]] == [
        *((1, 0, "A"), (1, 1, "400"), (2, 0, "B"), (2, 1, "450"))
    ]


def test_a_row_of_a_dash_or_of_a_word_of_menus_stays_in_its_table() -> None:
    rows = "<tr><td></td><td>–</td></tr><tr><td>Home</td><td>Sport</td></tr><tr><td>9</td></tr>"
    document = page(f"<h1>Numbers</h1><p>{LEAD}</p><table>{rows}</table><p>{LONG}</p>")
    assert read_tables(document)[0][:3] == [(0, 0, "", ()), (0, 1, "–", ()), (1, 0, "Home", ())]


def written(table: RandomTable) -> str:
    """Write a table as a page does."""

    def cell(cell: RandomCell) -> str:
        name = "th" if cell.is_head else "td"
        spans = f" rowspan={cell.row_span} colspan={cell.column_span}"
        mark = f"<sup>{escape(cell.mark)}</sup>" if cell.mark else ""
        return f"<{name}{spans}>{escape(cell.text)}{mark}</{name}>"

    rows = "".join(f"<tr>{''.join(map(cell, row))}</tr>\n" for row in table.rows)
    return f"<table><caption>Numbers</caption>{rows}</table>"


@TABLE_COUNT
@given(random_tables())
def test_each_cell_of_a_table_of_a_page_is_read_back(table: RandomTable) -> None:
    document = page(f"<h1>Numbers</h1><p>{LEAD}</p>{written(table)}<p>{LONG}</p>")
    assert read_tables(document) == [expected_cells(table)]


@TABLE_COUNT
@given(random_tables())
def test_each_cell_of_a_table_of_a_book_is_read_back(table: RandomTable) -> None:
    (document,) = book(f"<h1>Numbers</h1><p>{LEAD}</p>{written(table)}<p>{LONG}</p>")
    assert isinstance(document, Document)
    assert read_tables(document) == [expected_cells(table)]


# --- the article ------------------------------------------------------------------------------


def test_headings_have_their_levels() -> None:
    document = page(f"<h1>Ferry</h1><p>{LEAD}</p><h2>Fares</h2><p>{LONG}</p>", title="Harbour")
    offset = document.text.index(LONG)
    assert context_at(document.blocks, offset) == ("Ferry", "Fares")
    headings = find_blocks(document.blocks, "heading")
    assert [(heading.text, heading.level) for heading in headings] == [("Ferry", 1), ("Fares", 2)]


def test_the_title_above_sections_is_a_heading_once() -> None:
    document = page(f"<h1>Quay to be widened</h1><p>{LEAD}</p><h2>Fares</h2><p>{LONG}</p>")
    headings = [heading.text for heading in find_blocks(document.blocks, "heading")]
    assert headings == ["Quay to be widened", "Fares"]


@pytest.mark.parametrize(
    ("lost", "text"),
    [
        (
            "<figure><img src=q><figcaption>The quay before the work</figcaption></figure>",
            "The quay before the work",
        ),
        ("<p>It weighs <math><mi>m</mi><mo>=</mo><mn>9.81</mn></math> tons.</p>", "m = 9.81"),
        ("<noscript><p>The table of tides stands in the annex.</p></noscript>", "table of tides"),
        ("<ul><li>Piles: <b>44</b></li><li>Nights: 12</li></ul>", "Nights: 12"),
        ("<h3>What it costs</h3>", "What it costs"),
        (f"<div><span class='block head'>Step 4</span><p>{RAIN}</p></div>", "Step 4"),
        (FACT_BOX, "Length: 312 m"),
    ],
)
def test_what_trafilatura_loses_is_taken_from_the_page(lost: str, text: str) -> None:
    document = page(f"<h1>Fees</h1><p>{LEAD}</p><p>{LONG}</p>{lost}<p>{RAIN} {LONG}</p>")
    assert text in document.text


def test_the_times_of_a_live_blog_stay() -> None:
    entries = "".join(
        f"<div class=entry><time datetime=2026-03-0{n}T10:00>1{n}:05</time><p>{n}. {LONG}</p></div>"
        for n in range(1, 5)
    )
    document = page(f"<h1>Live</h1><p>{LEAD}</p>{entries}")
    assert [time for time in ("11:05", "12:05", "13:05", "14:05") if time in document.text] == [
        *("11:05", "12:05", "13:05", "14:05")
    ]


def test_other_articles_below_are_left_out() -> None:
    teasers = "".join(
        f"<div class=card><h3><a href=/a{n}>The other story number {n} of the day</a></h3>"
        f"<p>In story {n} the county council of Skerry votes on a new road to the lake.</p></div>"
        for n in range(6)
    )
    document = read_html(
        Path("a.html"),
        f"<html><head><title>Quay</title></head><body><div><div><h1>Quay</h1><p>{LEAD}</p><p>{LONG}"
        f"</p><p>{LONG} Yes.</p></div><div class=stream>{teasers}</div></div></body></html>",
    )
    assert LEAD in document.text
    assert "other story" not in document.text
    assert "county council" not in document.text


def test_a_page_with_a_few_words_is_read() -> None:
    assert page("<p>Closed on Monday.</p>").text == "Closed on Monday."


def test_an_article_that_stands_in_a_script_only_is_read() -> None:
    data = f'{{"@type": "NewsArticle", "articleBody": "{LEAD} {LONG} {RAIN} {LONG}"}}'
    html = (
        f'<html><head><script type="application/ld+json">{data}</script></head>'
        "<body><p>Your browser is old.</p></body></html>"
    )
    assert LEAD in read_html(Path("a.html"), html).text


@given(
    st.lists(
        st.sampled_from(
            [
                *("<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "</ul>"),
                *("<sup>1</sup>", "<h2>", "</h2>", "<br>", "<pre>", "</pre>", "a b ", " 7", "\n"),
                *("<dl><dt>", "<dd>", "<math><mi>x</mi></math>", "<figure><figcaption>", "<q>"),
                *("<li id=fn1>", "<th colspan=3>", "<td rowspan=0>", "<blockquote>", "<del>x"),
            ]
        ),
        max_size=25,
    )
)
def test_any_html_is_read_with_blocks_over_its_text(pieces: list[str]) -> None:
    content = html_content("".join(pieces))
    for block in walk(content.blocks):
        assert content.text[block.start : block.end] == block.text


# --- books ------------------------------------------------------------------------------------


def book(chapter: str, **more: str) -> list[object]:
    xhtml = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>'
        f"<body>{chapter}</body></html>"
    )
    data = made_files.epub(**({"OEBPS/text/one.xhtml": xhtml} | more))
    return list(read_source(Source("a.epub", lambda: io.BytesIO(data), {})))


def test_a_footnote_of_a_book_is_one_and_its_reference_a_mark() -> None:
    (document,) = book(
        '<h1>One</h1><p>It sails<a epub:type="noteref" href="#n1">1</a> in May.<a id="x"/></p>'
        '<aside epub:type="footnote" id="n1"><p>1. Every year.</p></aside>'
    )
    assert isinstance(document, Document)
    assert "It sails in May." in document.text
    (note,) = find_blocks(document.blocks, "footnote")
    assert (note.marker, note.text) == ("1", "Every year.")
    assert [mark.marker for mark in find_blocks(document.blocks, "mark")] == ["1"]


def test_a_chapter_without_a_heading_has_its_title_from_the_contents() -> None:
    contents = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="toc"><ol><li>'
        '<a href="text/one.xhtml">The quay</a></li></ol></nav></body></html>'
    )
    manifest = made_files.BOOK.replace(
        "<manifest>",
        '<manifest><item id="n" href="nav.xhtml" properties="nav" '
        'media-type="application/xhtml+xml"/>',
    ).replace("<spine>", '<spine><itemref idref="n"/>')
    (document,) = book(
        f"<p>{RAIN}</p>", **{"OEBPS/nav.xhtml": contents, "OEBPS/book.opf": manifest}
    )
    assert isinstance(document, Document)
    headings = [heading.text for heading in find_blocks(document.blocks, "heading")]
    assert headings == ["The quay", "Two"]
    assert document.text.count("The quay") == 1


def test_a_page_that_is_nearly_all_article_keeps_every_line() -> None:
    lists = "<dl><dt>Draught<dd>2.4 m</dl><ol><li>Lock</ol><ol start=2><li>Ring</ol>"
    code = "<div class=panel><pre>pump --start</pre></div>"
    document = page_of(f"<h1>Quay</h1><p>The fee is 25 crowns.</p><p>{LEAD}</p>{lists}{code}")
    assert document.text.split("\n\n")[1:] == [
        *("The fee is 25 crowns.", LEAD, "Draught: 2.4 m", "Lock", "Ring", "pump --start")
    ]


def test_a_style_or_a_role_makes_words_struck_out_and_raised_and_cells_of_a_table() -> None:
    style = "<style>.c1{text-decoration:line-through}</style>"
    fee = "The fee is <span class=c1>400</span> 25<span style='vertical-align:super'>7</span> kr"
    row = "<div role=row><span role={0}>{1}</span><span role={0}>{2}</span></div>"
    rows = row.format("columnheader", "Zone", "Price") + row.format("cell", "1", "30")
    document = page_of(f"{style}<p>{LEAD}</p><p>{fee}</p><div role=table>{rows}</div>")
    assert document.text.endswith("The fee is 25 kr\n\nZone; Price\nZone: 1; Price: 30")


def test_a_numerator_stays_beside_its_denominator() -> None:
    assert html_to_text(
        "<p>1<sup>1</sup>/<sub>2</sub> cups, <sup>3</sup>&frasl;<sub>4</sub> kg"
    ) == ("1 1/2 cups, 3⁄4 kg")


def test_a_label_and_its_value_in_elements_side_by_side_are_two_words() -> None:
    row = "<div><span class=label>Max. pressure</span><span class=value>4.5 bar</span></div>"
    word = "<p><span>Har</span><span>bour</span> <b>T</b>he</p>"
    assert html_to_text(row + word) == "Max. pressure 4.5 bar\n\nHarbour The"


def test_the_items_of_a_list_in_a_cell_stay_apart() -> None:
    table = "<table><tr><th>Duties<th>Born<tr><td><ul><li>radio<li>first aid</ul><td>1987</table>"
    assert html_to_text(table).endswith("Duties: radio, first aid; Born: 1987")
