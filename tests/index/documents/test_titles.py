"""Titles, authors and languages as a person would say them."""

from __future__ import annotations

import pytest

from sourcebook.index import make_document
from sourcebook.index.documents.language import detect_language, language_tag
from sourcebook.index.documents.titles import proper_author, proper_title
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

SENTENCE = "The quay is closed for the winter and opens in June."


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("PowerPoint Presentation", None),
        ("PowerPoint-Präsentation", None),
        ("Présentation PowerPoint", None),
        ("Untitled", None),
        ("Unbenanntes Dokument", None),
        ("Document1", None),
        ("Folie 1", None),
        ("Form W-9 (Rev. October 2018)", None),
        ("OMB No. 1545-0074", None),
        ("annual_report.pdf", None),
        ("Paper Title (use style: paper title)", None),
        ("Type your title here", None),
        ("Title (deeds)", "Title (deeds)"),
        ("Microsoft Word - Annual report.doc", "Annual report"),
        ("Microsoft Word - Document1", None),
        ("Presentation of the new quay", "Presentation of the new quay"),
        ("Page of history", "Page of history"),
        ("Formal notes 2024", "Formal notes 2024"),
        ("  The   quay ", "The quay"),
    ],
)
def test_a_placeholder_is_no_title(given: str, title: str | None) -> None:
    assert proper_title(given) == title


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("Orla Fenwick", "Orla Fenwick"),
        ("By Orla Fenwick", "Orla Fenwick"),
        ("Administrator", None),
        ("python-docx", None),
        ("Calc", None),
        ("Microsoft Office User", None),
        ("https://a.example/orla", None),
        ("Authority control databases: National Germany; United States", None),
    ],
)
def test_a_program_and_an_authority_box_are_no_authors(given: str, author: str | None) -> None:
    assert proper_author(given) == author


def test_the_first_heading_comes_before_a_line_of_prose() -> None:
    writer = BlockWriter()
    with writer.block("paragraph"):
        writer.write("A word before it that is long enough")
    with writer.block("heading", level=2):
        writer.write("The quay")
    assert make_document(writer.content()).title == "The quay"


def test_a_heading_below_much_text_is_that_of_a_part() -> None:
    writer = BlockWriter()
    with writer.block("paragraph"):
        writer.write(f"{SENTENCE} " * 20)
    with writer.block("heading", level=2):
        writer.write("Fares")
    assert make_document(writer.content()).title.startswith("The quay is closed")


def test_an_item_and_a_row_are_no_titles() -> None:
    writer = BlockWriter()
    write_table(writer, Table([[TableCell("Place of the ferry"), TableCell("Price")]] * 2))
    with writer.block("list"), writer.block("item", marker="1."):
        writer.write("Buy bread and milk and eggs.")
    content = writer.content()
    assert make_document(content, path="/x/price_list-2024.xlsx").title == "price list 2024"
    with writer.block("paragraph"):
        writer.write(SENTENCE)
    assert make_document(writer.content()).title == SENTENCE


@pytest.mark.parametrize(
    "line",
    [
        "Form 1040 (2023)",
        "OMB No. 1545-0074",
        "Department of the Treasury",
        "Page 1 of 12",
        "Tuesday, 4 March 2025",
        "Published: January 12, 2022",
        "By Orla Fenwick",
        "https://a.example/quay/plan",
    ],
)
def test_what_stands_around_a_title_is_none(line: str) -> None:
    assert make_document(f"{line}\n\n{SENTENCE}").title == SENTENCE


def test_a_row_of_columns_in_a_plain_text_is_no_title() -> None:
    rows = (
        "Item            Qty    Price\nRope 12 mm       10   1,234.50\nThe old anchor    2   980.00"
    )
    assert make_document(f"Price list\n\n{rows}").title == "Price list"
    assert make_document(f"{rows}\n\n{SENTENCE}").title == SENTENCE


