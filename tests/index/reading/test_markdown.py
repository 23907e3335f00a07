"""Markdown becomes prose and blocks; its markup, its front matter and its comments are not text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_tables import (
    TABLE_COUNT,
    RandomCell,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import Document
from sourcebook.index.documents.sentences import block_sentences
from sourcebook.index.reading.text.markdown import read_markdown
from sourcebook.index.structure.blocks import Block, BlockKind, find_blocks, walk

PLACE = Path("a.md")


def blocks(document: Document, kind: BlockKind) -> list[Block]:
    return find_blocks(document.blocks, kind)


def texts(document: Document, kind: BlockKind) -> list[str]:
    return [block.text for block in blocks(document, kind)]


def test_markup_is_not_in_the_text() -> None:
    document = read_markdown(
        PLACE,
        "The **north** pier has `11` metres, [see](https://a.example) <b>there</b>.\nAnd *more*.",
    )
    assert document.text == "The north pier has 11 metres, see there. And more."


def test_a_link_by_the_template_of_a_site_is_a_link() -> None:
    document = read_markdown(
        PLACE, 'Mind the [exemptions]({% page "/hr/#exempt" %}) and [rates]({{ site.rates }}).'
    )
    assert document.text == "Mind the exemptions and rates."
    tag = read_markdown(PLACE, 'Press it.\n\n{% image "press.png" "A hand" %}\n\n{{< note >}}Off.')
    assert tag.text.split() == ["Press", "it.", "Off."]
    code = read_markdown(PLACE, "It is written `[exemptions]({% page 'hr' %})` there.")
    assert "({% page 'hr' %})" in code.text


def test_the_title_is_the_first_heading_and_no_comment_in_code() -> None:
    document = read_markdown(
        PLACE, "```sh\n# install\nls\n```\n\n## Fares\n\n# The *ferry*\n\nText."
    )
    assert document.title == "The ferry"
    (code,) = blocks(document, "code")
    assert (code.text, code.language) == ("# install\nls", "sh")
    assert [(b.text, b.level) for b in blocks(document, "heading")] == [
        ("Fares", 2),
        ("The ferry", 1),
    ]


def test_lists_have_their_numbers_and_stand_in_each_other() -> None:
    document = read_markdown(PLACE, "3. Open it\n4. Turn it\n   - left\n   - right\n")
    assert [(b.marker, b.text) for b in blocks(document, "item")] == [
        ("3.", "Open it"),
        ("4.", "Turn it\nleft\nright"),
        ("•", "left"),
        ("•", "right"),
    ]
    assert document.text == "Open it\nTurn it\nleft\nright"


def test_a_table_has_a_line_a_row_and_the_head_of_each_cell() -> None:
    document = read_markdown(
        PLACE,
        "| Route | Adult | Child |\n|---|---:|---|\n| Sk\\|erry | 12.50 | |\n| Oy | 18 | 9 |\n",
    )
    assert document.text == (
        "Route; Adult; Child\nRoute: Sk|erry; Adult: 12.50\nRoute: Oy; Adult: 18; Child: 9"
    )
    empty = [b.cell for b in blocks(document, "cell") if not b.text]
    assert [cell.heads for cell in empty if cell] == [("Child", "Sk|erry")]


@pytest.mark.parametrize(
    ("markdown", "text", "marks"),
    [
        ("It costs 25[^7] crowns.\n\n[^7]: Half for children.", "It costs 25 crowns.", ["7"]),
        ("It costs 25<sup>7</sup> crowns.", "It costs 25 crowns.", ["7"]),
        ("It holds 10<sup>6</sup> litres.", "It holds 10⁶ litres.", []),
        ("The fee is ~~400~~ 450 crowns.", "The fee is 450 crowns.", []),
        ("The fee is <del>400</del> 450 crowns.", "The fee is 450 crowns.", []),
        ("From $5 to $10 a day.", "From $5 to $10 a day.", []),
        ("So $E = mc^2$ holds.", "So E = mc^2 holds.", []),
    ],
)
def test_a_number_stays_a_number(markdown: str, text: str, marks: list[str]) -> None:
    document = read_markdown(PLACE, markdown)
    assert document.text.split("\n\n")[0] == text
    assert [block.marker for block in blocks(document, "mark")] == marks


def test_a_footnote_is_a_block_with_its_sign() -> None:
    document = read_markdown(PLACE, "It costs 25 crowns[^fare].\n\n[^fare]: Half for children.")
    assert [(b.marker, b.text) for b in blocks(document, "footnote")] == [
        ("fare", "Half for children.")
    ]


def test_what_obsidian_writes_is_read_as_it_shows_it() -> None:
    document = read_markdown(
        PLACE,
        "See [[Harbour#Fees|the fees]] and [[Quay]], ==now== %%not this%%.\n\n"
        "> [!warning] Dogs\n> None on board.\n",
    )
    assert document.text == "See the fees and Quay, now .\n\nDogs\nNone on board."
    assert texts(document, "quote") == ["Dogs\nNone on board."]


def test_a_picture_alone_is_a_figure_with_its_description() -> None:
    document = read_markdown(PLACE, "![A map of the quay](map.png)\n\nText.")
    assert texts(document, "figure") == ["A map of the quay"]


def test_terms_stand_before_what_they_mean() -> None:
    document = read_markdown(PLACE, "Quay\n: A wall for ships\n\nMole\n: A wall for waves\n")
    assert texts(document, "item") == ["Quay: A wall for ships", "Mole: A wall for waves"]


def test_code_is_one_sentence_whatever_it_holds() -> None:
    document = read_markdown(PLACE, "Run this.\n\n```\nx = 1. Then = 2\ny. Z\n```\n")
    assert [document.text[s.start : s.end] for s in block_sentences(document)] == [
        "Run this.",
        "x = 1. Then = 2\ny. Z",
    ]


@pytest.mark.parametrize(
    ("front_matter", "title", "author"),
    [
        ("title: Fares: the new ones\nauthor: Ann", "Fares: the new ones", "Ann"),
        ("title: 'Fares'\nauthors:\n  - Ann\n  - Bo", "Fares", "Ann, Bo"),
        ("title: Fares: new\nauthors:\n  - Ann\n  - Bo", "Fares: new", "Ann, Bo"),
        ('# a note\ntitle: "Fares"', "Fares", None),
    ],
)
def test_front_matter_is_read_with_colons_too(
    front_matter: str, title: str, author: str | None
) -> None:
    document = read_markdown(PLACE, f"---\n{front_matter}\n---\nThe text.")
    assert (document.title, document.author) == (title, author)
    assert document.text == "The text."


@pytest.mark.parametrize(
    "inner", ["The deposit is two hundred crowns.", "One.\n\nTwo: three\nfour"]
)
def test_text_between_two_rules_stays(inner: str) -> None:
    document = read_markdown(PLACE, f"---\n\n{inner}\n\n---\n\nThe rest.")
    for line in inner.split("\n"):
        assert line in document.text
    assert "The rest." in document.text


def test_a_handbook_keeps_every_line() -> None:
    lines = ["Unsubscribe", "Privacy policy", "We use cookies to remember your language.", "Share"]
    document = read_markdown(PLACE, "# Handbook\n\n" + "\n\n".join(lines))
    assert document.text.split("\n\n")[1:] == lines
    assert document.removed == ()


def written(table: RandomTable) -> str:
    """Write a table as GFM has it, each sign of punctuation escaped."""

    def cell(cell: RandomCell) -> str:
        text = re.sub(r"([!-/:-@[-`{-~])", r"\\\1", cell.text)
        sign = re.sub(r"([*†])", r"\\\1", cell.mark) if cell.mark == "*" else cell.mark
        return f"{text}<sup>{sign}</sup>" if sign else text

    rows = ["| " + " | ".join(map(cell, row)) + " |" for row in table.rows]
    return "\n".join([rows[0], "|" + "---|" * table.width, *rows[1:]])


@TABLE_COUNT
@given(random_tables(has_spans=False))
def test_each_cell_of_a_table_is_read_back(table: RandomTable) -> None:
    document = read_markdown(PLACE, written(table))
    assert read_tables(document) == [expected_cells(table)]


@given(st.text(alphabet=st.sampled_from("ab1 \n*_`#|-[]()<>!^~$:>&\\"), max_size=80))
def test_any_markdown_is_read_with_blocks_over_its_text(text: str) -> None:
    document = read_markdown(PLACE, text)
    for block in walk(document.blocks):
        assert document.text[block.start : block.end] == block.text


def test_lines_of_names_with_values_stay_lines_and_a_wrapped_sentence_does_not() -> None:
    document = read_markdown(Path("a.md"), "Owner: Orla\n**Status:** done\n\nNote: it is\nlong.\n")
    assert document.text == "Owner: Orla\nStatus: done\n\nNote: it is long."


def test_percent_signs_in_code_are_no_comment() -> None:
    text = "%%hidden%%\n\n```bat\nfor %%i in (*.txt) do echo %%i\n```\n\nAlso `%%j` and `%%k`.\n"
    assert read_markdown(Path("a.md"), text).text == (
        "for %%i in (*.txt) do echo %%i\n\nAlso %%j and %%k."
    )


def test_obsidian_names_its_author_by_a_link_and_its_date_by_created() -> None:
    text = "---\nauthor: [[Orla Fenwick]]\ncreated: 2024-03-04\n---\nThe fee is 25 crowns.\n"
    document = read_markdown(Path("a.md"), text)
    assert document.author == "Orla Fenwick"
    assert document.published is not None
    assert document.published.date().isoformat() == "2024-03-04"


def test_a_numerator_in_raised_letters_stays_a_number() -> None:
    document = read_markdown(Path("a.md"), "It takes 1<sup>1</sup>/<sub>2</sub> cups.\n")
    assert document.text == "It takes 1 1/2 cups."
