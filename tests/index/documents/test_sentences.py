"""Sentence bounds and passages hold for any text at all."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.documents.sentences import MAX_SENTENCE, sentence_spans

ANY_TEXT = st.text(max_size=2000) | st.lists(
    st.sampled_from(
        [
            "Dr. Smith came. ",
            "He left!\n",
            "\n\n",
            "“So?” ",
            "3.5 million. ",
            "7s. ",
            "4d. ",
            "Vol. ",
            "2 ",
            "e\u0301",
            "😀",
            "\t",
        ]
    ),
    max_size=200,
).map("".join)


@pytest.mark.slow
@given(ANY_TEXT)
def test_every_visible_character_lies_in_exactly_one_sentence(text: str) -> None:
    covered = [0] * len(text)
    for start, end in sentence_spans(text):
        assert 0 <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        for position in range(start, end):
            covered[position] += 1
    for count, character in zip(covered, text, strict=True):
        assert count <= 1
        assert count == 1 or character.isspace()


def test_a_text_in_one_line_is_cut_as_in_paragraphs() -> None:
    sentence = "The quay is closed for the winter and opens with Dr. Fenwick. "
    count = 60_000 // len(sentence)
    spans = sentence_spans(sentence * count)
    assert len(spans) == count
    assert {end - start for start, end in spans} == {len(sentence) - 1}


def test_a_quotation_that_is_never_closed_hides_no_bounds_far_behind_it() -> None:
    text = "He said “so and went. " + "The quay is closed for the winter. " * 3000
    assert len(sentence_spans(text)) > 2500


def test_a_line_of_a_megabyte_is_cut_in_the_time_of_its_length() -> None:
    prose = "The quay, as Dr. Fenwick said, is closed. It opens in June (or so). "
    times: list[float] = []
    for length in (100_000, 1_000_000):
        text = prose * (length // len(prose))
        begin = time.process_time()
        assert make_document(text).title.startswith("The quay, as Dr. Fenwick")
        sentence_spans(text)
        times.append(time.process_time() - begin)
    assert times[1] < 40 * times[0], "ten times the length; by its square it would be a hundred"


def test_a_run_without_bounds_is_cut() -> None:
    spans = sentence_spans("word " * 1000 + "x" * (3 * MAX_SENTENCE))
    assert len(spans) > 3
    assert max(end - start for start, end in spans) <= MAX_SENTENCE


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    text = "Dr. Smith met Mr. Jones on Jan. 5. It cost 3.5 million dollars."
    assert [text[s:e] for s, e in sentence_spans(text)] == [
        "Dr. Smith met Mr. Jones on Jan. 5.",
        "It cost 3.5 million dollars.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "The bill came to £61 7s. 4d. and was paid at once.",
        "The wall is 5 ft. 3 in. tall and 2 ft. thick.",
        "Add 2 tbsp. sugar and 1 tsp. salt.",
        "It is 5 km. from here, open 24 hrs. a day.",
        "See No. 4 in Vol. 2, pp. 3–4, of the house built c. 1850.",
        "The 2nd ed. 1881 names approx. 20 people in ch. 4 and para. 3.",
        "We met at 9 a.m. on Monday, e.g. with Prof. J. R. Hill of Hill & Co. in Bath.",
        "From Mon. to Fri. the max. temp. is 40 at lat. 5 deg. 3 min. north.",
        "Siehe Bd. 2, Abs. 4, z. B. den Satz auf S. 12, ca. 20 Zeilen.",
    ],
)
def test_what_goes_on_behind_a_short_word_or_unit_is_one_sentence(sentence: str) -> None:
    language = "de" if sentence.startswith("Siehe") else "en"
    text = f"{sentence} {sentence}"
    assert [text[s:e] for s, e in sentence_spans(text, language)] == [sentence, sentence]


@pytest.mark.parametrize(
    "text",
    [
        "She paid 4d. The baker smiled.",
        "He scored 5. 20 people saw it.",
        "The hall is 12 ft. The room is 20.",
        "See vol.\n\n2 of it.",
    ],
)
def test_a_capital_a_plain_number_or_a_paragraph_begins_a_sentence_all_the_same(text: str) -> None:
    assert len(sentence_spans(text)) == 2


@given(ANY_TEXT, st.integers(1, 60))
def test_passages_are_slices_and_cover_every_sentence(text: str, max_words: int) -> None:
    document = Document(id="d", text=text, title="t")
    passages = split_document(document, max_words)
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.document_id == "d"
    bounds = [(p.start, p.end) for p in passages]
    assert bounds == sorted(bounds)
    assert all(a[1] <= b[0] for a, b in pairwise(bounds))
    for start, end in sentence_spans(text):
        assert sum(first <= start and end <= last for first, last in bounds) == 1


def test_a_passage_is_not_longer_than_asked_unless_one_sentence_is() -> None:
    text = "One two three four five. " * 40 + "six " * 100 + "end."
    lengths = [
        len(p.text.split()) for p in split_document(Document(id="d", text=text, title="t"), 20)
    ]
    assert max(lengths[:-1]) <= 20
    assert lengths[-1] == 101


def test_passage_ids_differ_between_places_and_repeat_between_runs() -> None:
    document = make_document("Same words here. " * 200, title="t")
    ids = [p.id for p in split_document(document)]
    assert len(set(ids)) == len(ids) > 1
    assert ids == [p.id for p in split_document(document)]
