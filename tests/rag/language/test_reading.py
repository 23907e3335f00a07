"""Texts are read as of the articles' language: its stems, stop words and question words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from evidence import evidence_for

from sourcebook.index import Hit, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.search.ranking import content_words
from sourcebook.rag.language import ParsedSentence, content_stems
from sourcebook.rag.language.negation import find_negations
from sourcebook.rag.language.reading import read_in, reading_in, text_language
from sourcebook.rag.question import asks_yes_or_no, matches_answer_type
from sourcebook.rag.question.answer_type import missing_answer_type
from sourcebook.rag.refusal.reasons import RefusalCase, explain_refusal
from sourcebook.rag.testing import HashEmbedder


def test_german_words_have_german_stems_and_its_small_words_none() -> None:
    with reading_in("de"):
        assert content_stems("Die Brücken der Stadt") == content_stems("eine Brücke und Städte")[:2]
    assert "die" in content_stems("Die Brücken der Stadt")


def test_the_forms_of_a_german_noun_are_one_name() -> None:
    question, source = "Wann kommen die Kinder?", "Am Montag fahren wir mit den Kindern nach Ulm."
    with reading_in("de"):
        names = ParsedSentence(question).names
        assert [name.text for name in names] == ["Kinder"]
        assert ParsedSentence(source).states(names[0])
    assert not ParsedSentence(source).states(ParsedSentence(question).names[0])


def test_english_words_of_denial_deny_nothing_in_german() -> None:
    text = "In der Not half ihm no one."
    assert find_negations(text)
    with reading_in("de"):
        assert find_negations(text) == ()


@pytest.mark.parametrize(
    ("question", "is_yes_or_no"),
    [
        ("Darf man hier parken?", True),
        ("Was verlangt der Rat?", False),
        ("Wie teuer ist die Karte?", False),
    ],
)
def test_german_question_words(question: str, is_yes_or_no: bool) -> None:
    with reading_in("de"):
        assert asks_yes_or_no(question) is is_yes_or_no


@pytest.mark.parametrize(
    ("question", "draft", "matches"),
    [
        ("Wie viele Haushalte waren ohne Strom?", "Es waren 5.800.", True),
        ("Wie viele Haushalte waren ohne Strom?", "Sie waren ohne Licht.", False),
        ("Wann öffnet die Brücke?", "Die Brücke wird gebaut.", False),
        ("Wann öffnet die Brücke?", "Sie öffnet am 16. März.", True),
        ("Was kostet die Karte?", "Die Karte ist gültig.", False),
    ],
)
def test_a_german_draft_has_what_the_question_word_asks_for(
    question: str, draft: str, matches: bool
) -> None:
    with reading_in("de"):
        assert matches_answer_type(question, draft) is matches


def test_what_is_missing_is_named_for_german_too() -> None:
    with reading_in("de"):
        assert missing_answer_type("Wie viele Plätze gibt es?", ["Das Haus ist alt."]) == "number"


def test_the_language_holds_while_an_item_is_made_and_not_between() -> None:
    def languages() -> Iterator[str]:
        yield text_language()
        yield text_language()

    seen: list[str] = []
    for language in read_in("de", languages()):
        seen += [language, text_language()]
    assert seen == ["de", "en", "de", "en"]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("was die Stadt über den Park sagt", ["stadt", "park", "sagt"]),
        ("who will die in the war", ["die", "war"]),
        ("¿cuánto cuesta el billete de ida?", ["cuesta", "billete", "ida"]),
    ],
)
def test_a_search_leaves_out_the_small_words_of_its_own_language(
    words: str, kept: list[str]
) -> None:
    assert content_words(words) == kept


def test_a_german_noun_that_no_sentence_has_is_called_a_word_and_no_name() -> None:
    document = make_document("Der Steg kostet 900 Euro mehr.", path="a", language="de")
    hits = [Hit(passage, document, 0.5) for passage in split_document(document)]
    question = "Was kostet der Steg nach dem Stand?"
    with reading_in("de"):
        evidence = evidence_for(question, hits, HashEmbedder())
        reason = explain_refusal(RefusalCase(question, evidence, 0.1, 0.4))
    assert reason == "The nearest sentences say nothing of “Stand”."
