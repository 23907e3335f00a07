"""Sources that differ about what was asked: found by code, with quote, source and date."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, Library, make_document
from sourcebook.index.embedding.base import CachingEmbedder
from sourcebook.rag import Chatbot, Turn
from sourcebook.rag.answer import Answer, Conflict, Sentence
from sourcebook.rag.conflicts.detection import POOL, find_conflicts
from sourcebook.rag.question.understanding import Question, understand
from sourcebook.rag.retrieval.evidence import Evidence
from sourcebook.rag.retrieval.sentence_ranking import embed_evidence, rank_sentences
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.rag.verification import cite

SAMPLE = Path(__file__).resolve().parents[3] / "eval" / "questions" / "sample_questions.jsonl"
QUESTION = "How many people marched through Odenbruck?"
EMBEDDER = HashEmbedder()


def article(text: str, day: int | None = None, source: str = "Courier") -> Document:
    published = datetime(2023, 5, day, 12, tzinfo=UTC) if day else None
    return make_document(text, title="March", source=source, path=text, published=published)


def compare(question: str, *documents: Document) -> tuple[Conflict, ...]:
    """The first article is the answer, its one sentence cited as 1."""
    pool = []
    for document in documents:
        asked, own = EMBEDDER.embed([question, document.text])
        size = len(document.text)
        pool.append(Evidence(document, "p", document.text, 0, size, float(asked @ own), 0.0, own))
    first = pool[0]
    said = [Sentence(first.text, 0, len(first.text), (1,), 0.9, True)]
    return find_conflicts(Question(question, question), said, [cite(1, first)], pool)


NEARLY = article("Nearly 20,000 people marched through Odenbruck.", 6)
MORE = article("More than 20,000 people marched through Odenbruck, it is said.", 7, "Ledger")
MORE_TOO = article("Through Odenbruck marched more than 20,000 people.", 5, "Tribune")
ABOUT = article("About 20,000 people marched through Odenbruck.", 8)


def test_both_sides_stand_with_their_words_newest_first() -> None:
    (conflict,) = compare(QUESTION, NEARLY, MORE)
    assert (conflict.kind, conflict.about) == ("number", "people")
    assert [side.text for side in conflict.sides] == [
        "More than 20,000 people",
        "Nearly 20,000 people",
    ]
    assert [side.bound for side in conflict.sides] == ["above", "below"]
    assert {side.value for side in conflict.sides} == {20_000.0}


def test_a_place_cited_keeps_its_number_and_others_count_on() -> None:
    (conflict,) = compare(QUESTION, NEARLY, MORE)
    assert {c.number: c.document for c in conflict.citations} == {1: NEARLY, 2: MORE}


def test_sources_that_say_the_same_are_one_side() -> None:
    (conflict,) = compare(QUESTION, NEARLY, MORE_TOO, MORE)
    assert [[c.document for c in side.citations] for side in conflict.sides] == [
        [MORE, MORE_TOO],
        [NEARLY],
    ]


def test_two_sources_may_differ_around_an_answer_that_fits_both() -> None:
    (conflict,) = compare(QUESTION, ABOUT, NEARLY, MORE)
    assert len(conflict.sides) == 3


def test_what_fits_is_no_conflict() -> None:
    assert compare(QUESTION, ABOUT, MORE) == ()
    assert compare(QUESTION, NEARLY) == ()


def test_only_what_was_asked_is_compared() -> None:
    assert compare("Who marched through Odenbruck?", NEARLY, MORE) == ()


def test_dates_are_compared_when_a_date_is_asked() -> None:
    documents = (
        article("The Harrow library opened on 3 May 2021."),
        article("The Harrow library opened on 10 May 2021."),
    )
    (conflict,) = compare("When did the Harrow library open?", *documents)
    assert conflict.kind == "date"
    assert {side.value for side in conflict.sides} == {"2021-05-03", "2021-05-10"}


def test_a_denial_is_a_claim_with_two_sides() -> None:
    documents = (
        article("The Corvin dam did break during the storm."),
        article("The Corvin dam did not break during the storm."),
    )
    (conflict,) = compare("Did the Corvin dam break?", *documents)
    assert conflict.kind == "claim"
    assert [side.value for side in conflict.sides] == ["yes", "no"]


def test_the_json_form_is_json_without_article_text() -> None:
    (conflict,) = compare(QUESTION, NEARLY, MORE)
    made = json.loads(json.dumps(conflict.to_dict()))
    assert made["sides"][0]["citations"][0]["document"]["source"] == "Ledger"
    assert "text" not in made["sides"][0]["citations"][0]["document"]


@pytest.mark.slow
@given(
    st.lists(st.text(min_size=1).filter(lambda text: bool(text.strip())), min_size=2, max_size=4)
)
def test_any_text_can_be_compared(texts: list[str]) -> None:
    documents = [make_document(text, path=str(n)) for n, text in enumerate(texts)]
    told = [document for document in documents if document.text]
    for conflict in compare(texts[0], *told) if told else ():
        assert len(conflict.sides) >= 2


# --- the whole way ---


def ask(library: Library, reply: str, question: str) -> Answer:
    return Chatbot(library, model=ScriptedModel(reply, log_odds=9.0)).ask(question)


def test_an_answer_over_the_sample_articles_shows_both_durations(sample: Library) -> None:
    answer = ask(
        sample,
        "Their discussions took about eight hours.",
        "How long did the discussions of Sherman and Ryabkov in Geneva last?",
    )
    (conflict,) = answer.conflicts
    assert [side.text for side in conflict.sides] == ["more than seven hours", "about eight hours"]
    assert [c.number for c in answer.places] == list(range(1, len(answer.places) + 1))
    assert set(conflict.citations) <= set(answer.places)
    assert answer.to_dict()["conflicts"][0]["about"] == conflict.about


def test_a_refusal_compares_nothing(sample: Library) -> None:
    model = ScriptedModel("68 years.", log_odds=-5.0)
    assert Chatbot(sample, model=model).ask("How old is Wendy Sherman?").conflicts == ()


@pytest.mark.real
def test_over_the_sample_articles_only_the_sources_that_differ_are_shown(
    tmp_path: Path, real_embedder: CachingEmbedder
) -> None:
    """The gold sentence of each question as its answer: the talks in Geneva (s028), the troops
    (s029) and the length of the council (s030) are told in two ways, nothing else is."""
    told: set[str] = set()
    with Library.open(tmp_path / "l", embedder=real_embedder) as library:
        library.add_sample()
        for line in SAMPLE.read_text("utf-8").splitlines():
            asked = json.loads(line)
            question = understand(asked["question"], [Turn(**turn) for turn in asked["history"]])
            hits = library.search(question.standalone)
            ranked = rank_sentences(question.standalone, hits, library.embedder)
            gold = " ".join(place["quote"] for place in asked["evidence"])
            cited = [item for item in ranked if item.text in gold][:1] or ranked[:1]
            said = [Sentence(i.text, 0, len(i.text), (1,), 0.9, True) for i in cited]
            citations = [cite(1, item) for item in cited]
            pool = embed_evidence([*ranked[:POOL], *cited], question.standalone, library.embedder)
            if find_conflicts(question, said, citations, pool):
                told.add(asked["id"])
    assert {"s028", "s029"} <= told <= {"s028", "s029", "s030"}


@pytest.fixture
def scraped(articles: Path, tmp_path: Path, real_embedder: CachingEmbedder) -> Iterator[Library]:
    """A library of the five scraped articles."""
    with Library.open(tmp_path / "l", embedder=real_embedder) as library:
        library.add(articles)
        yield library


@pytest.mark.real
@pytest.mark.parametrize(
    ("question", "reply", "sides"),
    [
        (
            "How long did Sherman's talks with Ryabkov last?",
            "The discussions lasted about eight hours.",
            {"about eight hours", "more than seven hours"},
        ),
        (
            "How many Russian troops are at the Ukrainian border?",
            "Nearly 100,000 Russian troops have gathered along the Ukrainian border.",
            {"nearly 100,000 Russian troops", "more than 100,000 troops"},
        ),
    ],
)
def test_the_scraped_articles_differ(
    scraped: Library, question: str, reply: str, sides: set[str]
) -> None:
    (conflict,) = ask(scraped, reply, question).conflicts
    assert {side.text for side in conflict.sides} == sides
