"""Documents that mention a phrase: all of them, in any form, and no others."""

from __future__ import annotations

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.search.word_forms import fold_text, word_forms

PROSE = "The board met on Tuesday and spoke at length of what had to be done in spring."


def add(library: Library, *texts: str, title: str = "A title", language: str = "en") -> None:
    library.add_documents(
        make_document(text, title=f"{title} {number}", language=language)
        for number, text in enumerate(texts)
    )


def forms(library: Library, phrase: str) -> list[str]:
    return [mention.form for mention in library.mentions(phrase)]


def test_every_document_counts_however_many_there_are(library: Library) -> None:
    add(library, *(f"Report {n}. {PROSE} {'Geneva' if n % 3 else 'Vienna'}." for n in range(150)))
    assert len(library.mentions("Geneva")) == 100
    assert len(library.mentions("Vienna")) == 50


def test_the_first_mention_is_cited_and_all_are_counted(library: Library) -> None:
    text = f"{PROSE} They meet in Geneva. {PROSE * 20} Geneva’s lake froze."
    add(library, text)
    (mention,) = library.mentions("geneva")
    assert mention.start is not None
    assert text[mention.start : mention.end] == "Geneva"
    assert text.index("Geneva") == mention.start
    assert mention.count == 2


@pytest.mark.parametrize(
    ("phrase", "text", "language"),
    [
        ("refund", "Refunds are paid.", "en"),
        ("refunds", "No refund is paid.", "en"),
        ("cities", "The city is old.", "en"),
        ("colour", "The colors fade.", "en"),
        ("organisation", "An organization.", "en"),
        ("Zürich", "They met in Zurich.", "en"),
        ("Skerrow Lagoon", "A walk to Skerrow\nLagoon.", "en"),
        ("quay wall", "The “quay” wall.", "en"),
        ("harbour board", "The harbour’s board.", "en"),
        ("e-mail", "Send an email.", "en"),
        ("email", "The email came.", "en"),
        ("2.x", "New in 2.x: hooks.", "en"),
        ("settings.toml", "Edit settings.toml first.", "en"),
        ("C++", "It is written in C++ alone.", "en"),
        ("--verbose", "Call it with --verbose, please.", "en"),
        ("Brücke", "Zwei Brücken sind gesperrt.", "de"),
        ("Straße", "Die Strassen sind frei.", "de"),
        ("Müller", "Herr Mueller kam.", "de"),
        ("Haus", "Die Häuser sind alt.", "de"),
        ("北京", "会议在北京举行。", "zh"),
    ],
)
def test_forms_of_a_phrase_count(library: Library, phrase: str, text: str, language: str) -> None:
    add(library, text, PROSE, language=language)
    assert len(forms(library, phrase)) == 1


@pytest.mark.parametrize(
    ("phrase", "text", "language"),
    [
        ("news", "A new quay.", "en"),
        ("organ", "An organisation.", "en"),
        ("Mars", "A mar on the record.", "en"),
        ("university", "The universe.", "en"),
        ("Geneva talks", "They left Geneva. Talks went on.", "en"),
        ("Geneva talks", "The talks in Geneva.", "en"),
        ("tour", "The old tor.", "en"),
        ("Müller", "Der Müll liegt da.", "de"),
        ("2.x", "Two of 2 x 4 metres.", "en"),
        ("C++", "Take vitamin C daily.", "en"),
        ("--verbose", "A verbose letter.", "en"),
        ("quay", "A quayside café.", "en"),
        ("?", "What now?", "en"),
    ],
)
def test_other_words_do_not_count(library: Library, phrase: str, text: str, language: str) -> None:
    add(library, text, language=language)
    assert forms(library, phrase) == []


def test_a_title_alone_is_a_mention_without_a_place(library: Library) -> None:
    add(library, PROSE, title="News of the Quay")
    (mention,) = library.mentions("quay")
    assert (mention.start, mention.form) == (None, "Quay")


def test_marks_of_a_query_are_words_of_the_phrase_only(library: Library) -> None:
    add(library, f'He said "AND" and NEAR(. {PROSE}')
    assert len(library.mentions('"AND" and NEAR(')) == 1
    assert library.mentions('" OR title:') == []


def test_folding_keeps_every_offset() -> None:
    for text in ("Zürich", "İstanbul ﬁne", "Straße", "ǅ 北京"):
        assert len(fold_text(text)) == len(text)


def test_a_name_keeps_its_s() -> None:
    assert "mar" not in word_forms("Mars", "en")
    assert "train" in word_forms("trains", "en")
    assert word_forms("Tornby", "sv") == {"tornby"}
