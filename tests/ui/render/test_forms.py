"""Sentences of every form, at every door: lists, steps, code, tables, headings, notes."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from answer_forms import CODE, EVERY_FORM, GREETING, STEPS, cell, composed, row_text, said, step
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sourcebook.rag.answer import FORMS, Answer, Sentence
from sourcebook.rag.question import KINDS, Kind
from sourcebook.rag.verification import remark
from sourcebook.ui.cli.ask import AnswerForm
from sourcebook.ui.render import clean
from sourcebook.ui.render import text as render
from sourcebook.ui.render.chips import KIND_NAMES
from sourcebook.ui.render.forms import AnswerTable, Items, Prose, group

MARKUP = re.compile(r"\*\*|^#|\|", re.MULTILINE)


def texts(html: str, tag: str) -> list[str]:
    """What stands in each element of that name, without its marks."""
    html = re.sub(r"<sup.*?</sup>", "", html)
    inner = re.findall(rf"<{tag}(?: [^>]*)?>(.*?)</{tag}>", html)
    return [re.sub(r"<[^>]*>", "", each.replace("<br>", "\n")) for each in inner]


def markdown(source: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(source)


# --- the page ---

HTML = render.answer_html(EVERY_FORM)


def test_each_form_is_the_element_that_it_is() -> None:
    first, second = texts(HTML, "ol")
    assert first == "1. Stop the ferry bell.2. Empty the spool:"
    assert second == "3. Ring the bell again."
    assert texts(HTML, "h4") == ["Cleaning", "Fares"]
    assert texts(HTML, "ul") == [
        "Route: Skerry; Adult: 12.50; Child: 6.25Route: Marwick; Adult: 8.20; Child: 4.10"
    ]
    assert texts(HTML, "pre") == [CODE]
    assert texts(HTML, "figcaption") == ["sh"]
    assert texts(HTML, "th") == ["Skerry", "Marwick", "Adult", "Bell"]
    assert texts(HTML, "td") == [
        *("", "12.50", "8.20", "It weighs 40 kilograms."),
        "No article tells this.",
    ]
    assert re.findall(r'<p class="sb-remark">', HTML) == ['<p class="sb-remark">'] * 2
    assert not MARKUP.search(HTML)


def test_every_sentence_keeps_its_marks() -> None:
    expected = [number for s in EVERY_FORM.sentences for number in s.citations]
    assert len(expected) == 11
    assert [int(n) for n in re.findall(r'href="#source-(\d+)"', HTML)] == expected


def test_only_the_page_has_buttons() -> None:
    assert "<button" not in render.to_html(EVERY_FORM)
    assert render.answer_html(EVERY_FORM, is_live=True).count('data-act="code"') == 1


def test_an_export_has_its_headings_below_the_question() -> None:
    assert texts(render.to_html(EVERY_FORM), "h3") == ["Cleaning", "Fares", "Sources"]


def test_a_heading_of_code_is_its_language_or_says_that_it_is_code() -> None:
    html = render.answer_html(composed(said(CODE, "code")))
    assert texts(html, "figcaption") == ["Code"]


def test_a_cell_that_nothing_stands_in_says_so() -> None:
    sparse = composed(cell("12.50", "Adult", "Skerry"), cell("4.10", "Child", "Marwick"))
    nothing = "No article tells this."
    assert texts(render.answer_html(sparse), "td")[1:] == ["12.50", nothing, nothing, "4.10"]
    assert render.to_text(sparse).count(nothing) == 2
    assert render.to_markdown(sparse).count(nothing) == 2


def test_two_sentences_of_one_cell_stand_in_it_together() -> None:
    told = composed(
        cell("The bell hangs in the stern.", "Bell", "Skerry"),
        cell("It weighs 40 kilograms.", "Bell", "Skerry"),
    )
    assert texts(render.answer_html(told), "td")[1:] == [
        "The bell hangs in the stern. It weighs 40 kilograms."
    ]


def test_rows_without_heads_begin_where_a_column_comes_again() -> None:
    parts = [
        said(text, "cell", column=column)
        for text, column in (("12.50", "Adult"), ("6.25", "Child"), ("8.20", "Adult"))
    ]
    (table,) = group(composed(*parts))
    assert isinstance(table, AnswerTable)
    assert not table.has_row_heads
    assert [[c[0].text if c else "" for c in row.cells] for row in table.rows] == [
        ["12.50", "6.25"],
        ["8.20", ""],
    ]


def test_remarks_before_everything_else_are_the_answer() -> None:
    counted = composed(remark("You have 5 articles."), said("12.50", "item"), remark("2 more."))
    first, items, last = group(counted)
    assert isinstance(first, Prose)
    assert isinstance(items, Items)
    assert texts(render.answer_html(counted), "p")[0] == "You have 5 articles."
    assert last.__class__.__name__ == "Note"


# --- no doubt where nothing is weighed ---


@pytest.mark.parametrize("kind", ["library", "small-talk"])
def test_what_is_computed_has_no_word_of_confidence(kind: Kind) -> None:
    computed = replace(GREETING, kind=kind, confidence=0.0)
    for html in (render.answer_html(computed), render.to_html(computed)):
        assert "sb-sure" not in html
        assert "%" not in html
    assert "sb-sure" in render.answer_html(replace(GREETING, kind="fact"))


def test_what_small_talk_offers_is_a_button_in_the_page_alone() -> None:
    live = render.answer_html(GREETING, is_live=True)
    assert re.findall(r'data-ask="(.*?)"', live) == [
        "Summarise “Ferry handbook”.",
        "How many articles are there?",
    ]
    assert texts(live, "p")[0] == "Hello! I answer questions from your articles."
    assert "<button" not in render.to_html(GREETING)


# --- the kind ---


def test_the_kind_is_a_chip_that_offers_the_others() -> None:
    html = render.chips_html(EVERY_FORM, is_live=True)
    assert "Asked as: steps to follow" in html
    offered = re.findall(r'data-kind="(.*?)"', html)
    assert "how-to" not in offered
    assert {"fact", "list", "summary", "comparison"} <= set(offered)
    assert render.chips_html(EVERY_FORM) == ""


def test_every_kind_has_a_name_and_the_terminal_offers_what_the_page_does() -> None:
    assert set(KIND_NAMES) == set(KINDS)
    fact = replace(EVERY_FORM, kind="small-talk")
    offered = re.findall(r'data-kind="(.*?)"', render.chips_html(fact, is_live=True))
    assert tuple(offered) == AnswerForm.__args__  # type: ignore[attr-defined]


# --- cards ---


def test_the_quote_of_a_cell_is_shown_in_its_row_under_the_heads() -> None:
    html = render.sources_html(composed(said("8.20", "cell")).citations)
    assert texts(html, "th") == ["Route", "Adult", "Child", "Marwick"]
    assert texts(html, "td") == ["8.20", "4.10"]
    assert texts(html, "mark") == ["8.20"]


def test_the_quote_of_a_row_is_marked_in_all_its_cells() -> None:
    html = render.sources_html(composed(said(row_text(1), "item")).citations)
    assert texts(html, "mark") == ["Skerry", "12.50", "6.25"]


def test_what_stands_around_a_quote_ends_where_code_or_a_table_begins() -> None:
    (citation,) = composed(step(3)).citations
    html = render.sources_html([citation])
    before = "Bells and fares\nThe bell hangs in the stern. It weighs 40 kilograms."
    around = "\n".join([before, *STEPS])
    assert texts(html, "blockquote") == [f"{around}\N{NO-BREAK SPACE}…"]


def test_the_quote_of_code_keeps_its_lines() -> None:
    html = render.sources_html(composed(said(CODE, "code")).citations)
    assert texts(html, "code") == [CODE]


# --- the terminal ---

TEXT = render.to_text(EVERY_FORM, 70)


def test_plain_text_is_aligned_and_has_no_markup() -> None:
    answer_lines, _, sources = TEXT.partition("\n\nSources\n\n")
    assert answer_lines == (
        "The bell hangs in the stern. [1] It weighs 40 kilograms. [2]\n"
        "\n"
        "Cleaning\n"
        "1. Stop the ferry bell. [3]\n"
        "2. Empty the spool: [4]\n"
        "\n"
        "    if test -d spool; then\n"
        "        rm -r spool\n"
        "    fi\n"
        "    [5]\n"
        "\n"
        "3. Ring the bell again. [6]\n"
        "\n"
        "Fares\n"
        "• Route: Skerry; Adult: 12.50; Child: 6.25 [7]\n"
        "• Route: Marwick; Adult: 8.20; Child: 4.10 [8]\n"
        "\n"
        "        Skerry                        Marwick\n"
        "────────────────────────────────────────────────────────────\n"
        "Adult   12.50 [9]                     8.20 [10]\n"
        "Bell    It weighs 40 kilograms. [2]   No article tells this.\n"
        "\n"
        "Looked at 14 passages of 5 articles.\n"
        "1 item that no source supports was left out."
    )
    assert not MARKUP.search(TEXT)
    assert "    Marwick   8.20    4.10\n" in sources
    assert "    if test -d spool; then\n        rm -r spool\n    fi\n" in sources


@pytest.mark.parametrize("width", [24, 32, 40, 60, 80])
def test_a_table_is_fitted_to_the_width(width: int) -> None:
    code_lines = {"    " + line for line in CODE.split("\n")}
    lines = render.to_text(EVERY_FORM, width).splitlines()
    assert max(len(line) for line in lines if line not in code_lines) <= width
    words = " ".join(render.to_text(EVERY_FORM, width).split())
    assert "8.20 [10]" in words


# --- Markdown ---


def test_markdown_is_real_markdown() -> None:
    answer_part = render.to_markdown(EVERY_FORM).partition("\n[^1]:")[0]
    tokens = markdown(answer_part)
    starts = [t.attrs.get("start", 1) for t in tokens if t.type == "ordered_list_open"]
    assert starts == [1, 3]
    assert sum(t.type == "list_item_open" for t in tokens) == 3 + 2
    (fence,) = [t for t in tokens if t.type == "fence"]
    assert (fence.info, fence.content) == ("sh", CODE + "\n")
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h2", "h3", "h3"]
    assert sum(t.type == "tr_open" for t in tokens) == 3
    assert sum(t.type == "td_open" for t in tokens) == 6
    for number in range(1, 11):
        assert f"[^{number}]" in answer_part


def test_a_marker_that_is_no_number_stands_in_a_plain_item() -> None:
    lettered = composed(said("Stop the ferry bell.", "step", marker="a)"), step(2))
    lines = render.to_markdown(lettered).splitlines()[2:4]
    assert lines == ["- a) Stop the ferry bell.[^1]", "2. Empty the spool:[^2]"]
    assert texts(render.answer_html(lettered), "li")[0] == "a) Stop the ferry bell."


# --- only data ---

HOSTILE = (
    *("<script>alert(1)</script>", "**bold**", "# Heading", "| a | b |", "```", "- item"),
    *("1. item", "\x1b[31mred", "a\nb", "\u2028", '" onclick="x', "[x](https://e.example)", ""),
)
words = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6), min_size=1, max_size=3).map(
    " ".join
)
filled = words.filter(lambda text: bool(text.strip()))


@st.composite
def hostile_answers(draw: st.DrawFn) -> Answer:
    """An answer of any forms in any order with hostile text wherever there is text."""
    sentences: list[Sentence] = []
    text = ""
    for _ in range(draw(st.integers(1, 6))):
        said_text = draw(filled)
        start = len(text)
        text += said_text + draw(st.sampled_from([" ", "\n"]))
        optional = {
            name: draw(st.none() | words) for name in ("marker", "language", "row", "column")
        }
        sentences.append(
            Sentence(
                *(said_text, start, start + len(said_text), (), 1.0, True),
                form=draw(st.sampled_from(FORMS)),
                **optional,  # type: ignore[arg-type]
            )
        )
    return replace(EVERY_FORM, text=text, sentences=tuple(sentences), citations=())


@pytest.mark.slow
@given(hostile_answers())
def test_nothing_of_any_form_becomes_html_or_commands_a_terminal(hostile: Answer) -> None:
    html = render.answer_html(hostile, is_live=True)
    assert "<script" not in html
    assert "\n" not in html
    assert not re.search(r'<[^>]*"\s*onclick', html)
    output = render.to_text(hostile) + render.to_text(hostile, 50)
    assert [c for c in output if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160] == []
    shown = _letters(unescape(re.sub(r"<[^>]*>", "", html)))
    for sentence in hostile.sentences:
        assert _letters(sentence.text) in shown
        if sentence.form != "cell":  # the lines of a column stand between those of others
            assert _letters(sentence.text) in _letters(render.to_text(hostile))


def _letters(text: str) -> str:
    return "".join(clean(text).split())


@pytest.mark.slow
@given(hostile_answers())
def test_nothing_of_any_form_becomes_other_markdown(hostile: Answer) -> None:
    tokens = markdown(render.to_markdown(hostile))
    cells = [s for s in hostile.sentences if s.form == "cell"]
    headings = [s for s in hostile.sentences if s.form == "heading"]
    codes = [s for s in hostile.sentences if s.form == "code"]
    assert sum(t.type == "heading_open" for t in tokens) == 1 + len(headings)
    assert sum(t.type == "fence" for t in tokens) == len(codes)
    assert any(t.type == "table_open" for t in tokens) == bool(cells)
    for token in tokens:
        for child in token.children or []:
            assert child.type not in {"html_inline", "image", "link_open"}
