"""Passages follow blocks, and words are counted in scripts without spaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Document, Library, Passage, make_document
from sourcebook.index.documents.passages import embedding_texts, passage_titles, split_document
from sourcebook.index.documents.sentences import block_sentences
from sourcebook.index.documents.words import count_words, space_words
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

WORDS = "The ferry to Tallberg leaves the north pier at nine in the morning every day"
ELEVEN = "北码头将拓宽十一米。"


def sentences(count: int) -> str:
    """Sentences of 15 words."""
    return " ".join(f"{WORDS}." for _ in range(count))


def passages_of(writer: BlockWriter) -> tuple[Document, list[Passage]]:
    document = make_document(writer.content(), title="Ferry", is_scraped=False)
    return document, split_document(document)


def test_a_heading_begins_a_passage_and_never_ends_one() -> None:
    writer = BlockWriter()
    for title, count in (("Fares", 3), ("Pets", 9), ("Bikes", 1)):
        with writer.block("heading", level=2):
            writer.write(title)
        writer.write(sentences(count))
    _, passages = passages_of(writer)
    assert [p.text.split("\n")[0] for p in passages] == ["Fares", "Pets", "Bikes"]


def test_short_sections_stand_together() -> None:
    writer = BlockWriter()
    for title in ("Fares", "Pets"):
        with writer.block("heading", level=2):
            writer.write(title)
        writer.write(sentences(1))
    _, passages = passages_of(writer)
    assert len(passages) == 1


def test_a_passage_is_embedded_under_the_headings_above_it() -> None:
    writer = BlockWriter()
    for level, title in ((1, "Ferry"), (2, "Fares"), (3, "Children")):
        with writer.block("heading", level=level):
            writer.write(title)
    for _ in range(2):
        writer.write(sentences(9))
    document, passages = passages_of(writer)
    assert passage_titles(document, passages) == ["Ferry", "Ferry › Fares › Children"]
    assert embedding_texts(document, passages)[1].startswith("Ferry › Fares › Children\nThe ferry")


def test_what_leads_to_a_list_or_code_stands_with_it() -> None:
    for kind in ("item", "code"):
        writer = BlockWriter()
        writer.write(sentences(9))
        writer.write("Do this:")
        for _ in range(3):
            with writer.block(kind):
                writer.write(WORDS)
        _, passages = passages_of(writer)
        assert passages[1].text.startswith("Do this:\n"), kind


def test_code_is_not_cut() -> None:
    writer = BlockWriter()
    writer.write(sentences(9))
    with writer.block("code"):
        writer.write("\n".join(f"x{n} = y{n}. And z" for n in range(60)))
    _, passages = passages_of(writer)
    assert sum("x0 =" in p.text and "x59 =" in p.text for p in passages) == 1


def test_a_table_is_cut_between_rows_that_name_their_heads() -> None:
    writer = BlockWriter()
    rows = [("Route", "Adult"), *((f"Route {n}", f"{n}.50") for n in range(80))]
    write_table(writer, Table([[TableCell(a), TableCell(b)] for a, b in rows]))
    _, passages = passages_of(writer)
    assert len(passages) > 2
    for passage in passages[1:]:
        assert all(line.startswith("Route: Route ") for line in passage.text.split("\n"))


def test_a_german_sentence_is_not_cut_at_an_ordinal() -> None:
    text = "Die Bahn fährt ab dem 3. Oktober alle zehn Minuten. Sie hält am Kai."
    document = make_document(text, language="de", is_scraped=False)
    assert [document.text[s.start : s.end] for s in block_sentences(document)] == [
        "Die Bahn fährt ab dem 3. Oktober alle zehn Minuten.",
        "Sie hält am Kai.",
    ]


def test_words_of_scripts_without_spaces_are_counted() -> None:
    assert count_words("The pier is wide.") == 4
    # 北 码头 将 拓 宽 十一 米 and the mark
    assert count_words(ELEVEN) == 8
    assert space_words("Pier 北码头!") == "Pier  北 码头 !"


@pytest.mark.slow
def test_a_long_chinese_article_has_several_passages_and_each_is_found(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.add_documents([make_document(ELEVEN * 60 + "渡轮将停靠。", title="码头")])
        (document,) = library.documents()
        passages = library.passages(document.id)
        assert len(passages) > 2
        (hit, *_) = library.search("渡轮", 1, mode="bm25")
        assert hit.passage.text.endswith("渡轮将停靠。")
