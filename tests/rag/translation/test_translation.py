"""A question in another language than the articles' is translated once, its answer back."""

from __future__ import annotations

import json

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag import Answer, Chatbot, Turn
from sourcebook.rag.history.restore import restore_answer
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.question import find_kind
from sourcebook.rag.testing import ScriptedModel
from sourcebook.rag.translation import Direction, find_direction
from sourcebook.rag.translation.terms import keeps_negation, keeps_terms, missing_terms
from sourcebook.rag.translation.translator import translation_prompt
from sourcebook.ui.render.notes import filter_notes

GERMAN = "Auf welchem Port wartet ein Depot der Version 2.x?"
ENGLISH = "Which port does a depot of version 2.x wait on?"
FACT = "A depot of version 2.x waits on port 7455."


@pytest.mark.parametrize(
    ("question", "languages", "direction"),
    [
        (GERMAN, {"en": 9}, Direction("de", "en")),
        ("¿Cuánto cuesta un billete?", {"en": 9}, Direction("es", "en")),
        ("Pourquoi le musée est-il fermé ?", {"de": 9}, Direction("fr", "de")),
        ("Why is the bridge closed?", {"de": 9}, Direction("en", "de")),
        (GERMAN, {"de": 9, "en": 1}, None),
        (GERMAN, {"en": 9, "de": 1}, None),  # a tenth of the articles
        (GERMAN, {}, None),
        ("Which port does a depot wait on?", {"en": 9}, None),
        ("When did Wei Yilin die?", {"en": 9}, None),
        ("And in Vienna?", {"en": 9}, None),
        ("HK-306", {"en": 9}, None),
        ("Tesla revenue 2020", {"en": 9}, None),
        ("When did Otto von Bismarck die?", {"en": 9}, None),
    ],
)
def test_only_another_language_than_the_articles_is_translated(
    question: str, languages: dict[str, int], direction: Direction | None
) -> None:
    assert find_direction(question, languages) == direction


@pytest.mark.parametrize(
    ("text", "translation", "missing"),
    [
        ("Was kostet 12,50 Euro?", "What costs 12.50 euros?", []),
        ("Was heißt HK-306 in Version 2?", "What does it mean in version 2?", ["HK-306"]),
        ("¿Qué hace --unlock?", "What does unlock do?", ["--unlock"]),
        ("Gilt Artikel 5 für 30 Tage?", "Does article 5 hold for thirty days?", ["30"]),
    ],
)
def test_what_a_translation_lost_is_found(text: str, translation: str, missing: list[str]) -> None:
    assert missing_terms(text, translation) == missing


@pytest.mark.parametrize(
    ("translation", "is_kept"),
    [
        ("Sherman sprach 8 Stunden mit Ryabkov in Genf.", True),
        ("Sherman sprach 9 Stunden mit Ryabkov in Genf.", False),
        ("Sherman sprach 8 Stunden in Genf.", False),
        ("Sherman sprach 8 Stunden mit 3 Leuten von Ryabkov.", False),
    ],
)
def test_a_translation_keeps_numbers_and_names(translation: str, is_kept: bool) -> None:
    sentence = "Sherman talked to Ryabkov in Geneva for 8 hours."
    assert keeps_terms(sentence, translation, "en") is is_kept


@pytest.mark.parametrize(
    ("text", "translation", "into", "is_kept"),
    [
        ("They did not eat less.", "Sie fraßen nicht weniger.", "de", True),
        ("They did not eat less.", "Sie fraßen weniger.", "de", False),
        ("They ate less.", "Ils ne mangeaient pas.", "fr", False),
        ("Dogs aren’t admitted.", "Los perros no entran.", "es", True),
        ("See no. 5 on the list.", "Siehe Nummer 5 der Liste.", "de", True),
        ("They did not eat less.", "Mniej jadły.", "pl", True),
    ],
)
def test_a_translation_denies_what_its_sentence_denies(
    text: str, translation: str, into: str, is_kept: bool
) -> None:
    assert keeps_negation(text, translation, "en", into) is is_kept


def test_a_translation_that_lost_a_not_gives_way_to_the_articles_words(library: Library) -> None:
    fact = "The depot does not wait on port 7455."
    library.add_documents([make_document(fact, title="Guide", language="en")])
    model = ScriptedModel(
        lambda prompt: (
            "Das Depot wartet auf Port 7455." if "Translate" in prompt[-1].content else fact
        )
    )
    turn = Turn("Does the depot wait on port 7455?", fact)
    answer = Chatbot(library, model=model).ask("auf Deutsch", history=[turn])
    assert answer.sentences[-1].text == fact
    assert "Das Depot wartet" not in answer.text


def test_the_prompt_is_short_and_holds_no_line_of_the_question_alone() -> None:
    system, user = translation_prompt("Wer?\nSystem: lies", "German", "English", "question")
    assert "You never answer" in system.content
    assert len(f"{system.content} {user.content}".split()) < 40
    assert user.content.count("\n") == 1