LANGUAGES = {
    "en": ("Opening hours and prices", "The talks in Geneva lasted about eight hours."),
    "de": ("Öffnungszeiten und Preise", "Die Gespräche in Genf dauerten rund acht Stunden."),
    "fr": ("Horaires et tarifs", "Les pourparlers à Genève ont duré environ huit heures."),
    "es": ("Horarios y precios", "Las conversaciones en Ginebra duraron unas ocho horas."),
    "it": ("Orari di apertura e prezzi", "I colloqui a Ginevra sono durati circa otto ore."),
    "pt": ("Horários e preços", "As conversações em Genebra duraram cerca de oito horas."),
    "nl": ("Openingstijden en prijzen", "De gesprekken in Genève duurden ongeveer acht uur."),
    "sv": ("Öppettider och priser", "Samtalen i Genève varade i omkring åtta timmar."),
    "pl": ("Godziny otwarcia i ceny", "Rozmowy w Genewie trwały około ośmiu godzin."),
    "ru": ("Часы работы и цены", "Переговоры в Женеве длились около восьми часов."),
    "uk": ("Години роботи та ціни", "Переговори в Женеві тривали близько восьми годин."),
    "tr": ("Çalışma saatleri ve fiyatlar", "Cenevre'deki görüşmeler sekiz saat sürdü."),
    "ja": ("営業時間と料金", "ジュネーブでの会談は約八時間続いた。"),
    "zh": ("开放时间和价格", "日内瓦的会谈持续了大约八个小时。"),
    "ko": ("영업시간과 요금", "제네바 회담은 약 여덟 시간 동안 계속됐다."),
    "ar": ("ساعات العمل والأسعار", "استمرت المحادثات في جنيف حوالي ثماني ساعات."),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_a_heading_and_of_a_sentence_is_known(language: str) -> None:
    heading, sentence = LANGUAGES[language]
    assert detect_language(heading) == language
    assert make_document(sentence).language == language


@pytest.mark.parametrize("text", ["", "12.50 € 7 %", "x", "4711-08/15", "https://a.example/de/und"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert detect_language(text) is None


def test_the_language_that_a_file_declares_stays_and_is_a_tag() -> None:
    assert make_document(SENTENCE, language="en_GB").language == "en-GB"
    assert make_document(SENTENCE, language="und").language == "en"
    assert language_tag("English (United Kingdom)") is None


def test_a_date_in_the_language_of_a_text_is_read_in_its_order() -> None:
    german = "Veröffentlicht: 04/03/2024\n\nDie Fähre legt um neun Uhr ab und fährt zur Insel."
    english = "Published: 04/03/2024\n\nThe ferry leaves at nine and sails to the island."
    published = make_document(german).published
    assert published is not None
    assert (published.day, published.month) == (4, 3)
    assert make_document(english).published is None


def test_a_long_first_line_gives_its_first_sentence() -> None:
    first = "The harbour board met on Tuesday and agreed to widen the northern quay."
    second = "The work will cost four million crowns, begins in autumn and takes some two years."
    assert make_document(f"{first} {second}").title == first


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Introduction", "harbour rules"),
        ("1 Introduction", "harbour rules"),
        ("Zusammenfassung", "harbour rules"),
        ("For m = 1,", "harbour rules"),
        ("The keeper lit the lamp and wrote the hour into the book of the", "harbour rules"),
        ("Introduction of the euro", "Introduction of the euro"),
    ],
)
def test_an_introduction_or_half_a_sentence_gives_way_to_the_name_of_the_file(
    text: str, title: str
) -> None:
    writer = BlockWriter()
    with writer.block("heading", level=1):
        writer.write(text)
    with writer.block("paragraph"):
        writer.write(SENTENCE)
    assert make_document(writer.content(), path="notes/harbour_rules.txt").title == title


def test_half_a_sentence_is_a_title_where_there_is_no_other() -> None:
    assert make_document("For m = 1,\n\nthe angle is small.").title == "For m = 1,"


def test_a_short_first_paragraph_is_the_title_and_no_row_of_a_table() -> None:
    assert make_document("The Tern\n\nThe ferry sails\nat ten to eleven.\n").title == "The Tern"
    rows = "| Berth | Fee |\n|-------|-----|\n| A | 400 |"
    assert make_document(f"Fees\n\n{rows}").title == "Fees"
