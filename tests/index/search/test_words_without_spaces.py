"""Words of Chinese and Japanese are found however ICU divides the letters around them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Library, make_document
from sourcebook.index.documents.words import letter_pairs, space_words
from sourcebook.index.search.ranking import content_words
from sourcebook.rag.testing import HashEmbedder

SENTENCES = (
    "南京市长江大桥于一九六八年全面建成通车。",
    "新任北京大学生物系主任王明昨天表示实验室将搬迁。",
    "该校研究生命科学的实验室位于浦东新区。",
    "乒乓球拍卖完了，明天才有货。",
    "今年的工会会员费已经上调到三十元。",
    "東京都庁舎は丹下健三が設計した超高層建築物である。",
)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("主任是谁？", 1),  # a part of a word of the sentence
        ("球拍什么时候有货？", 3),  # two words of it
        ("生物系在哪里？", 1),  # one word and a part of another
        ("员费涨了吗？", 4),
        ("大桥何时建成？", 0),
        ("高層のビルは？", 5),
    ],
)
def test_a_question_finds_the_sentence_that_holds_its_word(
    tmp_path: Path, question: str, number: int
) -> None:
    documents = [
        make_document(text, title=f"n{place}", path=f"{place}.txt")
        for place, text in enumerate(SENTENCES)
    ]
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        library.add_documents(documents)
        best = library.search(question, mode="bm25")[0]
    assert best.passage.text == SENTENCES[number]
    assert best.bm25


@given(st.sampled_from(SENTENCES), st.data())
def test_a_part_of_a_sentence_has_a_term_in_common_with_it(
    sentence: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(sentence) - 2))
    part = sentence[start : data.draw(st.integers(start + 2, len(sentence)))]
    if not any(mark in part for mark in "，。"):
        assert set(content_words(part)) & set(content_words(sentence))


def test_a_pair_that_is_a_word_is_no_second_term() -> None:
    words = space_words("北京大学").split()
    assert words == ["北京", "大学"]
    assert letter_pairs("北京大学") == ["京大"]


@pytest.mark.parametrize("text", ["", "Skerry", "é 8", "ท่าเรือเหนือ", "桥", "a桥b"])
def test_other_scripts_and_single_letters_have_no_pairs(text: str) -> None:
    assert letter_pairs(text) == []
