"""An article to be read: its text in full, the quote where it stands, and nothing but data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from late import late_import

from sourcebook.index import Document, Library, make_document
from sourcebook.index.documents.records import Passage
from sourcebook.ui.render.escaping import clean
from sourcebook.ui.render.reading import PageStart, TextSpan, article_html, page_starts, part_html

if TYPE_CHECKING:
    from sourcebook.ui.page import reader
else:
    reader = late_import("sourcebook.ui.page.reader")

TEXT = "GENEVA. They met on Monday.\n\nThe talks took eight hours. Nobody gave way.\nThey parted."
ARTICLE = Document(
    "d1",
    TEXT,
    "Eight hours in Geneva",
    "Harbour Courier",
    "A. Writer",
    datetime(2022, 1, 10, tzinfo=UTC),
    path="articles/geneva.pdf",
)
QUOTE = "The talks took eight hours."


class Reader(HTMLParser):
    """What a reader sees: the text of the paragraphs, the highlighted runs, the tags used."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self.marks: list[tuple[str, str]] = []
        self.pages: list[str] = []
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name = attributes.get("class") or ""
        self.tags.add(tag)
        self._open.append((tag, name))
        if tag == "p" and not name:
            self.paragraphs.append("")
        if tag == "mark":
            self.marks.append((name, ""))
        if tag == "button":
            self.parts.append(attributes.get("data-part") or "")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if ("p", "") in self._open:
            self.paragraphs[-1] += data
        if self._open and self._open[-1][0] == "mark":
            name, text = self.marks[-1]
            self.marks[-1] = (name, text + data)
        if self._open and self._open[-1] == ("p", "sb-page"):
            self.pages.append(data)


def place(quote: str, text: str = TEXT) -> TextSpan:
    return TextSpan(text.index(quote), text.index(quote) + len(quote))


def test_the_whole_article_is_there_with_the_quote_highlighted_in_it() -> None:
    seen = Reader(article_html(ARTICLE, place(QUOTE)))
    assert seen.paragraphs == [line for line in TEXT.split("\n") if line]
    assert seen.marks == [("sb-quoted sb-here", QUOTE)]


def test_title_source_author_date_and_page_stand_above() -> None:
    html = article_html(ARTICLE, place(QUOTE), pages=[PageStart(0, 1), PageStart(29, 2)])
    head = html.partition('<div class="sb-text"')[0]
    for line in ("Eight hours in Geneva", "Harbour Courier", "A. Writer", "10 January 2022"):
        assert line in head
    assert "page 2" in head
    assert "geneva.pdf" in head


def test_the_original_is_opened_at_the_quote_a_pdf_at_its_page() -> None:
    pages = [PageStart(0, 1), PageStart(29, 2)]
    pdf = replace(ARTICLE, media_type="application/pdf")
    quote, here = place("They parted."), "/original?document=d1"
    html = article_html(pdf, quote, pages=pages, original=here)
    assert f'href="{here}#page=2:~:text=They%20parted."' in html
    assert f'href="{here}"' in article_html(pdf, pages=pages, original=here)
    assert "href" not in article_html(pdf, quote, pages=pages)

    fetched = replace(pdf, url="https://a.example/b.pdf")
    address = "https://a.example/b.pdf#page=2:~:text=They%20parted."
    assert f'href="{address}"' in article_html(fetched, quote, pages=pages)
    slides = replace(fetched, media_type="text/html")
    address = "https://a.example/b.pdf#:~:text=They%20parted."
    assert f'href="{address}"' in article_html(slides, quote, pages=pages)


def test_a_quote_over_two_paragraphs_is_highlighted_in_both_and_begins_once() -> None:
    seen = Reader(article_html(ARTICLE, place("Nobody gave way.\nThey parted.")))
    assert seen.marks == [("sb-quoted sb-here", "Nobody gave way."), ("sb-quoted", "They parted.")]


def test_other_quotes_of_the_answer_are_marked_quietly_and_may_overlap() -> None:
    others = [place("They parted."), place("hours. Nobody")]
    seen = Reader(article_html(ARTICLE, place(QUOTE), other_quotes=others))
    assert seen.marks == [
        ("sb-quoted sb-here", "The talks took eight "),
        ("sb-quoted", "hours."),
        ("sb-also-quoted", " Nobody"),
        ("sb-also-quoted", "They parted."),
    ]


def test_pages_are_named_where_they_begin() -> None:
    passages = [
        Passage("a", "d1", "x", 0, 5, 1),
        Passage("b", "d1", "x", 5, 9, 1),
        Passage("c", "d1", "x", TEXT.index("They parted"), len(TEXT), 3),
    ]
    assert page_starts(passages) == [PageStart(0, 1), PageStart(TEXT.index("They parted"), 3)]
    html = article_html(ARTICLE, pages=page_starts(passages))
    assert Reader(html).pages == ["Page 1", "Page 3"]
    assert html.index("Page 3") < html.index("They parted")
    assert html.index("Nobody") < html.index("Page 3")


def test_passages_without_pages_name_none() -> None:
    assert page_starts([Passage("a", "d1", "x", 0, 5)]) == []


def test_a_note_stands_above_the_text() -> None:
    assert (
        "no longer"
        in article_html(ARTICLE, note="The quote no longer stands here").partition(
            '<div class="sb-text"'
        )[0]
    )