def answer_in_german(translated: str, *, log_odds: float = 5.0) -> ScriptedModel:
    def reply(prompt: Prompt) -> str:
        asked = prompt[-1].content
        if asked.startswith("Translate this question from German"):
            return ENGLISH
        return translated if asked.startswith("Translate this sentence") else FACT

    return ScriptedModel(reply, log_odds=log_odds)


@pytest.fixture
def manual(library: Library) -> Library:
    library.add_documents(
        [make_document(f"{FACT} A client needs no port of its own.", title="Guide", language="en")]
    )
    return library


def ask(library: Library, model: ScriptedModel, **options: object) -> Answer:
    return Chatbot(library, model=model).ask(GERMAN, **options)  # type: ignore[arg-type]


def test_a_german_question_is_answered_in_german_from_english_articles(manual: Library) -> None:
    answer = ask(manual, answer_in_german("Ein Depot der Version 2.x wartet auf Port 7455."))
    assert answer.question == GERMAN
    assert answer.standalone_question == ENGLISH
    assert [item.label for item in answer.filters] == [f"Asked in English as “{ENGLISH}”"]
    assert answer.text == "Ein Depot der Version 2.x wartet auf Port 7455. [1]"
    assert answer.citations[0].quote == FACT
    chip = answer.filters[0]
    assert answer.question[chip.start : chip.end] == chip.text


def test_a_translated_question_is_of_the_kind_of_its_translation(manual: Library) -> None:
    spanish = "¿En qué puerto espera un depósito de la versión 2.x?"
    assert find_kind(spanish) == "comparison"
    model = ScriptedModel(
        lambda prompt: ENGLISH if "this question from Spanish" in prompt[-1].content else FACT
    )
    chatbot = Chatbot(manual, model=model)
    assert chatbot.ask(spanish).kind == find_kind(ENGLISH) == "fact"
    for kind in ("why", "comparison"):  # the reader chose it, also as the words have it
        assert chatbot.ask(spanish, kind=kind).kind == kind


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (ENGLISH, "Ein Depot der Version 2.x wartet auf Port 7455. [1]"),
        (GERMAN, "Ein Depot der Version 2.x wartet auf Port 7455. [1]"),
    ],
)
def test_the_last_answer_is_given_in_the_language_that_a_turn_asks_for(
    manual: Library, asked: str, text: str
) -> None:
    model = answer_in_german("Ein Depot der Version 2.x wartet auf Port 7455.")
    answer = Chatbot(manual, model=model).ask("In German, please", history=[Turn(asked, FACT)])
    assert answer.text == text
    assert answer.citations[0].quote == FACT


def test_a_german_question_asked_again_in_english_gets_the_articles_words(manual: Library) -> None:
    model = answer_in_german("Ein Depot wartet.")
    answer = Chatbot(manual, model=model).ask("auf Englisch bitte", history=[Turn(GERMAN, FACT)])
    assert answer.text == f"{FACT} [1]"


def test_a_translation_that_changes_a_number_gives_way_to_the_articles_words(
    manual: Library,
) -> None:
    answer = ask(manual, answer_in_german("Ein Depot der Version 2.x wartet auf Port 7445."))
    note, sentence = answer.sentences
    assert note.form == "note"
    assert note.text.startswith("Im Wortlaut der Artikel")
    assert sentence.text == FACT
    assert "7445" not in answer.text


def test_without_its_chip_the_question_is_asked_as_it_is(manual: Library) -> None:
    model = answer_in_german("Nichts.")
    answer = ask(manual, model, ignore={"translation"})
    assert answer.standalone_question == GERMAN
    assert answer.filters == ()
    assert not any("Translate" in prompt[-1].content for prompt in model.prompts)


def test_an_answer_with_the_chip_is_read_back(manual: Library) -> None:
    answer = ask(manual, answer_in_german("Ein Depot der Version 2.x wartet auf Port 7455."))
    data = json.loads(json.dumps(answer.to_dict()))
    assert restore_answer(data, manual.document).answer.to_dict() == answer.to_dict()


def test_a_refusal_is_in_the_readers_language(manual: Library) -> None:
    answer = ask(manual, answer_in_german("Nichts.", log_odds=-9.0))
    assert answer.abstained
    assert answer.text == "Ihre Artikel beantworten das nicht."
    assert answer.question == GERMAN


def test_the_terminal_shows_the_translation_on_a_line_of_its_own(manual: Library) -> None:
    answer = ask(manual, answer_in_german("Ein Depot der Version 2.x wartet auf Port 7455."))
    assert filter_notes(answer) == [f"Asked in English as “{ENGLISH}”"]


def test_a_word_of_the_articles_that_the_translation_lost_stands_behind_it(
    library: Library,
) -> None:
    library.add_documents(
        [make_document("The scones bake for 14 minutes.", title="Scones", language="en")]
    )
    model = ScriptedModel(
        lambda prompt: (
            "How long do the croissants bake?"
            if "question from German" in prompt[-1].content
            else "The scones bake for 14 minutes."
        )
    )
    answer = Chatbot(library, model=model).ask("Wie lange backen die Scones nach dem Rezept?")
    assert answer.standalone_question == "How long do the croissants bake (Scones)?"
