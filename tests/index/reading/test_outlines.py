"""reStructuredText and Org: what their markup means is in the blocks, and none in the text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_tables import (
    TABLE_COUNT,
    RandomTable,
    expected_cells,
    random_tables,
    read_tables,
)

from sourcebook.index import Document
from sourcebook.index.errors import ReadError
from sourcebook.index.reading.text.org import read_org
from sourcebook.index.reading.text.rst import read_rst
from sourcebook.index.structure.blocks import find_blocks, walk

RST = """\
The harbour of Marwick
======================

:Author: Orla Fenwick
:Date: 2025-03-04
:Status: draft

The quay is *closed* [1]_ for the winter, see :ref:`the plan <plan>` and ``config.ini``.
Of :strange:`some words` and `a link <https://x.example>`_ and 10\\ :sup:`6`.

.. versionadded:: 2.1
   The night ferry.

.. strange:: An argument
   :option: x

   It costs 42 crowns.

Fares
-----

3. Third
4. Fourth

.. code-block:: python

   def f():
       return 1

.. table:: Prices in crowns

   ======  =====
   Place   Price
   ======  =====
   Nes     12.50
   Skerry  1,250
   ======  =====

.. [1] Since October.
"""

ORG = """\
#+TITLE: The harbour of Marwick
#+AUTHOR: Orla Fenwick
#+DATE: <2025-03-04 Tue>
# a comment
The quay is *closed*[fn:1] for the /winter/, see [[https://x.example][the plan]] and =config.ini=.
The number is 2*3*4 in a/b/c.

* Fares                                                  :work:
DEADLINE: <2025-03-09 Sun>
:PROPERTIES:
:ID: 7
:END:
#+CAPTION: Prices in crowns
| Place  | Price |
|--------+-------|
| Nes    | 12.50 |
| Skerry | 1,250 |

3. Third
4. Fourth
   goes on
   - inner

#+BEGIN_SRC python
def f():
    return 1
#+END_SRC

[fn:1] Since October.
"""


def rst(text: str) -> Document:
    return read_rst(Path("a.rst"), text)


def org(text: str) -> Document:
    return read_org(Path("a.org"), text)


@pytest.mark.parametrize("document", [rst(RST), org(ORG)], ids=["rst", "org"])
def test_an_outline_is_read_with_its_head_and_its_blocks(document: Document) -> None:
    assert document.title == "The harbour of Marwick"
    assert document.author == "Orla Fenwick"
    assert document.published == datetime(2025, 3, 4, tzinfo=UTC)
    assert "The quay is closed for the winter, see the plan and config.ini." in document.text
    (mark,) = find_blocks(document.blocks, "mark")
    (note,) = find_blocks(document.blocks, "footnote")
    assert (mark.marker, note.marker, note.text) == ("1", "1", "Since October.")
    (code,) = find_blocks(document.blocks, "code")
    assert (code.language, code.text) == ("python", "def f():\n    return 1")
    items = [(item.marker, item.text) for item in find_blocks(document.blocks, "item")]
    assert ("3.", "Third") in items
    cells = {cell.text: cell.cell for cell in find_blocks(document.blocks, "cell")}
    price = cells["1,250"]
    assert price is not None
    assert price.heads == ("Price", "Skerry")
    (caption,) = find_blocks(document.blocks, "caption")
    assert caption.text == "Prices in crowns"


def test_rst_keeps_what_only_sphinx_knows_and_what_nobody_knows() -> None:
    text = rst(RST).text
    for words in ("2.1 The night ferry.", "An argument", "It costs 42 crowns.", "some words"):
        assert words in text
    assert "Status: draft" in text
    assert "10⁶" in text
    assert "::" not in text
    assert "`" not in text


def test_rst_has_no_space_before_a_sign_that_ends_a_sentence() -> None:
    document = rst("Tell the keeper [#a]_. He [#a]_ knows.\n\n.. [#a] Of the light.")
    assert document.text == "Tell the keeper. He knows.\n\nOf the light."
    assert [mark.start for mark in find_blocks(document.blocks, "mark")] == [15, 19]


def test_rst_includes_no_file_and_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hidden words")
    document = rst(f"Title\n=====\n\n.. include:: {tmp_path}/secret.txt\n\nText.")
    assert "hidden words" not in document.text
    assert "Text." in document.text


def test_org_keeps_dates_and_numbers_and_leaves_out_drawers() -> None:
    text = org(ORG).text
    assert "Deadline: 2025-03-09" in text
    assert "2*3*4 in a/b/c" in text
    assert "ID" not in text
    assert "a comment" not in text
    assert "Fourth goes on\ninner" in text


def org_table(table: RandomTable) -> str:
    def cell(text: str) -> str:
        return text.replace("|", "\\vert{}")

    rows = ["| " + " | ".join(cell(cell_.text) for cell_ in row) + " |" for row in table.rows]
    return "\n".join(rows)


def rst_table(table: RandomTable) -> str:
    def quoted(text: str) -> str:
        escaped = "".join(
            f"\\{sign}" if sign.isascii() and not sign.isalnum() and sign != " " else sign
            for sign in text
        )
        return '"' + escaped.replace('"', '""') + '"'

    rows = [",".join(quoted(cell.text) for cell in row) for row in table.rows]
    heads = f"   :header-rows: {table.head_rows}\n" if table.head_rows else ""
    return f".. csv-table::\n{heads}\n" + "".join(f"   {row}\n" for row in rows)


@TABLE_COUNT
@given(random_tables(has_spans=False, has_marks=False))
def test_each_cell_of_an_org_table_is_read_back(table: RandomTable) -> None:
    assert read_tables(org(org_table(table))) == [expected_cells(table)]


@pytest.mark.slow
@TABLE_COUNT
@given(random_tables(has_spans=False, has_marks=False))
def test_each_cell_of_an_rst_table_is_read_back(table: RandomTable) -> None:
    assert read_tables(rst(rst_table(table))) == [expected_cells(table)]


@pytest.mark.parametrize("read", [rst, org])
@given(text=st.text(alphabet=st.sampled_from("ab1 \n*_`#|-[]()<>:=.+\\"), max_size=80))
def test_any_outline_is_read_with_blocks_over_its_text_or_refused(read: object, text: str) -> None:
    try:
        document = read(text)  # type: ignore[operator]
    except ReadError:
        return
    for block in walk(document.blocks):
        assert document.text[block.start : block.end] == block.text


def test_what_docutils_says_of_a_text_is_no_part_of_it() -> None:
    text = "Plan\n====\n\n=====  =====\nA      B\n=====  =====\n1      2\n\\      3\n=====  =====\n"
    document = read_rst(Path("a.rst"), f"{text}\nA `broken link.\n")
    assert document.text == "Plan\n\nA; B\nA: 1; B: 2\nB: 3\n\nA `broken link."


def test_rst_reads_code_with_the_options_of_sphinx() -> None:
    document = rst(".. code-block:: sh\n   :caption: Start it\n   :linenos:\n\n   pump --start\n")
    (code,) = find_blocks(document.blocks, "code")
    assert (code.text, code.language) == ("pump --start", "sh")
    assert document.text == "Start it\n\npump --start"


def test_org_leaves_out_what_is_struck_out() -> None:
    assert org("The fee is +25+ 30 crowns, call +47 22 33.\n").text == (
        "The fee is 30 crowns, call +47 22 33."
    )
