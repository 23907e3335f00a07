"""Suggested questions: made of the articles, answered by them, the same each time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Library, make_document
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.events import EvidenceFound
from sourcebook.rag.suggestions import first_questions, next_questions, questions_of
from sourcebook.rag.testing import HashEmbedder, ScriptedModel


def made_of(*sentences: str) -> list[str]:
    """The questions that the rules make of an article of these sentences."""
    text = "Report.\n\n" + " ".join(sentences)
    document = make_document(text, title="A report")
    spans = [(text.index(s), text.index(s) + len(s)) for s in sentences]
    return [candidate.question for candidate in questions_of(document, spans)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Anna Berg opened the new bridge over the Ouse on Monday.",
            "Who opened the new bridge over the Ouse on Monday?",
        ),
        (
            "Anna Berg, the mayor of York, opened the new bridge in Leeds, which surprised nobody.",
            "Who opened the new bridge in Leeds?",
        ),
        (
            "France sent 300 soldiers to the border of Mali.",
            "Which country sent 300 soldiers to the border of Mali?",
        ),
        (
            "Anna Berg said that the bridge would bring many visitors to Denmark.",
            "What did Anna Berg say about Denmark?",
        ),
        (
            "“We will build it again,” Anna Berg told the members of the European Union.",
            "What did Anna Berg say about the European Union?",
        ),
    ],
)  # fmt: skip
def test_a_sentence_becomes_the_question_that_it_answers(sentence: str, question: str) -> None:
    assert made_of(sentence) == [question]


def test_somebody_called_by_the_last_name_goes_by_the_full_one() -> None:
    assert made_of(
        "Anna Berg came to town.",
        "On Tuesday Berg warned the council that Denmark would not pay for it.",
    )[-1:] == ["What did Anna Berg say about Denmark?"]


@pytest.mark.parametrize(
    "sentence",
    [
        "She opened the new bridge over the Ouse on Monday.",
        "Anna Berg opened it for them there on that day.",
        "Anna Berg opened the new and shining door to everybody.",
        "Berg's bridge opened to the people of York on Monday.",
        "The bridge over the Ouse was opened by Anna Berg.",
        "Anna Berg hoped that Denmark would pay.",
        "Opened on Monday by Anna Berg of York",
        "Yes.",
    ],
)
def test_a_sentence_that_leans_or_says_too_little_becomes_none(sentence: str) -> None:
    assert made_of(sentence) == []


def test_first_questions_are_of_different_articles_and_the_same_each_time(sample: Library) -> None:
    questions = first_questions(sample)
    assert len(questions) == 4
    assert questions == first_questions(sample)
    articles = [sample.search(question, 1)[0].document.id for question in questions]
    assert len(set(articles)) >= 3


def test_the_sentence_a_question_was_made_of_is_among_the_evidence_for_it(sample: Library) -> None:
    bot = Chatbot(sample, model=ScriptedModel(), settings=Settings())
    by_question = {
        candidate.question: candidate
        for document in sample.documents()
        for candidate in questions_of(document, sentence_spans(document.text))
    }
    for question in first_questions(sample):
        (event,) = [e for e in bot.stream(question) if isinstance(e, EvidenceFound)]
        source = by_question[question]
        assert any(
            place.document.id == source.document.id and place.start <= source.start < place.end
            for place in event.evidence
        )


def test_what_comes_next_is_told_by_the_same_articles_and_was_not_asked(sample: Library) -> None:
    bot = Chatbot(sample, model=ScriptedModel(), settings=Settings())
    answer = bot.ask("Who condemned the attack from Brest?")
    questions = next_questions(sample, answer)
    assert questions
    assert answer.question not in questions
    again = next_questions(sample, answer, questions[:1])
    assert questions[0] not in again


def test_an_empty_library_suggests_nothing(library: Library) -> None:
    assert first_questions(library) == []


def test_it_stops_when_it_is_told_to(sample: Library) -> None:
    assert first_questions(sample, stop=lambda: True) == []


@pytest.mark.slow
def test_many_articles_take_no_longer_than_some(tmp_path: Path) -> None:
    text = "\n\n".join(f"Anna Berg opened bridge number {n} over the Ouse." for n in range(200))
    with Library.open(tmp_path / "many", embedder=HashEmbedder()) as library:
        library.add_documents(
            make_document(f"Day {n}.\n\n{text}", title=f"D{n}") for n in range(150)
        )
        began = time.perf_counter()
        first_questions(library)
        assert time.perf_counter() - began < 10


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    document = make_document(text or "x")
    for candidate in questions_of(document, [(0, len(document.text))]):
        assert candidate.question.endswith("?")


def test_the_scraped_articles_give_questions_too(articles: Path, library: Library) -> None:
    library.add(articles)
    questions = first_questions(library)
    assert questions
    for question in questions:
        assert library.search(question, 1)
