"""Answers read back from their JSON form: whole, and honest about articles that are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, Library, make_document
from sourcebook.index.errors import DocumentNotFound
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.answer import Answer, Citation, Conflict, OtherSource, Sentence, Side, Timings
from sourcebook.rag.history.restore import InvalidAnswer, find_quote, restore_answer
from sourcebook.rag.language.calendar import DateRange
from sourcebook.rag.question.filters import QuestionFilter
from sourcebook.rag.testing import ScriptedModel

SAID = "Their discussions took about eight hours."
FIRST = Document("d1", f"GENEVA. They met. {SAID} They parted.", "Eight hours", "Courier")
SECOND = Document(
    "d2", "It was more than seven hours.", "Seven", None, None, datetime(2022, 1, 11, tzinfo=UTC)
)


def cite(number: int, document: Document, quote: str, **more: Any) -> Citation:
    start = document.text.index(quote)
    return Citation(number, document, f"p{number}", quote, start, start + len(quote), **more)


def full_answer() -> Answer:
    """An answer with something in each of its fields."""
    also = OtherSource(SECOND, "p9", "seven hours", 17, 28, 4)
    cited = cite(1, FIRST, SAID, page=3, also=(also,))
    other = cite(2, SECOND, "more than seven hours")
    quoted_sentence = Sentence("It took about eight hours.", 0, 26, (1,), 0.9, True, quoted=True)
    doubted = Sentence("She was 68.", 31, 42, (), 0.1, False, ("68",), "She was 59.")
    return Answer(
        question="How long?",
        standalone_question="How long were the talks?",
        text="It took about eight hours. [1] She was 68.",
        sentences=(quoted_sentence, doubted),
        citations=(cited,),
        abstained=False,
        confidence=0.875,
        conflicts=(
            Conflict(
                "hours",
                "number",
                (
                    Side("seven hours", 25200.0, "above", (other,)),
                    Side("eight hours", 28800.0, "about", (cited,)),
                ),
            ),
        ),
        nearest=(other,),
        timings=Timings(0.1, 0.2, None, 1.5),
        record={"seed": 0, "settings": {"hits": 8}},
        stopped=True,
        filters=(
            QuestionFilter("date", "date", "January 2022", "in January", 0, 10, True,
                        DateRange(date(2022, 1, 1), date(2022, 1, 31))),
            QuestionFilter("newest", "newest", "Newest", "latest", 1, 7, False, applied=False),
        ),
        as_of=date(2022, 1, 11),
        reason="because",
        left_out=(doubted,),
    )  # fmt: skip


def library_of(*documents: Document) -> Any:
    by_id = {document.id: document for document in documents}

    def find(document_id: str) -> Document:
        if document_id not in by_id:
            raise DocumentNotFound(document_id)
        return by_id[document_id]

    return find


def to_json(answer: Answer) -> Any:
    return json.loads(json.dumps(answer.to_dict()))


def test_an_answer_comes_back_whole() -> None:
    restored = restore_answer(to_json(full_answer()), library_of(FIRST, SECOND))
    assert restored.answer == full_answer()
    assert restored.removed == restored.changed == frozenset()


def test_a_real_answer_comes_back_whole(sample: Library) -> None:
    bot = Chatbot(sample, model=ScriptedModel(SAID), settings=Settings())
    answer = bot.ask("About how many hours did the discussions in Geneva take?")
    assert answer.citations
    restored = restore_answer(to_json(answer), sample.document)
    assert restored.answer.to_dict() == answer.to_dict()
    assert restored.answer.citations == answer.citations


def test_a_citation_of_a_removed_article_keeps_its_words_and_says_so() -> None:
    restored = restore_answer(to_json(full_answer()), library_of(SECOND))
    (citation,) = restored.answer.citations
    assert (citation.quote, citation.document.title, citation.page) == (SAID, "Eight hours", 3)
    assert citation.document.source == "Courier"
    assert (set(restored.removed), set(restored.changed)) == ({"d1"}, set())


def test_a_quote_that_moved_within_its_article_is_found_again() -> None:
    moved = replace(
        FIRST, text="A new first line.\n\nThey met. " + SAID.replace(" took ", "\n took ")
    )
    restored = restore_answer(to_json(full_answer()), library_of(moved, SECOND))
    (citation,) = restored.answer.citations
    assert moved.text[citation.start : citation.end] == citation.quote
    assert citation.quote.split() == SAID.split()
    assert (restored.removed, restored.changed) == (frozenset(), frozenset())


def test_an_article_that_no_longer_says_it_is_named_as_changed() -> None:
    rewritten = replace(FIRST, text="They met for a short while.")
    restored = restore_answer(to_json(full_answer()), library_of(rewritten, SECOND))
    assert restored.answer.citations[0].quote == SAID
    assert (set(restored.removed), set(restored.changed)) == (set(), {"d1"})


def test_an_answer_from_a_removed_article_is_read_after_the_removal(library: Library) -> None:
    library.add_documents([make_document(f"GENEVA. They met. {SAID}", title="Eight hours")])
    bot = Chatbot(library, model=ScriptedModel(SAID), settings=Settings())
    data = to_json(bot.ask("How many hours did the discussions take?"))
    (document,) = library.documents()
    library.remove(document.id)
    restored = restore_answer(data, library.document)
    assert restored.removed == {document.id}
    assert restored.answer.to_dict()["sentences"] == data["sentences"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("text"),
        lambda d: d.update(citations=7),
        lambda d: d.update(sentences=[{"text": "x"}]),
        lambda d: d["citations"][0].update(quote=""),
        lambda d: d["citations"][0].update(document=None),
        lambda d: d["citations"][0].update(start="x"),
        lambda d: d.update(as_of="someday"),
        lambda d: d.update(question=None),
        lambda d: d["filters"][0].update(days={"first": None, "last": None}),
    ],
)
def test_what_is_no_answer_is_refused_in_one_line(spoil: Any) -> None:
    data = to_json(full_answer())
    spoil(data)
    with pytest.raises(InvalidAnswer, match="what was kept of an answer cannot be read"):
        restore_answer(data, library_of(FIRST, SECOND))


def test_the_nearest_of_several_places_is_taken() -> None:
    assert find_quote("one two one two", "one two", 6) == (8, 15)
    assert find_quote("one  two", "one\ntwo") == (0, 8)
    assert find_quote("one two", "three") is None
    assert find_quote("one two", " ") is None


@given(st.text(max_size=60), st.data())
def test_a_run_of_words_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    found = find_quote(text, quote, start)
    if quote.split():
        assert found is not None
        assert text[slice(*found)].split() == quote.split()
    else:
        assert found is None
