"""A text by anybody is checked against a library, sentence by sentence."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sourcebook.index import Library
from sourcebook.index.documents.making import make_document
from sourcebook.index.embedding.base import CachingEmbedder
from sourcebook.index.errors import EmptyQuestion, QuestionTooLong
from sourcebook.rag import Chatbot, Verification, verify
from sourcebook.rag.review import LONGEST
from sourcebook.rag.testing import ScriptedModel

DATA = Path(__file__).resolve().parents[2] / "data"

TALKS = (
    "Wendy Sherman received Sergei Ryabkov at the American mission in Geneva. "
    "Their talks in Geneva lasted about eight hours. "
    "Ryabkov was accompanied by Alexander Fomin. "
    "Sherman complained that nobody was notified of the manoeuvres 🎈 in advance. "
    "The same day John Kirby spoke of Russian soldiers. "
    "The next round was held on 13 January 2022 in Vienna."
)


@pytest.fixture
def talks(library: Library) -> Library:
    library.add_documents([make_document(TALKS, title="Talks", url="https://a.example/talks")])
    return library


def _verdicts(review: Verification) -> list[str]:
    return [statement.verdict for statement in review.statements]


def test_a_supported_sentence_has_its_quote_at_its_offsets_in_the_article(talks: Library) -> None:
    text = "😀 The talks in Geneva lasted about eight hours."
    review = verify(talks, text)
    (statement,) = review.statements
    assert statement.verdict == "supported"
    assert text[statement.start : statement.end] == statement.text
    quote = review.citation(statement.citations[0])
    assert quote.quote == "Their talks in Geneva lasted about eight hours."
    assert quote.document.text[quote.start : quote.end] == quote.quote
    assert review.is_supported


def test_another_number_is_contradicted_by_the_sentence_that_has_its_own(talks: Library) -> None:
    review = verify(talks, "The talks in Geneva lasted about three hours.")
    (statement,) = review.statements
    assert statement.verdict == "contradicted"
    (other,) = statement.contradictions
    assert (other.kind, other.source_words) == ("number", "about eight hours") or (
        other.kind,
        other.source_words,
    ) == ("number", "eight")
    assert "eight hours" in review.citation(other.citation).quote


def test_a_name_that_stands_nowhere_is_what_is_unsupported(talks: Library) -> None:
    (statement,) = verify(talks, "Ryabkov was accompanied by Dmitri Peskov.").statements
    assert statement.verdict == "unsupported"
    assert set(statement.unsupported) == {"Dmitri", "Peskov"}


def test_who_is_named_only_nearby_did_not_do_it(talks: Library) -> None:
    said = "complained that nobody was notified of the manoeuvres in advance."
    assert _verdicts(verify(talks, f"Sherman {said}")) == ["supported"]
    assert _verdicts(verify(talks, f"Kirby {said}")) == ["unsupported"]


def test_what_an_article_affirms_cannot_be_denied(talks: Library) -> None:
    (statement,) = verify(talks, "Ryabkov was not accompanied by Alexander Fomin.").statements
    assert statement.verdict in ("contradicted", "unsupported")


def test_another_day_is_not_supported(talks: Library) -> None:
    assert _verdicts(verify(talks, "The next round was held on 13 January 2022 in Vienna.")) == [
        "supported"
    ]
    assert "supported" not in _verdicts(
        verify(talks, "The next round was held on 23 January 2022 in Vienna.")
    )


def test_a_day_in_the_heading_of_an_article_is_no_count(library: Library) -> None:
    document = make_document(
        "The talks in Geneva were long and led to nothing.",
        title="Talks in Geneva",
        published=datetime(2022, 1, 10, tzinfo=UTC),
    )
    library.add_documents([document])
    (statement,) = verify(library, "The talks in Geneva were long and had 10 rounds.").statements
    assert statement.verdict == "unsupported"
    assert "10" in statement.unsupported


def test_headings_code_and_questions_are_not_checked_and_do_not_count(talks: Library) -> None:
    review = verify(talks, "# Geneva\n\nThe talks in Geneva lasted about eight hours.\n\nWhy?\n")
    assert _verdicts(review) == ["unchecked", "supported", "unchecked"]
    assert review.is_supported
    assert not verify(talks, "# Geneva\n").is_supported


def test_a_text_in_a_language_that_no_article_is_in_is_not_supported(talks: Library) -> None:
    review = verify(
        talks, "استمرت المحادثات في جنيف حوالي ثماني ساعات بين الولايات المتحدة وروسيا."
    )
    (statement,) = review.statements
    assert statement.verdict == "unsupported"
    assert statement.note == "it is in Arabic, the articles are in English"


def test_a_number_of_one_row_and_the_label_of_another_are_no_statement(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "peaches.md"
    months = "| April | 7 |\n| May | 5 |\n"
    file.write_text(f"# Peaches\n\n| Month | Number |\n| --- | --- |\n{months}", "utf-8")
    library.add(file)
    review = verify(library, "7 peaches came in April. 5 peaches came in April.")
    assert _verdicts(review)[0] == "supported"
    assert _verdicts(review)[1] != "supported"


def test_an_empty_and_a_very_long_text_are_refused_in_a_line(talks: Library) -> None:
    for text in ("", " \n ", "***"):
        with pytest.raises(EmptyQuestion, match="the text is empty"):
            verify(talks, text)
    with pytest.raises(QuestionTooLong, match="1,000,000 characters, the limit is 200,000"):
        verify(talks, "a" * 1_000_000)
    assert LONGEST == 200_000


def test_an_empty_library_supports_nothing(library: Library) -> None:
    (statement,) = verify(library, "The talks lasted eight hours.").statements
    assert (statement.verdict, statement.note) == ("unsupported", "no article tells of it")


def test_the_same_text_gives_the_same_verdicts_through_chatbot_and_function(
    talks: Library,
) -> None:
    text = "The talks in Geneva lasted about eight hours. They were held in Paris."
    bot = Chatbot(talks, model=ScriptedModel())
    one, other = verify(talks, text).to_dict(), bot.verify(text).to_dict()
    assert {**one, "seconds": 0} == {**other, "seconds": 0}


@pytest.mark.real
def test_the_sample_statements_are_told_from_altered_ones(
    tmp_path: Path, real_embedder: CachingEmbedder
) -> None:
    """All 16 that were used to find the rules; of 10 that were not, 10 and at most 2 altered."""
    with Library.open(tmp_path / "sample", embedder=real_embedder) as library:
        library.add_sample()
        figures = [_count(library, file, real_embedder) for file in _FILES]
    assert figures[0] == (16, 0)
    assert figures[1][0] >= 9
    assert figures[1][1] <= 2


@pytest.mark.real
def test_statements_of_which_one_word_was_turned_round_are_told_from_right_ones(
    tmp_path: Path, real_embedder: CachingEmbedder
) -> None:
    """All 13 that the rules were found by."""
    with Library.open(tmp_path / "made", embedder=real_embedder) as made:
        made.add(DATA / "altered_statements.md")
        assert _count(made, "altered_statements.tsv", real_embedder, world="made") == (13, 0)


_FILES = ("statements.tsv", "fresh_statements.tsv")


def _count(
    library: Library, file: str, embedder: CachingEmbedder, *, world: str = "sample"
) -> tuple[int, int]:
    """How many stated and how many altered statements are supported."""
    with (DATA / file).open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["world"] == world]
    stated, altered = (
        sum(verify(library, row[column], embedder=embedder).is_supported for row in rows)
        for column in ("stated", "altered")
    )
    return stated, altered