def test_of_a_long_article_the_surroundings_come_first_and_the_rest_on_request() -> None:
    lines = [f"Line {number} tells of something." for number in range(2000)]
    long = replace(ARTICLE, text="\n".join(lines))
    quote = place(lines[1000], long.text)
    seen = Reader(article_html(long, quote, reach=3000))
    assert seen.marks == [("sb-quoted sb-here", lines[1000])]
    assert 100 < len(seen.paragraphs) < 250
    read = list(seen.paragraphs)
    parts = seen.parts
    assert len(parts) == 2
    while parts:
        start, _, end = parts.pop().partition(":")
        more = Reader(part_html(long, int(start), int(end), most=9000))
        assert 0 < sum(map(len, more.paragraphs)) <= 9000
        read = [*more.paragraphs, *read] if start == "0" else [*read, *more.paragraphs]
        parts += more.parts
    assert read == lines


def test_an_article_of_one_endless_line_is_cut_at_words() -> None:
    endless = replace(ARTICLE, text="word " * 100_000)
    seen = Reader(article_html(endless, TextSpan(250_000, 250_004), reach=2000))
    assert 3000 < len(seen.paragraphs[0]) <= 4004
    assert set(seen.paragraphs[0].split()) == {"word"}


@pytest.mark.parametrize("bounds", [(-1, 3), (3, 3), (4, 3)])
def test_a_place_without_text_is_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no text stands at"):
        TextSpan(*bounds)


# Articles are clean: white space that is a control character stands in none.
_CONTROL_SPACE = re.compile(r"[\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
TEXTS = st.text(
    st.sampled_from("ab \n<>&\"'`\u202e\x00\x1b" + "é😀") | st.characters(),
    min_size=1,
    max_size=120,
).map(lambda text: _CONTROL_SPACE.sub("", text) or "a")


@given(TEXTS, st.data())
def test_every_character_is_shown_once_whatever_is_highlighted(
    text: str, data: st.DataObject
) -> None:
    offset = st.integers(0, len(text) - 1)

    def drawn() -> TextSpan:
        start = data.draw(offset)
        return TextSpan(start, data.draw(st.integers(start + 1, len(text) + 3)))

    quote = drawn()
    html = article_html(replace(ARTICLE, text=text), quote, other_quotes=[drawn(), drawn()])
    seen = Reader(html)
    lines = [clean(line) for line in text.split("\n") if line.strip()]
    assert "".join(seen.paragraphs) == "".join(lines)
    highlighted = "".join(words for name, words in seen.marks if "sb-quoted" in name.split())
    quoted_text = text[quote.start : quote.end]
    assert rendered_text(highlighted) == rendered_text(clean(quoted_text))
    assert seen.tags <= {"article", "h2", "bdi", "p", "div", "mark"}


def rendered_text(text: str) -> str:
    """Without white space, and without the sign for control characters, some of which are such."""
    return "".join(text.replace("\N{REPLACEMENT CHARACTER}", "").split())


HOSTILE = (
    '<script>x()</script><img src=x onerror=x()>"><svg onload=x()> ${x()} {{x}} [a](javascript:x)'
)


def test_nothing_in_an_article_becomes_markup() -> None:
    hostile = Document(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, url=f"javascript:{HOSTILE}", path=HOSTILE
    )
    html = article_html(hostile, TextSpan(0, len(HOSTILE)), note=HOSTILE)
    seen = Reader(html)
    assert seen.tags == {"article", "h2", "bdi", "p", "div", "mark"}
    assert unescape(seen.paragraphs[0]) == HOSTILE


def test_the_door_opens_an_article_at_its_quote_and_finds_it_where_it_moved(
    library: Library,
) -> None:
    library.add_documents([make_document(TEXT, title="Eight hours", path="a.txt")])
    (document,) = library.documents()
    start = document.text.index(QUOTE)
    asked = {"document": document.id, "quote": QUOTE, "start": start, "end": start + len(QUOTE)}
    for places in (asked, {**asked, "start": 0, "end": 3}, {**asked, "start": None, "end": None}):
        assert Reader(reader.open_article(library, places)).marks == [("sb-quoted sb-here", QUOTE)]
    assert reader.CHANGE_NOTE in reader.open_article(library, {**asked, "quote": "It took nine."})
    assert Reader(reader.open_article(library, {"document": document.id})).marks == []


@pytest.mark.parametrize(
    "asked",
    [
        *(None, 7, [], {}, {"document": None}, {"document": {"a": 1}}, {"document": "no such"}),
        {"document": "ID", "start": "x", "end": [], "quote": 7, "others": "all"},
        {
            "document": "ID",
            "start": 10**30,
            "end": -1,
            "others": [[2, 1], [1], 5, ["a", "b"], [-1, 2]],
        },
        {"document": "ID", "part": "x:y"},
        {"document": "ID", "part": "-5:99999999999999"},
        {"document": "ID", "part": "7:3"},
        {"document": "ID", "part": None},
    ],
)
def test_whatever_a_browser_asks_for_there_is_an_answer_in_html(
    library: Library, asked: object
) -> None:
    library.add_documents([make_document(TEXT, title="Eight hours", path="a.txt")])
    (document,) = library.documents()
    if isinstance(asked, dict) and asked.get("document") == "ID":
        asked = {**asked, "document": document.id}
    assert reader.open_article(library, asked).startswith("<")
    assert reader.read_on(library, asked).startswith("<") or asked == {
        "document": document.id,
        "part": "7:3",
    }
